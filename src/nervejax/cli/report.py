"""``nervejax report PATH``: draw the report of an episode that has been run."""

from collections.abc import Sequence

from nervejax.cli.usage import Parser, UsageError, existing_path


def main(argv: Sequence[str]) -> int:
    """Write report.html beside an episode file and print its path."""
    parser = Parser(prog="nervejax report", description="Draw the report of a finished episode.")
    parser.add_argument("path", type=existing_path, help="episode.h5, or the folder it lies in")
    path = parser.parse_args(argv).path
    episode = path / "episode.h5" if path.is_dir() else path
    if not episode.is_file():
        raise UsageError(f"no episode.h5 in {path}")
    try:
        import matplotlib  # noqa: F401 - only to say plainly that it is missing
    except ImportError:
        raise UsageError("a report needs matplotlib: pip install 'nervejax[plots]'") from None
    from nervejax.analysis.report import write_report

    print(write_report(episode))
    return 0
