"""Checks 13 and 14: what hard pressure leaves behind, from the laws of the tissue.

A load presses for 90 or 120 min, then the nerve is free for 36 h; fibres drawn as in an episode are then
probed at otherwise resting tissue. No spike is stepped in between, for the laws do not ask for any.
"""

import copy
from typing import Any, NamedTuple

import numpy as np

from nervejax.checks.bench import Bench
from nervejax.checks.courses import share_percent
from nervejax.checks.reading import Check, Quantity
from nervejax.config import Config
from nervejax.episode.engine import Alone
from nervejax.episode.grid import GridMap, tissue_grid_mm
from nervejax.episode.groups import build_groups
from nervejax.tissue import laws
from nervejax.tissue.pressure import profile

RUDGE, PEDOWITZ = "Rudge, Ochoa & Gilliatt 1974", "Pedowitz et al. 1991"
OCHOA, WILLIAMS = "Ochoa, Fowler & Gilliatt 1972", "Williams, Jefferson & Gilliatt 1980"
ROMANES = "Romanes 1886"
LOADS = {"350x120": (350.0, 120.0), "552x90": (552.0, 90.0), "736x90": (736.0, 90.0),
         "1200x90": (1200.0, 90.0)}  # fmt: skip
"""mmHg and minutes."""
EDGE_MM = 2.0
"""Width over which the pressure falls beside a weighted cord; assumed."""
AFTER_H, SETTLE_S = 36.0, 0.2
UNIFORM_MMHG = 1000.0
"""As much as a tourniquet that kills fibres by its edges; Romanes went to 22 atm."""
LARGE_UM, SMALL_UM = 8.0, 5.0
FIBRES = ("population.n_abeta=16", "population.n_adelta=16", "population.n_c=0")
LAW_STEP_S = 10.0
H, MIN = 3600.0, 60.0

Tissue = dict[str, np.ndarray]


class Blocked(NamedTuple):
    """Drawn A fibres of several seeds, (N,): diameter_um, depth_rel in the fascicle, blocked."""

    diameter_um: np.ndarray
    depth_rel: np.ndarray
    blocked: np.ndarray


def loaded(config: Config, deforming_mmHg: np.ndarray, minutes: float, occludes: bool) -> Tissue:
    """Tissue at the end of a load (x,) that stops the blood or not; fibres at the demand of rest."""
    x = tissue_grid_mm(config.nerve)
    state, zero = laws.rest(x, config), np.zeros_like(x)
    drive = {
        "x_mm": x, "deforming_mmHg": deforming_mmHg, "starved": zero > 0, "arterial_oxygen": 1.0,
        "occluding_mmHg": deforming_mmHg if occludes else zero, "respiration": zero + 1.0,
        "potassium_efflux": zero, "energy_debt": zero,
    }  # fmt: skip
    for _ in range(round(minutes * MIN / LAW_STEP_S)):
        state = laws.advance(state, drive, config, LAW_STEP_S)
    return state


def released(config: Config, state: Tissue, hours: float, step_h: float = 1.0) -> Tissue:
    """The same tissue, free for some hours; only strain and damage of it are moved on."""
    x = tissue_grid_mm(config.nerve)
    for _ in range(round(hours / step_h)):
        drive = {"x_mm": x, "deforming_mmHg": np.zeros_like(x)}
        state = state | laws.mechanics.advance(state, drive, config, step_h * H)
    return state


def stretch_load(config: Config, peak_mmHg: float) -> np.ndarray:
    """A load with edges of ``EDGE_MM`` over the stretch of this configuration, (x,) [mmHg]."""
    p = config.pressure
    return peak_mmHg * profile(tissue_grid_mm(config.nerve), p.centre_mm, p.length_mm, EDGE_MM)


def probed(config: Config, state: Tissue, seeds: int) -> Blocked:
    """Which drawn A fibres do not conduct through this opening, all else at rest."""
    x, found = tissue_grid_mm(config.nerve), []
    rest = laws.rest(x, config)
    tissue = rest | {"opening_S_per_cm2": state["opening_S_per_cm2"]}
    for seed in range(seeds):
        config = copy.deepcopy(config)
        config.seed = seed
        for group in build_groups(config, Alone()):
            grid = GridMap(x, group.x_mm, np.zeros(group.count, dtype=int), 1)
            healthy, around = (
                {k: grid.to_places(v[None]) for k, v in t.items()} for t in (rest, tissue)
            )
            group.couple(around, healthy)
            group.window(SETTLE_S)
            up = group.probe().conducting.astype(bool)
            found.append((group.table["diameter_um"], group.table["depth_rel"], ~up))
    return Blocked(*(np.concatenate(part) for part in zip(*found, strict=True)))


def lesion_config(bench: Bench) -> Config:
    """The stretch of leg_crossed with 16 + 16 A fibres."""
    config = bench.config("ischaemia_20")
    p = config.population
    p.n_abeta, p.n_adelta, p.n_c = 16, 16, 0
    config.pressure.deforms, config.pressure.edge_mm = True, EDGE_MM
    return config


