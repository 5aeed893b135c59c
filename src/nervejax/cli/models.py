"""``nervejax models``: every equation and constant of the membranes, with sources, as Markdown."""

import sys
from collections.abc import Sequence
from pathlib import Path

from nervejax.cli.usage import Parser, UsageError
from nervejax.config import did_you_mean


def main(argv: Sequence[str]) -> int:
    """Print the page, or write it to a file, whole or not at all."""
    parser = Parser(
        prog="nervejax models",
        description="Print the models as Markdown, from the code that is run: geometry, equations, "
        "constants with unit and source, and where sources disagree.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="membranes; all if left out")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write there, print nothing")
    options = parser.parse_args(argv)

    from nervejax.cli.model_tables import (
        MEMBRANES,
        document,
    )  # the tables need JAX, --help does not

    for name in options.names:
        if name not in MEMBRANES:
            raise UsageError(
                f"unknown model '{name}'{did_you_mean(name, MEMBRANES)}; "
                f"available: {', '.join(MEMBRANES)}"
            )
    page = document([name for name in MEMBRANES if name in options.names or not options.names])
    if options.write is None:
        print(page, end="")
        return 0
    from nervejax.analysis.whole_file import write_whole

    try:
        write_whole(options.write, page.encode())
    except OSError as error:
        raise UsageError(f"--write {options.write}: {error.strerror or error}") from error
    print(f"nervejax: wrote {options.write}", file=sys.stderr)
    return 0
