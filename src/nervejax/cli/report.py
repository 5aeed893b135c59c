"""``nervejax report PATH``: draw the report of an episode that has been run, or of a sweep."""

from collections.abc import Sequence
from pathlib import Path

from nervejax.cli.usage import Parser, UsageError, existing_path


def main(argv: Sequence[str]) -> int:
    """Write report.html beside an episode file, or sweep.html over several; pictures if asked for."""
    options = _parser().parse_args(argv)
    path: Path = options.path
    sweep = path.is_dir() and not (path / "episode.h5").is_file()
    if sweep and not any(path.rglob("episode.h5")):
        raise UsageError(f"no episode.h5 in {path}")
    if sweep and options.states:
        raise UsageError(f"--states is of one run, and {path} holds several")
    episode = path if sweep else episode_file(path)
    if options.states:
        _check_target(options.states)
    if options.pictures and options.pictures.exists() and not options.pictures.is_dir():
        raise UsageError(f"--pictures {options.pictures}: is a file")
    try:
        import matplotlib  # noqa: F401 - only to say plainly that it is missing
    except ImportError:
        raise UsageError("a report needs matplotlib: pip install 'nervejax[plots]'") from None
    from nervejax.analysis import report

    print(report.write_sweep(path) if sweep else report.write_report(episode))
    if options.pictures:
        draw = report.write_sweep_pictures if sweep else report.write_pictures
        try:
            print(*draw(episode, options.pictures), sep="\n")
        except OSError as error:
            why = error.strerror or error
            raise UsageError(f"--pictures {options.pictures}: {why}") from error
    if options.states:
        from nervejax.analysis.physiology_plot import write_states

        try:
            print(write_states(episode, options.states))
        except OSError as error:
            raise UsageError(f"--states {options.states}: {error.strerror or error}") from error
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax report",
        description="Draw the report of a finished episode; of a folder with several runs, a page "
        "that compares them (sweep.html) and the reports that are missing.",
    )
    parser.add_argument(
        "path", type=existing_path, help="episode.h5, the folder it lies in, or that of a sweep"
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="also save report-summary.png and report-limb.png there; of a sweep, its maps",
    )
    parser.add_argument(
        "--states",
        type=Path,
        metavar="FILE.png",
        help="also draw the states of the tissue and of one fibre per class there",
    )
    return parser


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
