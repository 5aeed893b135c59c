"""``nervejax report PATH``: draw the report of an episode that has been run."""

from collections.abc import Sequence
from pathlib import Path

from nervejax.cli.usage import Parser, UsageError, existing_path


def main(argv: Sequence[str]) -> int:
    """Write report.html beside an episode file, and the picture of its states if asked for."""
    parser = Parser(prog="nervejax report", description="Draw the report of a finished episode.")
    parser.add_argument("path", type=existing_path, help="episode.h5, or the folder it lies in")
    parser.add_argument(
        "--states",
        type=Path,
        metavar="FILE.png",
        help="also draw the states of the tissue and of one fibre per class there",
    )
    options = parser.parse_args(argv)
    episode = episode_file(options.path)
    if options.states:
        _check_target(options.states)
    try:
        import matplotlib  # noqa: F401 - only to say plainly that it is missing
    except ImportError:
        raise UsageError("a report needs matplotlib: pip install 'nervejax[plots]'") from None
    from nervejax.analysis.report import write_report

    print(write_report(episode))
    if options.states:
        from nervejax.analysis.physiology_plot import write_states

        try:
            print(write_states(episode, options.states))
        except OSError as error:
            raise UsageError(f"--states {options.states}: {error.strerror or error}") from error
    return 0


def episode_file(path: Path) -> Path:
    """The episode file that a path names: itself, or the one in a run's folder.

    Raises:
        UsageError: there is none.
    """
    episode = path / "episode.h5" if path.is_dir() else path
    if not episode.is_file():
        raise UsageError(f"no episode.h5 in {path}")
    return episode


def _check_target(path: Path) -> None:
    if path.suffix.lower() != ".png":
        raise UsageError(f"--states {path}: the name must end in .png")
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"--states {path}: must be a file in a folder that is there")
