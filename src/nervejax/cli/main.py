"""``nervejax COMMAND``: finds the command's module, and turns errors into one line each."""

import importlib
import sys
from collections.abc import Sequence

from nervejax import __version__
from nervejax.cli.ending import failed
from nervejax.cli.programs import keep_programs
from nervejax.cli.usage import UsageError
from nervejax.config import did_you_mean
from nervejax.errors import NervejaxError

COMMANDS = {
    "run": "simulate one episode, or with -m a sweep; writes episode.h5 and report.html",
    "resume": "finish a run or a sweep that was cut short; try again what failed or is broken",
    "fibre": "measure single fibres: velocity, spike, thresholds, recovery cycle",
    "checks": "compare fibres with published measurements",
    "claims": "try every claim of the source article: measured values and verdicts",
    "models": "print every equation and constant of the membranes, with sources",
    "verify": "say whether a finished episode is what was written, and whether it adds up",
    "replay": "show what one fibre of a finished episode does in some seconds of it",
    "report": "draw the report of a finished episode",
    "ensemble": "run thousands of points in one job, into one file",
    "sensitivity": "say which assumed settings an outcome depends on",
    "collect": "write the result of a sweep as a table: summary.csv and sweep.h5",
    "instruments": "what a clinic would see: microneurography, conduction study, excitability",
    "attribute": "say what each block of a finished episode needs: deformation, ischaemia or both",
    "doctor": "check this installation: versions, devices, numbers, plots",
    "bench": "measure the speed of the simulation on this machine",
}
"""Command name -> help. Each is the module of that name in ``nervejax.cli``, with a ``main``."""

EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: words after ``nervejax``; taken from the process when None.

    Returns:
        Exit status: 0 done, 1 failed, 2 wrong input (nothing was written), 130 interrupted.
    """
    if argv is None:  # a process of its own
        keep_programs()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(words)
    except NervejaxError as error:
        return failed(error)
    except KeyboardInterrupt:
        print("nervejax: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    name, *rest = words
    if name == "--version":
        print(f"nervejax {__version__}")
        return 0
    if name not in COMMANDS:
        raise UsageError(f"unknown command '{name}'{_command_hint(name)}")
    return importlib.import_module(f"nervejax.cli.{name}").main(rest)


def _command_hint(name: str) -> str:
    if "=" in name:
        return f", did you mean nervejax run {name}?"
    return (
        did_you_mean(name, [*COMMANDS, "--version", "--help"])
        or f" (commands: {', '.join(COMMANDS)})"
    )


def _help() -> str:
    lines = [f"  {name:<11} {text}" for name, text in COMMANDS.items()]
    return "\n".join(
        [
            "usage: nervejax COMMAND ...    (nervejax COMMAND --help says more)",
            "",
            "Nerve fibres of a limb that falls asleep.",
            "",
            *lines,
        ]
    )
