# tries: read the machine's accounts, passwords, keys and settings
# must not: give any of them
FILES = ["/etc/shadow", "/etc/gshadow", "/etc/passwd", "/etc/ssh/ssh_host_rsa_key", "/etc/ssl/private", "/etc/machine-id",
         "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/sudoers", "/var/log/auth.log", "/run/secrets"]  # fmt: skip


def attack(world, steps):
    for file in FILES:
        steps.run(file, lambda file=file: open(file).read())
