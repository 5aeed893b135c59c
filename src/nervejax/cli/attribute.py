"""``nervejax attribute PATH``: what each block and each ectopic window of a run needs."""

import io
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import redirect_stdout
from copy import deepcopy
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from nervejax.cli import environment
from nervejax.cli.progress import Progress
from nervejax.cli.report import episode_file
from nervejax.cli.usage import Parser, UsageError, existing_path
from nervejax.config import Config, from_mapping
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.analysis.attribution import Attribution

PAIRED = "paired"
"""Folder of the partners, beside the episode."""
Partners = dict[str, tuple[Config, Path]]


def main(argv: Sequence[str]) -> int:
    """Run the partners that are not there yet, compare, print a table, write attribution.json."""
    parser = Parser(
        prog="nervejax attribute",
        description="Run an episode again with deformation alone and with ischaemia alone (same seed), "
        "and say of each block and each ectopic window which of the two it needs. The two runs stay "
        f"in PATH/{PAIRED}.",
    )
    parser.add_argument("path", type=existing_path, help="episode.h5, or the folder it lies in")
    parser.add_argument(
        "--jobs", type=_count, default=1, metavar="N", help="runs at the same time (default: 1)"
    )
    options = parser.parse_args(argv)
    episode = episode_file(options.path)
    partners = {
        name: (wanted, episode.parent / PAIRED / name / "episode.h5")
        for name, wanted in partner_configs(_config_of(episode)).items()
    }
    missing = {name: p for name, p in partners.items() if not _is_there(*p)}
    if missing:
        _run(missing, options.jobs)
    _note_other_code(episode, partners)

    from nervejax.analysis.attribution import FILE_NAME, attribute, write_attribution
    from nervejax.recording.reader import read_episode

    runs = {name: read_episode(path) for name, (_, path) in partners.items()}
    found = attribute(read_episode(episode), **runs)
    places = {n: path.relative_to(episode.parent).as_posix() for n, (_, path) in partners.items()}
    print(as_text(found))
    try:
        print(write_attribution(found, episode.with_name(FILE_NAME), places))
    except OSError as error:
        raise NervejaxError(f"cannot write {FILE_NAME}: {error.strerror or error}") from error
    return 0


def partner_configs(config: Config) -> dict[str, Config]:
    """The same run with deformation alone and with ischaemia alone, by name.

    Raises:
        UsageError: pressure does not do both in this run, so there is nothing to tell apart.
    """
    pressure = config.pressure
    if not (pressure.peak_mmHg > 0 and pressure.deforms and pressure.occludes):
        raise UsageError(
            "nothing to tell apart: pressure.peak_mmHg must be above 0, pressure.deforms and "
            "pressure.occludes true in the run"
        )
    mechanical, ischaemic = deepcopy(config), deepcopy(config)
    mechanical.pressure.occludes = mechanical.pressure.anoxia = False
    ischaemic.pressure.deforms = False
    for partner in (mechanical, ischaemic):
        partner.output.report = False
    return {"mechanical_only": mechanical, "ischaemia_only": ischaemic}


def as_text(found: "Attribution") -> str:
    """Two tables, one row per class, and how far forks and pairs agree."""
    from nervejax.analysis.attribution import OUTCOMES, PAIRED_CAUSES
    from nervejax.analysis.readout import CLASS_LABELS

    both = {
        title: {name: totals(name) for name in found.populations}
        for title, totals in (
            ("blocked fibre-minutes", found.blocked_min),
            ("ectopic spikes", found.ectopic_spikes),
        )
    }
    some = {c for classes in both.values() for t in classes.values() for c in t if t[c] > 0}
    shown = [cause for cause in OUTCOMES if cause in PAIRED_CAUSES or cause in some]
    tables = []
    for title, classes in both.items():
        rows = [[title, "all", *shown]]
        for name, amounts in classes.items():
            whole = sum(amounts.values())
            shares = [f"{100 * amounts[c] / whole:.0f} %" if whole else "-" for c in shown]
            rows.append([f"  {CLASS_LABELS.get(name, name)}", f"{whole:.0f}", *shares])
        tables.append(rows)
    width = [max(len(row[k]) for rows in tables for row in rows) for k in range(len(tables[0][0]))]
    lines = []
    for rows in tables:
        for row in rows:
            cells = zip(row[1:], width[1:], strict=True)
            lines.append("  ".join([row[0].ljust(width[0]), *(c.rjust(w) for c, w in cells)]))
        lines.append("")
    share = found.fork_agreement_rel
    told = "no blocked time with a cause found by forks" if share is None else (
        f"forks during the run agree on {100 * share:.0f} % of "
        f"{found.fork_compared_min:.0f} blocked fibre-minutes"
    )  # fmt: skip
    return "\n".join([*lines, told])


