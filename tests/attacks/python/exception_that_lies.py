# tries: raise what hangs, lies or throws when it is told
# must not: be taken for anything but a failure, or break the log
# ends: bad_result, crash, timeout, code_error
# limits: wall_s=2


class Liar(Exception):
    def __str__(self):
        raise Liar("again")

    @property
    def __traceback__(self):
        raise Liar("no trace")


def attack(world, steps):
    raise Liar
