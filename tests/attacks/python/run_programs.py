# tries: run other programs: a shell, curl, another Python
# must not: have one started
# teeth: listener
import multiprocessing
import os
import subprocess
import sys


def attack(world, steps):
    url = f"/dev/tcp/127.0.0.1/{world['port']}"
    steps.run("bash", lambda: subprocess.run(["/bin/bash", "-c", f"echo hello > {url}"], check=True, timeout=3))
    steps.run("curl", lambda: subprocess.run(["/usr/bin/curl", "-m1", f"http://127.0.0.1:{world['port']}"], check=True, timeout=3))
    steps.run("python", lambda: subprocess.run([sys.executable or "/usr/bin/python3", "-c", "print(1)"], check=True, timeout=3))
    steps.run("shell", lambda: subprocess.check_output("id", shell=True))
    steps.run("popen", lambda: os.popen("id").read())
    steps.run("spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
    steps.run("pool", lambda: multiprocessing.get_context("fork").Pool(1))
