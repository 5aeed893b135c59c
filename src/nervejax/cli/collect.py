"""``nervejax collect DIR``: the result of a sweep as a table."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nervejax.cli.usage import Parser, UsageError, existing_path


def main(argv: Sequence[str]) -> int:
    """Write summary.csv and sweep.h5 over the runs below a folder; say which runs are not done."""
    folder: Path = _parser().parse_args(argv).folder
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; collect wants that of a sweep")
    from nervejax.analysis.sweep_file import write_sweep_table

    paths, runs = write_sweep_table(folder)
    if not runs:
        raise UsageError(f"{folder}: no run below it (no episode.h5 and no .hydra)")
    print(*paths, sep="\n")
    count = Counter(run.status for run in runs)
    if count["missing"] or count["broken"]:
        print(
            f"nervejax: of {len(runs)} runs {count['missing']} missing and {count['broken']} broken: "
            "see the columns status and problem",
            file=sys.stderr,
        )
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax collect",
        description="Write the result of a sweep as a table, into its folder: summary.csv with one "
        "row per run, and sweep.h5 with the same rows and every run over time. Runs without a readable "
        "episode have a row that says so.",
    )
    parser.add_argument(
        "folder", type=existing_path, metavar="DIR", help="folder with the runs below it"
    )
    return parser
