"""The runs below a folder as a sweep left them: done, missing or broken, and what was asked of each."""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from nervejax.analysis.run_folders import natural, run_name, runs_below
from nervejax.analysis.sweep_stack import Stack, read_parts
from nervejax.errors import NervejaxError
from nervejax.recording import layout, reader
from nervejax.recording.ledger_journal import read_journal
from nervejax.recording.ledger_text import FOLDER as LEDGER
from nervejax.recording.sweep_ledger import PlannedRun, read_plan

DONE, MISSING, BROKEN = "done", "missing", "broken"
HYDRA = ".hydra"
PARTIAL = layout.FILE_NAME + ".partial"
MAX_YAML_BYTES = 1_000_000
"""Longer text is not read: a whole resolved configuration has about 6,000 bytes."""
MAX_TEXT = 10_000
"""Longest text that is taken over, in characters; a name may be a hundredth of it."""
MAX_PLANNED_TEXT = 20_000_000
"""So many characters of configurations are taken over from ledgers, for one could ask for any number."""
SETTING = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)


@dataclass(frozen=True)
class StoredRun:
    """One run of a sweep.

    folder: where it lies, seen from the sweep, with ``/``.  status: ``done``, ``missing`` (there is no
    episode) or ``broken`` (its file cannot be read).  problem: one line why it is not done.
    overrides: setting -> value as typed, without scenario and seed; None where nobody knows.
    scenario, seed: as text, empty where nobody knows.  config_yaml: the resolved configuration.
    summary: of a run that is done.  stack: what its file holds over time, of a run that is done.
    """

    folder: str
    status: str
    problem: str = ""
    overrides: dict[str, str] | None = None
    scenario: str = ""
    seed: str = ""
    config_yaml: str = ""
    summary: dict[str, float | int | str] = field(default_factory=dict)
    stack: Stack | None = None


def read_runs(folder: Path) -> list[StoredRun]:
    """Every run below a folder, in natural order.

    A run is a folder with an ``episode.h5``, with a partial one or with Hydra's ``.hydra``, and what the
    ledger of a sweep has planned; what lies deeper in a run belongs to it. A ledger that is not sound
    counts as none.

    Raises:
        NervejaxError: the name of a run's folder is not Unicode.
    """
    folder = Path(folder)
    runs = {run.folder: run for run in (_read_run(home, folder) for home in _homes(folder))}
    configs: dict[str, PlannedRun] = {}
    for ledger in sorted(folder.rglob(LEDGER)):
        prefix = ledger.parent.relative_to(folder)
        with contextlib.suppress(NervejaxError):
            ended = read_journal(ledger.parent)
            for planned in read_plan(ledger.parent) or []:
                name = (prefix / planned.folder).as_posix()
                found = runs.get(name) or StoredRun(
                    name, MISSING, "it has not begun, or left nothing"
                )
                if found.status != DONE:
                    runs[name] = _as_planned(found, planned, ended.get(planned.index))
                    configs[name] = planned
    _fill_in(runs, configs)
    return sorted(runs.values(), key=lambda run: natural(run.folder))


def _homes(folder: Path) -> list[Path]:
    homes = {path.parent for path in runs_below(folder)}
    marks = [*folder.rglob(HYDRA), *folder.rglob(PARTIAL)]
    homes |= {mark.parent for mark in marks if mark.parent != folder}
    outer = [home for home in homes if not homes.intersection(home.parents)]
    return sorted(outer, key=lambda home: natural(home.relative_to(folder).as_posix()))


def _as_planned(found: StoredRun, planned: PlannedRun, failure: str | None) -> StoredRun:
    """A run that is not done, with what the ledger knows of it."""
    config = planned.config
    problem = _clean(failure or "") if found.status == MISSING else ""
    return replace(
        found,
        problem=problem or found.problem,
        overrides=settings(planned.overrides),
        scenario=found.scenario or _clean(str(config.get("name", ""))),
        seed=found.seed or _clean(str(config.get("seed", ""))),
    )


