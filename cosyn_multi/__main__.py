"""`python -m cosyn_multi` is `cosyn-multi`."""

from cosyn_multi.cli import main

main()
