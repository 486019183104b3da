"""`cosyn-multi doctor`."""


def command() -> None:
    """What was found on this machine: browser, fonts, SQLite, templates."""
    from cosyn_multi.assets import find_templates
    from cosyn_multi.environment import environment, environment_digest

    found = environment()
    for name, value in found.items():
        print(f"{name:24} {value}")
    templates, broken = find_templates()
    print(f"{'templates found':24} {len(templates)}")
    print(f"{'environment digest':24} {environment_digest(found)}")
    for fault in broken:
        print(f"broken template: {fault}")
