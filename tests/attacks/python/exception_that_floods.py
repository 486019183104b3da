# tries: raise with a message of megabytes, full of line ends and terminal codes
# must not: fill or forge a log
# ends: code_error, bad_result


def attack(world, steps):
    raise ValueError("\x1b[31m\nERROR set 12 rejected\r\n\u202e" * 500_000)