def _fill_in(runs: dict[str, StoredRun], planned: dict[str, PlannedRun]) -> None:
    """Give planned runs their configuration where other runs were given a setting that they were not."""
    names = {name for run in runs.values() for name in run.overrides or {}}
    length = 0
    for folder, plan in planned.items():
        run = runs[folder]
        if not run.config_yaml and not names <= (run.overrides or {}).keys():
            text = yaml.safe_dump(plan.config, sort_keys=False)
            length += len(text)
            if length > MAX_PLANNED_TEXT:
                return
            runs[folder] = replace(run, config_yaml=text)


def _read_run(home: Path, folder: Path) -> StoredRun:
    name = home.relative_to(folder).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError:
        raise NervejaxError(f"{name!r}: the name of this folder is not Unicode.") from None
    path = home / layout.FILE_NAME
    if not path.exists():
        killed = (home / PARTIAL).exists()
        problem = f"there is no {layout.FILE_NAME}, only a partial one" if killed else ""
        return _without(home, name, MISSING, problem or f"there is no {layout.FILE_NAME}")
    try:
        if not path.is_file():
            raise NervejaxError("is not a file")
        summary, stack = read_parts(path)  # first, for it refuses what is too large to read
        asked = reader.read_provenance(path)
        if stack is None:
            raise NervejaxError("has no summary or no read-out")
        for word in summary:
            if not layout.NAME.fullmatch(word) or len(word) > MAX_TEXT // 100:
                raise NervejaxError(f"its summary has a strange name: {word[:40]!r}")
        if any(isinstance(value, str) and len(value) > MAX_TEXT for value in summary.values()):
            raise NervejaxError("its summary has a text that is too long")
        return StoredRun(
            name,
            DONE,
            overrides=settings(map(str, asked.get("overrides", []))),
            scenario=_clean(run_name(asked, path)),
            seed=_clean(str(asked.get("seed", ""))),
            config_yaml=str(asked.get("config_yaml", "")),
            summary=summary,
            stack=stack,
        )
    except (NervejaxError, *reader.UNREADABLE) as error:
        problem = _clean(str(error).removeprefix(f"{path}: ")) or type(error).__name__
        return _without(home, name, BROKEN, problem)


def _without(home: Path, name: str, status: str, problem: str) -> StoredRun:
    """A run without a readable episode; what was asked of it stands in Hydra's folder, if at all."""
    config = _short_text(home / HYDRA / "config.yaml")
    try:
        words = plain_yaml(_short_text(home / HYDRA / "overrides.yaml"))
        overrides = settings(map(str, words)) if isinstance(words, list) else None
    except NervejaxError:
        overrides = None
    scenario, seed = (
        found.group(1) if (found := re.search(rf"^{key}:[ \t]*(\S+)", config, re.MULTILINE)) else ""
        for key in ("name", "seed")
    )
    return StoredRun(name, status, problem, overrides, _clean(scenario), _clean(seed), config)


def settings(words: Iterable[str]) -> dict[str, str]:
    """Overrides as setting -> value, without scenario and seed; ``/`` and ``@`` in a name become dots.

    Raises:
        NervejaxError: a name is none.
    """
    found = {}
    for word in words:
        name, _, value = word.lstrip("+~").partition("=")
        name = name.replace("/", ".").replace("@", ".")
        if not SETTING.fullmatch(name) or len(name) > MAX_TEXT // 100:
            raise NervejaxError(f"an override has a strange name: {name[:40]!r}")
        found[name] = _clean(value)
    return {name: value for name, value in found.items() if name not in ("scenario", "seed")}


def plain_yaml(text: str) -> object:
    """YAML as plain lists, dicts and scalars, made by no class of its own; None if it is not sound."""
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.load(text[:MAX_YAML_BYTES], loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _short_text(path: Path) -> str:
    """A file's text; empty where it is not there, too long or not Unicode."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_YAML_BYTES:
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _clean(text: str) -> str:
    """One line without control characters, not longer than allowed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:MAX_TEXT]).split())
