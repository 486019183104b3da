"""`cosyn-multi doctor`."""


def command() -> None:
    """What was found on this machine: browser, fonts, SQLite, templates, what the cage is made of."""
    from cosyn_multi.assets import find_templates
    from cosyn_multi.environment import environment, environment_digest
    from cosyn_multi.errors import SetupError
    from cosyn_multi.renderers.browser_cage import launch
    from cosyn_multi.renderers.chromium import find_browser
    from cosyn_multi.sandbox import layers, usable

    found = environment()
    for name, value in found.items():
        print(f"{name:24} {value}")
    templates, broken = find_templates()
    print(f"{'templates found':24} {len(templates)}")
    print(f"{'environment digest':24} {environment_digest(found)}")
    caged = launch(find_browser())
    print(f"{'cage: browser':24} {caged.cage or 'missing: ' + caged.note}")
    for layer in layers():
        print(f"{'cage: ' + layer.name:24} {'' if layer.active else 'missing: '}{layer.note}")
    try:
        usable()
    except SetupError as error:
        print(f"{'cage':24} refused: {error}")
    for fault in broken:
        print(f"broken template: {fault}")
