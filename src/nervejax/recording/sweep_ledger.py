"""The ledger of a sweep, in its folder: what was planned, and how each run ended.

``.ledger/plan.json`` is written whole before the first run begins and holds all that is needed to run
each again; ``.ledger/journal.jsonl`` gets one line for each run that ended. Whether a run is done is told
by neither: its file tells, see ``why_not_whole``. Nothing of a ledger is executed, and a folder that
leads out of the sweep is refused, for ledgers come with sweeps from elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nervejax.errors import NervejaxError
from nervejax.recording import layout, reader
from nervejax.recording.ledger_text import (
    FOLDER,
    checked_plan,
    differences,
    is_inside,
    now,
    patched,
    short_text,
)
from nervejax.recording.whole_file import write_whole

PLAN = "plan.json"
FORMAT, FORMAT_VERSION = "nervejax-sweep-plan", 1


@dataclass(frozen=True)
class Wanted:
    """A run that is to be planned.

    folder: seen from the sweep, with ``/``.  overrides: what was typed for it.  config: the resolved
    configuration.  composed: what Hydra composed, unresolved, its own part in it.
    """

    folder: str
    overrides: list[str]
    config: dict[str, Any]
    composed: dict[str, Any]


@dataclass(frozen=True)
class PlannedRun:
    """A run of the plan: ``index`` in it, ``folder``, ``overrides``, ``hash`` of its configuration."""

    index: int
    folder: str
    overrides: list[str]
    hash: str
    nervejax: str
    _batch: dict[str, Any]
    _own: dict[str, Any]

    @property
    def config(self) -> dict[str, Any]:
        """The resolved configuration, nested plain dictionaries."""
        return patched(self._batch["config"], self._own["config"])

    @property
    def composed(self) -> dict[str, Any]:
        """What Hydra composed, unresolved, its own part in it."""
        return patched(self._batch["composed"], self._own["composed"])


def config_hash(config: Mapping[str, Any]) -> str:
    """SHA-256 of a resolved configuration; the order of its keys does not count."""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_plan(sweep: Path) -> list[PlannedRun] | None:
    """What is planned in a sweep's folder, in order; None where there is no plan.

    Of runs with one folder the last planned counts.

    Raises:
        NervejaxError: the plan is damaged, foreign or too long; one line with its path.
    """
    runs = _runs_of(_read_batches(sweep))
    return list({run.folder: run for run in runs}.values()) if runs else None


def extend_plan(
    sweep: Path, wanted: Sequence[Wanted], words: Sequence[str], version: str
) -> list[PlannedRun]:
    """Add runs to the plan of a folder, or begin one; the plan is on the disk whole afterwards.

    Args:
        words: of the command line.
        version: that of nervejax.

    Returns:
        The planned runs, in the order of ``wanted``.

    Raises:
        NervejaxError: there is a plan and it is damaged; a folder leads out of the sweep; the disk
            refuses the file.
    """
    for run in wanted:
        if not is_inside(run.folder) or run.folder.split("/")[0] == FOLDER:
            raise NervejaxError(f"{run.folder}: is no folder below that of the sweep, {sweep}")
    batches = _read_batches(sweep)
    base = wanted[0]
    batches.append(
        {
            "nervejax": version,
            "planned_utc": now(),
            "words": list(words),
            "config": base.config,
            "composed": base.composed,
            "runs": [
                {
                    "folder": run.folder,
                    "overrides": run.overrides,
                    "hash": config_hash(run.config),
                    "config": differences(base.config, run.config),
                    "composed": differences(base.composed, run.composed),
                }
                for run in wanted
            ],
        }
    )
    plan = {"format": FORMAT, "format_version": FORMAT_VERSION, "batches": batches}
    write_whole(Path(sweep) / FOLDER / PLAN, [json.dumps(plan, default=str).encode()])
    return _runs_of(json.loads(json.dumps(batches[-1:], default=str)), len(_runs_of(batches[:-1])))


def why_not_whole(sweep: Path, run: PlannedRun) -> str | None:
    """Why a planned run has to be run, in words; None if its file is whole and what was planned.

    All of it is read. Settings that the plan does not know do not count: a later version wrote them.

    Raises:
        NervejaxError: the configuration in the plan does not have the hash that stands beside it.
    """
    planned = run.config
    if config_hash(planned) != run.hash:
        raise NervejaxError(
            f"{Path(sweep) / FOLDER / PLAN}: the configuration of run {run.folder} does not fit its "
            "hash; the file was changed."
        )
    path = Path(sweep) / run.folder / layout.FILE_NAME
    if not path.exists():
        return f"there is no {layout.FILE_NAME}"
    try:
        for read in (reader.read_episode, reader.read_readout, reader.read_summary):
            read(path)
        text = str(reader.read_provenance(path).get("config_yaml", ""))
        stored = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (NervejaxError, yaml.YAMLError, *reader.UNREADABLE) as error:
        return str(error)
    if config_hash(_known(stored, planned)) != run.hash:
        return "it has another configuration"
    return None


def clean(sweep: Path, runs: Iterable[PlannedRun]) -> None:
    """Remove the partial files that a killed process left in a sweep and in the folders of its runs."""
    homes = {Path(sweep), Path(sweep) / FOLDER, *(Path(sweep) / run.folder for run in runs)}
    for home in homes:
        for left in (*home.glob("*.partial"), *home.glob(".*.part")):
            left.unlink(missing_ok=True)


def _known(stored: Any, planned: Any) -> Any:
    """Of what is stored the keys that are planned."""
    if isinstance(stored, dict) and isinstance(planned, dict):
        return {k: _known(stored[k], planned[k]) for k in planned if k in stored}
    return stored


def _read_batches(sweep: Path) -> list[dict[str, Any]]:
    path = Path(sweep) / FOLDER / PLAN
    if not path.exists():
        return []
    try:
        text = short_text(path)
        if text is None:
            raise NervejaxError("is not a file, not text or too long")
        return checked_plan(text, FORMAT, FORMAT_VERSION)
    except NervejaxError as error:
        raise NervejaxError(f"{path}: {error}") from None


def _runs_of(batches: Sequence[dict[str, Any]], first: int = 0) -> list[PlannedRun]:
    pairs = [(batch, own) for batch in batches for own in batch["runs"]]
    return [
        PlannedRun(i, own["folder"], own["overrides"], own["hash"], batch["nervejax"], batch, own)
        for i, (batch, own) in enumerate(pairs, first)
    ]
