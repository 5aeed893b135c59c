"""Check 9: how slow an internode may get before the spike stops there; what a node has to spare.

The paranodes of one, three or nine neighbouring internodes in the middle of a fibre are opened further
and further. What is read is the time the spike takes from node to node where it takes longest.
"""

from typing import Any

import numpy as np

from nervejax.checks.bench import A_DT_US, A_TEMPERATURE_DEGC, Bench
from nervejax.checks.reading import Check, Quantity
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.fibre.preparation import NEVER_MS
from nervejax.membranes.registry import MYELINATED
from nervejax.population.classes import CLASSES
from nervejax.population.internode import MODAL, PORT, SLOW_MODES, reduce_internodes

INGLIS, TASAKI = "Inglis et al. 1998", "Tasaki 1953"
SIZES_UM = {"abeta": (8.5, 9.3, 10.0, 10.7, 11.5, 12.5), "adelta": (2.8, 3.4, 4.0, 4.6, 5.2)}
WIDTHS = (1, 3, 9)
"""Opened internodes side by side."""
NODES = 41
OPENINGS_S_PER_CM2, LEAST_SODIUM = (1e-4, 10.0), (0.005, 1.0)
PRECISION = 0.01
STIMULUS_NA_PER_UM, WIDTH_MS = 0.8, 0.1
"""Twice that of the probes of an episode, which is three times threshold."""
SETTLING = (30.0, 0.0125)
"""Duration and step [ms] of the run to the new rest."""
RUN_MS = 16.0
NEAR_BLOCK, REPEATS = np.linspace(0.85, 1.03, 7), 8
"""Openings over the one that blocks, and stimuli at each, for failures by chance."""


class Opened:
    """Fibres (F,) of which the middle ``widths`` (F,) internodes can be opened, one size each."""

    def __init__(
        self, kind: str, diameter_um: np.ndarray, widths: np.ndarray, noise: float = 0.0
    ) -> None:
        self.fibres = MyelinatedFibres(
            MYELINATED["sensory"], diameter_um, "interpolated", CLASSES[kind].tuned["sensory"],
            A_TEMPERATURE_DEGC, A_DT_US, nodes=NODES, noise=noise,
        )  # fmt: skip
        self.widths = widths
        self.fibres.settling = SETTLING
        self._closed = {k: v.copy() for k, v in self.fibres.cable.items()}
        self._sodium = self.fibres.p["g_na"].copy()

    def open(self, opening_S_per_cm2: np.ndarray) -> None:
        """Open the paranodes of the middle internodes, (F,)."""
        f = self.fibres
        reduced = reduce_internodes(
            f.geometry, f.membrane.axolemma_nS(f.geometry, f.p), f.p["gap_mysa_um"],
            f.p["gap_internode_um"], opening_S_per_cm2, modes=SLOW_MODES,
        )  # fmt: skip
        first = (NODES - 1 - self.widths) // 2
        inside = np.arange(NODES)[:, None]
        inside = (inside >= first) & (inside < first + self.widths)
        for name in MODAL:
            f.cable[name] = np.where(inside, getattr(reduced, name).T[:, None], self._closed[name])
        for name in PORT:
            f.cable[name] = np.where(inside, getattr(reduced, name), self._closed[name])
        f._rest = None

    def keep_sodium(self, share: np.ndarray) -> None:
        """Leave a share (F,) of the sodium conductance of every node."""
        self.fibres.p["g_na"] = self._sodium * share
        self.fibres._rest = None

    def slowest_us(self) -> np.ndarray:
        """Longest time from node to node of a spike that runs through, (F,) [us]; nan if it stops."""
        f = self.fibres
        every = np.arange(f.count)
        pattern = f.intracellular(f.end)
        trials = f.trials(every, [pattern] * f.count, STIMULUS_NA_PER_UM * f.diameter_um, WIDTH_MS)
        first = f.run(trials, RUN_MS, until_decided=True).first_ms[1 : f.far + 1]
        through = (first > NEVER_MS).all(0)
        return np.where(through, 1e3 * np.abs(np.diff(first, axis=0)).max(0), np.nan)