def lesion(bench: Bench, load: str) -> Tissue:
    """Tissue 36 h after a load of ``LOADS``, made once."""

    def make() -> Tissue:
        config, (peak, minutes) = lesion_config(bench), LOADS[load]
        bench.say(f"{bench.physiology}: lesion of {peak:g} mmHg for {minutes:g} min")
        return released(config, loaded(config, stretch_load(config, peak), minutes, True), AFTER_H)

    return bench.once(f"lesion {load}", make)


def lesion_blocked(bench: Bench, load: str) -> Blocked:
    """Fibres probed through that lesion, once."""
    seeds = 1 if bench.quick else 2
    return bench.once(
        f"blocked {load}", lambda: probed(lesion_config(bench), lesion(bench, load), seeds)
    )


def zones_percent(
    x_mm: np.ndarray, damage: np.ndarray, centre_mm: float, length_mm: float
) -> dict[str, float]:
    """Share of the damage (x,) in the outer thirds with what lies beyond, and in the centre third."""
    total = damage.sum()
    if not total > 0:
        return {"edges": np.nan, "centre": np.nan}
    central = np.abs(x_mm - centre_mm) < length_mm / 6
    near = np.abs(np.abs(x_mm - centre_mm) - length_mm / 2) <= length_mm / 6
    return {
        "edges": min(100.0, 100 * float(damage[near].sum() / total)),
        "centre": 100 * float(damage[central].sum() / total),
    }


def _doses(bench: Bench) -> dict[str, Any]:
    def share(load: str, large: bool = False) -> float:
        found = lesion_blocked(bench, load)
        chosen = found.diameter_um > LARGE_UM if large else found.diameter_um > 0
        return share_percent(found.blocked[chosen])

    return {
        "350x120": lambda: share("350x120"), "552x90": lambda: share("552x90"),
        "736x90": lambda: share("736x90"), "1200x90": lambda: share("1200x90", large=True),
    }  # fmt: skip


def _geometry(bench: Bench) -> dict[str, Any]:
    config = lesion_config(bench)
    p, x = config.pressure, tissue_grid_mm(config.nerve)

    def zone(name: str) -> float:
        damage = lesion(bench, "1200x90")["damage_rel"]
        return zones_percent(x, damage, p.centre_mm, p.length_mm)[name]

    def small_over_large() -> float:
        found = lesion_blocked(bench, "736x90")
        small, large = (
            share_percent(found.blocked[part])
            for part in (found.diameter_um < SMALL_UM, found.diameter_um > LARGE_UM)
        )
        return small / large if large > 0 else np.nan

    def uniform() -> float:
        state = loaded(config, np.full_like(x, UNIFORM_MMHG), 90.0, False)
        return share_percent(probed(config, state, 1).blocked)

    def by_ischaemia() -> float:
        load = stretch_load(config, 1200.0)
        damage = [
            loaded(config, load, 90.0, occludes)["damage_rel"].sum() for occludes in (True, False)
        ]
        return 100 * abs(damage[0] / damage[1] - 1) if damage[1] > 0 else np.nan

    return {
        "edges": lambda: zone("edges"), "centre": lambda: zone("centre"),
        "size": small_over_large, "uniform": uniform, "ischaemia": by_ischaemia,
    }  # fmt: skip


FITTED = "yield_mmHg_per_mm, plastic_mmHg_per_mm"


def _share(words: str, low: float, high: float, source: str, fitted: str = "") -> Quantity:
    return Quantity(f"{words} 36 h later", "%", low, high, source, fitted=fitted)


CHECK_13 = Check(
    {
        "350x120": _share("A fibres blocked by 350 mmHg x 120 min,", 0, 5, PEDOWITZ),
        "552x90": _share("A fibres blocked by 552 mmHg x 90 min,", 0, 5, RUDGE, FITTED),
        "736x90": _share("A fibres blocked by 736 mmHg x 90 min,", 5, 90, RUDGE, FITTED),
        "1200x90": _share(
            f"A fibres over {LARGE_UM:g} um blocked by 1200 mmHg x 90 min,", 95, 100, RUDGE
        ),
    },
    _doses,
    quick=True,
)  # fmt: skip
CHECK_14 = Check(
    {
        "edges": Quantity("damage in two zones at the edges", "%", 70, 100, RUDGE),
        "centre": Quantity("damage in the centre third", "%", 0, 15, f"{RUDGE}; {OCHOA}"),
        "size": Quantity(
            f"share blocked of fibres under {SMALL_UM:g} um over that of those over {LARGE_UM:g} um, "
            "736 mmHg", "1", 0, 1 / 3, f"{RUDGE}; {OCHOA}",
        ),
        "uniform": Quantity(
            f"A fibres blocked by {UNIFORM_MMHG:g} mmHg without a gradient, with blood", "%", 0, 0,
            ROMANES,
            why="under article pressure deforms without a gradient",
        ),
        "ischaemia": Quantity(
            "change of the damage by ischaemia at the same time", "%", 0, 10, WILLIAMS
        ),
    },
    _geometry,
    quick=True,
)  # fmt: skip
