"""The command line, run in this process: quick, and with its real exit codes."""

import sys

import pytest

from cosyn_multi.cli import main


def cosyn_multi(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    before = sys.argv
    sys.argv = ["cosyn-multi", *map(str, arguments)]
    try:
        main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    told = capsys.readouterr()
    return code, told.out, told.err
