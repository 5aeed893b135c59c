"""Which settings an outcome depends on: Morris screening and Sobol indices, by SALib."""

import importlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nervejax.config import Config, to_mapping
from nervejax.config.check import settings
from nervejax.ensembles.axes import Axis
from nervejax.errors import NervejaxError

METHODS = {"morris": ("mu_star", "sigma"), "sobol": ("S1", "ST")}
"""Method -> what it tells of a setting; mu_star, S1 and ST with a 95 % interval beside them."""
LEVELS = 4
"""Levels of a setting in Morris's design; SALib's default."""
SPREAD_REL = 0.2
"""Range of a setting where none is given: its value +- this share of it. Assumed, one number for all."""
LEAST_BLOCKS = 4
"""Fewer whole trajectories (Morris) or blocks (Sobol) give no numbers (assumed)."""
HAPPENED = "happened:"
"""In front of an outcome: 1 where it has a number, 0 where it has none."""


@dataclass(frozen=True)
class Effect:
    """What one outcome has of one setting; nan where it cannot be told.

    first, first_conf: mu_star or S1 and half of its 95 % interval.  second: sigma or ST.  second_conf: of
    ST, nan for sigma.
    """

    outcome: str
    key: str
    first: float
    first_conf: float
    second: float
    second_conf: float


@dataclass(frozen=True)
class Treated:
    """How rows without a number were treated: blocks used, blocks in all, and a remark."""

    used: int
    blocks: int
    remark: str


def axes_around(
    base: Config, keys: Sequence[str], spread_rel: float
) -> tuple[list[Axis], list[str]]:
    """A range around the value of each key, cut to what is allowed, and the keys that have none.

    Args:
        base: where the values are taken from.
        keys: real-valued settings.
        spread_rel: half of the range over the value.
    """
    axes, left_out = [], []
    for key in keys:
        value: Any = to_mapping(base)
        for name in key.split("."):
            value = value[name]
        ends = sorted((value * (1 - spread_rel), value * (1 + spread_rel)))
        meta = settings()[key].metadata
        low = ends[0] if meta["lo"] is None else max(ends[0], float(meta["lo"]))
        high = ends[1] if meta["hi"] is None else min(ends[1], float(meta["hi"]))
        if low < high:
            axes.append(Axis(key, low=low, high=high))
        else:
            left_out.append(key)
    return axes, left_out


def block_rows(method: str, dimensions: int) -> int:
    """Rows of one trajectory (Morris) or one block (Sobol, without second order)."""
    return dimensions + (1 if method == "morris" else 2)


def sample(method: str, axes: Sequence[Axis], count: int, seed: int) -> dict[str, np.ndarray]:
    """The rows of an analysis, ``count`` blocks one after the other: key -> (N,).

    Raises:
        NervejaxError: SALib is not installed.
    """
    problem = _problem(axes)
    sampler = salib(f"sample.{method}")
    with (
        warnings.catch_warnings()
    ):  # Sobol: a count that is no power of 2; the command line says so
        warnings.simplefilter("ignore")
        if method == "morris":
            unit = sampler.sample(problem, count, num_levels=LEVELS, seed=seed)
        else:
            unit = sampler.sample(problem, count, calc_second_order=False, seed=seed)
    return {axis.key: axis.at(unit[:, k]) for k, axis in enumerate(axes)}


def analyse(
    method: str,
    axes: Sequence[Axis],
    columns: Mapping[str, np.ndarray],
    outcomes: Mapping[str, np.ndarray],
    seed: int,
    done: np.ndarray | None = None,
) -> tuple[list[Effect], dict[str, Treated]]:
    """What each outcome has of each setting.

    Settings are taken as shares of their range: mu_star is how far the outcome moves, on average, over
    the whole range of the setting, in the unit of the outcome.

    Args:
        method: ``morris`` or ``sobol``.
        axes: what differs, ranges.
        columns: key -> (N,) as ``sample`` gave them.
        outcomes: name -> (N,), nan where the row failed or the outcome did not happen.
        seed: of the resampling behind the intervals.
        done: (N,) rows that came to their end; None for all.

    Returns:
        Effects, outcome by outcome, and how rows without a number were treated. An outcome that has a
        number in some rows only comes twice: itself over the blocks that have one in every row, and
        ``happened:NAME`` over those in which every row came to its end.
    """
    effects, treated = [], {}
    for name, values in _with_happened(outcomes, done).items():
        found, how = _one(method, axes, columns, np.asarray(values, dtype=np.float64), seed)
        treated[name] = how
        effects += [Effect(name, axis.key, *row) for axis, row in zip(axes, found, strict=True)]
    return effects, treated


def salib(module: str) -> Any:
    """A module of SALib.

    Raises:
        NervejaxError: it is not installed.
    """
    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError:
        raise NervejaxError("this needs SALib: pip install 'nervejax[sensitivity]'") from None


def _with_happened(
    outcomes: Mapping[str, np.ndarray], done: np.ndarray | None
) -> dict[str, np.ndarray]:
    found = {}
    for name, values in outcomes.items():
        found[name] = values
        there = np.isfinite(values)
        ended = np.ones(len(there), dtype=bool) if done is None else done
        if there.any() and not there[ended].all():
            found[HAPPENED + name] = np.where(ended, there, np.nan).astype(np.float64)
    return found


def _one(
    method: str,
    axes: Sequence[Axis],
    columns: Mapping[str, np.ndarray],
    values: np.ndarray,
    seed: int,
) -> tuple[np.ndarray, Treated]:
    rows = block_rows(method, len(axes))
    blocks = len(values) // rows
    whole = np.isfinite(values).reshape(blocks, rows).all(axis=1)
    nothing = np.full((len(axes), 4), np.nan)
    used = int(whole.sum())
    if used < LEAST_BLOCKS:
        return nothing, Treated(used, blocks, f"fewer than {LEAST_BLOCKS} whole blocks: no numbers")
    y = values.reshape(blocks, rows)[whole].ravel()
    if np.ptp(y) == 0:
        nothing[:] = 0.0 if method == "morris" else np.nan  # shares of no variance are none
        return nothing, Treated(used, blocks, "does not move")
    x = np.column_stack([axis.share_of(columns[axis.key]) for axis in axes])
    x = x.reshape(blocks, rows, -1)[whole].reshape(len(y), -1)
    analyser, problem = salib(f"analyze.{method}"), _problem(axes)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if method == "morris":
            s = analyser.analyze(problem, x, y, num_levels=LEVELS, seed=seed + 1)
            told = (s["mu_star"], s["mu_star_conf"], s["sigma"], np.full(len(axes), np.nan))
        else:  # SALib takes a seed of 0 for none
            s = analyser.analyze(problem, y, calc_second_order=False, seed=seed + 1)
            told = (s["S1"], s["S1_conf"], s["ST"], s["ST_conf"])
    return np.column_stack([np.asarray(t, dtype=np.float64) for t in told]), Treated(
        used, blocks, ""
    )


def _problem(axes: Sequence[Axis]) -> dict[str, Any]:
    """The unit cube in SALib's words; ranges and logarithms are ours."""
    return {
        "num_vars": len(axes),
        "names": [axis.key for axis in axes],
        "bounds": [[0.0, 1.0]] * len(axes),
    }
