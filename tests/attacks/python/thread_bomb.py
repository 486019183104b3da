# tries: start threads without end
# must not: have one more thread
import _thread
import concurrent.futures
import threading
import time


def attack(world, steps):
    for n in range(30):
        steps.run(f"thread {n}", lambda: threading.Thread(target=time.sleep, args=(60,)).start())
    steps.run("raw", lambda: _thread.start_new_thread(time.sleep, (60,)))
    steps.run("pool", lambda: concurrent.futures.ThreadPoolExecutor(4).submit(time.sleep, 60))
