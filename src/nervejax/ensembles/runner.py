"""Run what is missing of an ensemble, batch by batch, each kept as a part; then one file of them."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from nervejax.config import to_mapping
from nervejax.ensembles.plan import PARTS, Plan
from nervejax.errors import NervejaxError
from nervejax.recording import provenance, seal
from nervejax.recording.ensemble_file import FILE_NAME, Parts, merge
from nervejax.recording.ensemble_part import RowResult, write_part
from nervejax.recording.reader import UNREADABLE

Told = Callable[[float, str], Any]
"""Called with limb time simulated [s] and a remark."""
STEP_KEYS = ("duration.", "numerics.step_s", "numerics.rest_step_s", "numerics.release_step_s")
"""Keys, or how they begin, on which the time steps of a row depend."""
FILLED = 4
"""Chunks of lanes per device that a batch fills (assumed: one would leave devices waiting at its end)."""
LEAST, MOST = 8, 256
"""Rows of a batch: what a crash costs at most, and what the host holds at once (assumed)."""


class _GivenUp(Exception):
    """A row failed, and the others are not wanted then."""


@dataclass(frozen=True)
class Outcome:
    """How an ensemble ended: its file, None if it was given up; rows done and failed, in all and now.

    problems: what the first failed rows said, row -> words.
    """

    path: Path | None
    rows: int
    done: int
    failed: int
    before: int
    problems: dict[int, str]


def missing_s(plan: Plan, folder: Path) -> float:
    """Limb time that is still to be simulated [s]."""
    rows = _parts(plan, folder).missing
    if not any(key.startswith("duration.") for key in plan.rows.columns):
        return len(rows) * plan.base.duration.total_s
    return sum(plan.rows.config(plan.base, int(row)).duration.total_s for row in rows)


def run(
    plan: Plan, folder: Path, told: Told, fail_fast: bool = False, at_once: int | None = None
) -> Outcome:
    """Run every row that is not done, those that failed before among them, and write ``ensemble.h5``.

    What is written does not depend on how many rows run at once, nor on interruptions.

    Args:
        plan: what to run; ``folder`` belongs to it.
        folder: where parts and file go.
        told: hears how far it is.
        fail_fast: give up what runs once a row has failed, and write no file.
        at_once: rows in a batch; None: what fills the devices.

    Raises:
        NervejaxError: the disk refuses a file, or parts of another ensemble lie there.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    parts = _parts(plan, folder)
    todo = parts.missing
    target = Path(folder) / FILE_NAME
    if len(todo) == 0 and is_whole(target, plan):
        return Outcome(target, len(plan.rows), len(plan.rows), 0, len(plan.rows), {})
    before, done_s, problems = int(parts.done.sum()), 0.0, {}
    if len(todo) and at_once is None:
        at_once = rows_at_once(plan)
    for first in range(0, len(todo), at_once or 1):
        rows = [int(row) for row in todo[first : first + (at_once or 1)]]
        text = f"{before + first} of {len(plan.rows)} rows"
        failed, lasted_s = _run_batch(
            plan, Path(folder), rows, lambda s, t=text, d=done_s: told(d + s, t), fail_fast
        )
        done_s += lasted_s
        problems |= failed
        if fail_fast and problems:
            ended = _parts(plan, folder)
            return Outcome(
                None, len(plan.rows), int(ended.done.sum()), len(problems), before, problems
            )
    return _merged(plan, folder, started, before, problems)


def is_whole(target: Path, plan: Plan) -> bool:
    """Whether the file is there, whole, of this plan, and without failed rows."""
    try:
        with seal.opened(target) as file:
            a = file.attrs
            own = bool(a.get("complete", False)) and a.get("plan") == plan.digest
            return own and bool(a.get("failed", 1) == 0)
    except (NervejaxError, *UNREADABLE):
        return False


def rows_at_once(plan: Plan) -> int:
    """Rows of a batch: so many that their fibres fill the devices a few times over."""
    import jax

    from nervejax.episode.chunks import width

    devices = jax.local_devices()
    people = plan.base.population
    fibres = max(people.n_abeta, people.n_adelta, people.n_c, 1)
    lanes = FILLED * len(devices) * width(devices[0], plan.base.numerics.lanes)
    return min(max(-(-lanes // fibres), LEAST), MOST)


def _parts(plan: Plan, folder: Path) -> Parts:
    """What is there; a whole file stands for parts that are gone."""
    if is_whole(Path(folder) / FILE_NAME, plan):
        parts = Parts(Path(folder) / PARTS, plan.digest, len(plan.rows))
        parts.done[:] = True
        return parts
    return Parts(Path(folder) / PARTS, plan.digest, len(plan.rows))


def _run_batch(
    plan: Plan, folder: Path, rows: Sequence[int], told: Callable[[float], Any], fail_fast: bool
) -> tuple[dict[int, str], float]:
    """Run these rows side by side and write their part; what failed, and limb time of all of them [s].

    Whatever ends it early, the rows that had come to their end are written.
    """
    from nervejax.simulate import summarise_many

    configs = [plan.rows.config(plan.base, row) for row in rows]
    lasts_s = sum(config.duration.total_s for config in configs)
    results: list[RowResult] = []

    def ended(number: int, outcome: Any) -> None:
        results.append(_result(rows[number], outcome, plan.series))
        if fail_fast and not results[-1].done:
            raise _GivenUp

    try:
        summarise_many(configs, ended, lambda share: told(share * lasts_s))
    except _GivenUp:
        pass
    finally:
        if results:
            (folder / PARTS).mkdir(exist_ok=True)
            write_part(folder / PARTS, plan.digest, results)
    return {r.row: r.problem for r in results if r.problem is not None}, lasts_s


def _result(row: int, outcome: Any, series: bool) -> RowResult:
    if isinstance(outcome, Exception):
        words = " ".join(str(outcome).split()) or "no reason given"
        known = isinstance(outcome, NervejaxError)
        return RowResult(row, problem=words if known else f"{type(outcome).__name__}: {words}")
    numbers = {n: float(v) for n, v in outcome.summary.items() if not isinstance(v, str)}
    texts = {n: v for n, v in outcome.summary.items() if isinstance(v, str)}
    if not series:
        return RowResult(row, numbers, texts)
    return RowResult(row, numbers, texts, outcome.time_s, outcome.series)


def _merged(
    plan: Plan, folder: Path, started: tuple[str, float], before: int, problems: dict[int, str]
) -> Outcome:
    parts = _parts(plan, folder)
    import jax

    told = provenance.collect(
        config_yaml=yaml.safe_dump(to_mapping(plan.base), sort_keys=False),
        overrides=plan.words,
        seed=plan.base.seed,
        device=f"{jax.default_backend()}",
        dtype="float32 in windows, float64 between them",
        started_utc=started[0],
        wall_s=time.perf_counter() - started[1],
    )
    told["design"] = plan.design
    path = merge(parts, Path(folder) / FILE_NAME, plan.rows.columns, plan.digest, told)
    done = int(parts.done.sum())
    if done == len(plan.rows):  # else resume may try the others again
        shutil.rmtree(Path(folder) / PARTS, ignore_errors=True)
    return Outcome(path, len(plan.rows), done, len(plan.rows) - done, before, problems)