def _config_of(episode: Path) -> Config:
    """The resolved configuration that an episode file holds."""
    import yaml

    from nervejax.recording.reader import read_provenance

    try:
        stored = yaml.safe_load(read_provenance(episode)["config_yaml"])
        if not isinstance(stored, dict):
            raise NervejaxError("none is stored")
        return from_mapping(stored)
    except (KeyError, yaml.YAMLError, NervejaxError) as error:
        why = "none is stored" if isinstance(error, KeyError) else " ".join(str(error).split())
        raise UsageError(
            f"{episode}: its configuration cannot be run by this nervejax: {why}"
        ) from error


def _is_there(wanted: Config, path: Path) -> bool:
    """Whether a partner with this very configuration has been run."""
    try:
        return path.is_file() and _config_of(path) == wanted
    except NervejaxError:
        return False


def _run(partners: Partners, jobs: int) -> None:
    """Simulate the partners; one progress line for all of them."""
    environment.prepare()
    from nervejax.simulate import simulate

    total_s = sum(config.duration.total_s for config, _ in partners.values())
    stop = Event()
    with Progress(total_s) as progress:
        shared = _Shared(progress, stop)

        def run(job: tuple[str, tuple[Config, Path]]) -> None:
            name, (config, path) = job
            path.parent.mkdir(parents=True, exist_ok=True)
            simulate(config, path.parent, shared.of(name), [f"{PAIRED}={name}"])

        try:
            # what simulate says of a partner would read as if it were the episode's
            with redirect_stdout(io.StringIO()), ThreadPoolExecutor(max_workers=jobs) as pool:
                futures = [pool.submit(run, job) for job in partners.items()]
                try:
                    for future in as_completed(futures):
                        future.result()
                except BaseException:
                    stop.set()
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        finally:
            for _, path in partners.values():
                _remove_empty(path.parent)


class _Shared:
    """One progress line for several runs, and a way to end them from outside."""

    def __init__(self, progress: Progress, stop: Event) -> None:
        self._progress, self._stop = progress, stop
        self._done: dict[str, float] = {}
        self._lock = Lock()

    def of(self, name: str) -> Callable[[float, str], None]:
        def note(done_s: float, text: str) -> None:
            if self._stop.is_set():
                raise KeyboardInterrupt
            with self._lock:
                self._done[name] = done_s
                self._progress(sum(self._done.values()), f"{name}: {text}")

        return note


def _remove_empty(folder: Path) -> None:
    """Leave no folder of a run that made no result."""
    for path in (folder, folder.parent):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _note_other_code(episode: Path, partners: Partners) -> None:
    """Say so if the code may have changed between the runs that are compared."""
    from nervejax.recording.reader import read_provenance

    def code(path: Path) -> tuple[str, str, bool]:
        found = read_provenance(path)
        return (
            str(found.get("versions", {}).get("nervejax", "")),
            str(found.get("git_commit", "")),
            bool(found.get("git_dirty", False)),
        )

    own = code(episode)
    for name, (_, path) in partners.items():
        if own[2] or code(path) != own:
            print(
                f"nervejax: note: {name} may have been run by other code than the episode; then a "
                "difference can be that of the code",
                file=sys.stderr,
            )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"must be a whole number from 1, not {text}")
    return int(text)
