"""`cosyn-multi bench`."""


def command() -> None:
    """Measure renderers and the whole flow on this machine, beside the naive ways; prints one table."""
    from cosyn_multi.bench import bench

    bench()
