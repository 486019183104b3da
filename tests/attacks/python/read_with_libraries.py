# tries: have the libraries that are loaded read the key file: importers, tables, pictures, fonts, databases, XML
# must not: give what the key file holds
# teeth: marker
import ctypes
import importlib.machinery
import linecache
import mmap
import os
import runpy
import sqlite3
import xml.sax


def lines(text):
    if not text:
        raise OSError("nothing")
    return text


def fopen(path):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fopen.restype = libc.fgets.restype = ctypes.c_void_p
    file = libc.fopen(path.encode(), b"r")
    if not file:
        raise OSError(ctypes.get_errno(), "fopen")
    buffer = ctypes.create_string_buffer(1000)
    libc.fgets(buffer, 1000, ctypes.c_void_p(file))
    return buffer.value


def entity(path):
    said = []
    handler = xml.sax.ContentHandler()
    handler.characters = said.append
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.setContentHandler(handler)
    with open("x.xml", "w") as file:
        file.write(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{path}">]><a>&b;</a>')
    parser.parse("x.xml")
    return lines("".join(said))


def attached(path):
    database = sqlite3.connect(":memory:")
    database.execute(f"ATTACH '{path}' AS other")
    return database.execute("SELECT * FROM other.sqlite_master").fetchall()


def attack(world, steps):
    import numpy
    import pandas
    from PIL import Image

    key = world["key_file"]
    steps.run("importer", lambda: importlib.machinery.SourceFileLoader("x", key).get_data(key))
    steps.run("linecache", lambda: lines("".join(linecache.getlines(key))))
    steps.run("mmap", lambda: mmap.mmap(os.open(key, os.O_RDONLY), 0, prot=mmap.PROT_READ)[:])
    steps.run("numpy", lambda: numpy.fromfile(key, dtype="S1").tobytes())
    steps.run("memmap", lambda: numpy.memmap(key, mode="r").tobytes())
    steps.run("pandas", lambda: pandas.read_csv(key, header=None).to_csv())
    steps.run("fopen", lambda: fopen(key))
    steps.run("XML entity", lambda: entity(key))
    steps.run("SQL attach", lambda: attached(world["database"]))
    steps.run("picture", lambda: Image.open(key).size)
    steps.run("program", lambda: runpy.run_path(world["program"])["found"])
