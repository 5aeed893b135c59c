"""``nervejax verify PATH``: is a stored episode what was written, does it add up, does it come again?"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from nervejax.cli import environment
from nervejax.cli.ensemble import whole_from_1
from nervejax.cli.progress import Progress
from nervejax.cli.report import episode_file
from nervejax.cli.usage import Parser, existing_path


def main(argv: Sequence[str]) -> int:
    """Print a line per finding; status 1 if one is not as it should be."""
    options = _parser().parse_args(argv)
    path = episode_file(options.path)
    from nervejax.analysis.verification import Finding, findings

    found = []
    for one in findings(path):
        found.append(one)
        _say(one)
    if options.fibres:
        from nervejax.cli.verify_fibres import own_errors

        for one in own_errors(path, options.fibres):
            found.append(one)
            _say(one)
    if options.again:
        differ = _again(path)
        told = "bit-identical when simulated again"
        if differ:
            names = ", ".join(differ[:5]) + (" and more" if len(differ) > 5 else "")
            told = f"{len(differ)} datasets DIFFER when simulated again: {names}"
        found.append(Finding("again", told, not differ))
        _say(found[-1])
    return 1 if any(one.sound is False for one in found) else 0


def _say(one: object) -> None:
    mark = {True: "ok", False: "NOT OK", None: "-"}[one.sound]  # pyright: ignore
    print(f"{one.what:<28} {mark:<7} {one.told}")  # pyright: ignore


def _again(path: Path) -> list[str]:
    """Simulate the stored configuration anew; datasets that are not the same."""
    import yaml

    from nervejax.config import from_mapping
    from nervejax.recording.content import differing
    from nervejax.recording.reader import read_provenance

    config = from_mapping(yaml.safe_load(str(read_provenance(path)["config_yaml"])))
    config.output.report, config.output.segment_every_s = False, 0.0
    environment.prepare()
    from nervejax.simulate import simulate

    with (
        tempfile.TemporaryDirectory(prefix="nervejax-verify-") as folder,
        Progress(config.duration.total_s) as progress,
    ):
        return differing(path, simulate(config, Path(folder), progress))


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax verify",
        description="Say whether an episode file is what was written, whether its settings are sound, "
        "what of its charge, ions and oxygen does not add up, and what was left out. Status 1 if "
        "anything is not as it should be.",
    )
    parser.add_argument("path", type=existing_path, metavar="PATH", help="episode.h5 or its folder")
    parser.add_argument(
        "--fibres", type=whole_from_1, metavar="K",
        help="also measure K healthy fibres of each class with half the time step in float64",
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true", help="also simulate it again and compare every bit"
    )
    return parser