def last_before(
    set_to: Any, read: Any, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bisection on a log scale between what conducts and what blocks, to ``PRECISION``.

    Args:
        set_to: called with (F,) values.  read: gives (F,), nan where a fibre does not conduct.
        low: (F,) conducting values.  high: (F,) blocking values (may be the smaller ones).

    Returns:
        (F,) value closest to block that conducts, and what was read there; nan where ``low`` fails
        already or ``high`` conducts.
    """
    set_to(low)
    best = read()
    sound = np.isfinite(best)
    set_to(high)
    sound &= ~np.isfinite(read())
    a, b = np.log(low), np.log(high)
    while np.abs(b - a).max() > PRECISION:
        middle = 0.5 * (a + b)
        set_to(np.exp(middle))
        found = read()
        up = np.isfinite(found)
        best = np.where(up, found, best)
        a, b = np.where(up, middle, a), np.where(up, b, middle)
    return np.where(sound, np.exp(a), np.nan), np.where(sound, best, np.nan)


def _laid_out(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """(diameter, width) of every combination, (F,) each."""
    sizes, widths = np.meshgrid(SIZES_UM[kind], WIDTHS, indexing="ij")
    return sizes.ravel(), widths.ravel()


def last_conducting(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """(F,) opening closest to block [S/cm2] and longest time from node to node there [us].

    nan for a fibre that conducts at any opening.
    """
    opened = Opened(kind, *_laid_out(kind))
    one = np.ones(opened.fibres.count)
    return last_before(opened.open, opened.slowest_us, *(one * edge for edge in OPENINGS_S_PER_CM2))


def intermittent_us(kind: str, opening: np.ndarray) -> np.ndarray:
    """Longest times from node to node where some of ``REPEATS`` stimuli fail and others do not, (K,)."""
    opened, out = Opened(kind, *_laid_out(kind), noise=1.0), []
    for factor in NEAR_BLOCK:
        opened.open(np.nan_to_num(opening, nan=OPENINGS_S_PER_CM2[0]) * factor)
        found = np.array([opened.slowest_us() for _ in range(REPEATS)])
        failed = np.isnan(found).mean(0)
        some = (failed > 0) & (failed < 1) & np.isfinite(opening)
        out.append(np.nanmean(found[:, some], axis=0) if some.any() else np.zeros(0))
    return np.concatenate(out)


def _measure(bench: Bench) -> dict[str, Any]:
    bench.say("A-beta fibres: opened internodes")
    opening, last = last_conducting("abeta")
    bench.say("A-beta fibres: opened internodes, with channel noise")
    chance = intermittent_us("abeta", opening)
    bench.say("A-delta fibres: opened internodes")
    _, slow = last_conducting("adelta")
    bench.say("A-beta fibres: fewer sodium channels")
    sizes = np.array(SIZES_UM["abeta"])
    fewer = Opened("abeta", sizes, np.zeros(len(sizes), int))
    one = np.ones(len(sizes))
    share, _ = last_before(
        fewer.keep_sodium, fewer.slowest_us, one * LEAST_SODIUM[1], one * LEAST_SODIUM[0]
    )
    blocked, slow = (x[np.isfinite(x)] for x in (last, slow))
    return {
        "last": blocked / 1e3, "smallest": blocked, "chance": chance, "adelta": slow / 1e3,
        "share": 100.0 * len(blocked) / len(last), "safety": 1.0 / share,
    }  # fmt: skip


CHECK = Check(
    {
        "smallest": Quantity(
            "time across the slowest internode without which the spike stops, every A-beta", "us", 500,
            np.inf, INGLIS,
            why="spikes of 0.36 ms are narrower than real ones at 35 degC, so the next node "
                "must be charged sooner",
        ),
        "chance": Quantity(
            "the same where noise makes some spikes fail", "us", 500, 800, INGLIS, judged="mean",
            why="as above; near block channel noise decides within a few per cent of the "
                "opening",
        ),
        "last": Quantity(
            "the same just before complete block", "ms", 0.8, 1.4, INGLIS, judged="mean",
            why="as above; a wider spike charges longer and can be later",
        ),
        "adelta": Quantity("the same in A-delta fibres", "ms", source=INGLIS),
        "share": Quantity(
            "of these A-beta fibres with 1, 3 or 9 opened internodes can be blocked", "%",
            source=INGLIS,
        ),
        "safety": Quantity(
            "sodium conductance of the nodes over the least that conducts", "1", 4, 8, TASAKI,
            hard=False, judged="mean",
        ),
    },
    _measure,
    shared=True,
)  # fmt: skip
