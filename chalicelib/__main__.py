"""`curfew` and `python -m chalicelib`: the command line, with the embedded cloud behind `demo`."""

from __future__ import annotations

import sys


def main() -> None:
    """The command was run; the process ends with its exit code."""
    try:
        from chalicelib.entrypoints.cli.program import run
    except ModuleNotFoundError as missing:
        sys.exit(f"the command line needs {missing.name}, which is not installed; run: pip install 'curfew[cli]'")
    sys.exit(run(sys.argv[1:], play))


def play(days: int, serve: bool) -> int:
    """The demo was played for so many days; 0 when every order, size and state was right."""
    from chalicelib.local.demo import run as run_demo

    return run_demo(days, serve)


if __name__ == "__main__":
    main()
