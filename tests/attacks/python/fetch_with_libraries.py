# tries: have libraries fetch a page: urllib, http.client, pandas
# must not: reach the listener
# teeth: listener
import http.client
import os
import urllib.request


def plain(port):
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    made.request("GET", "/plain")
    return made.getresponse().read()


def by_proxy(port):
    os.environ["http_proxy"] = f"http://127.0.0.1:{port}"
    return urllib.request.urlopen("http://example.com/proxy", timeout=1).read()


def attack(world, steps):
    import pandas

    base = f"http://127.0.0.1:{world['port']}"
    steps.run("urllib", lambda: urllib.request.urlopen(f"{base}/urllib", timeout=1).read())
    steps.run("http.client", lambda: plain(world["port"]))
    steps.run("pandas", lambda: pandas.read_csv(f"{base}/pandas.csv"))
    steps.run("proxy", lambda: by_proxy(world["port"]))
    steps.run("file address", lambda: urllib.request.urlopen("file://" + world["key_file"]).read())
