"""The command line: a file per command, thin: parse, call, print."""

import sys


def main() -> None:
    """Run the command line. A user's mistake is one line and exit code 2; Ctrl-C is exit code 130."""
    from cosyn_multi.errors import UserError

    from .app import app

    try:
        app()
    except UserError as error:
        print(f"cosyn-multi: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
