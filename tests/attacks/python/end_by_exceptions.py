# tries: end by an exception that is no error, in the hope that nobody catches it
# must not: get past the runner
# ends: code_error


class Last(BaseException):
    def __str__(self):
        raise SystemExit(0)


def attack(world, steps):
    steps.run("exit", lambda: exit(0) if "exit" in dir(__builtins__) else (_ for _ in ()).throw(SystemExit(0)))
    raise KeyboardInterrupt("pressed by nobody")
