# tries: crash in C
# must not: take its parent along
# ends: crash
import ctypes


def attack(world, steps):
    ctypes.string_at(0)
