"""Made-up episodes for the tests of the checks: conduction, spikes and measures put in by hand."""

import numpy as np

from nervejax.checks.bench import Bench
from nervejax.checks.reading import NotRun
from nervejax.config import Config
from tests.unit.analysis_example import tiny_episode, tiny_population


def episode(
    block_s, back_s=None, *, compression_s=1200.0, recovery_s=1200.0, spikes=None, classes=("abeta",),
    diameter_um=None, step_s=10.0,
):  # fmt: skip
    """Fibres that block at ``block_s`` (F,) and return ``back_s`` after release; inf: never.

    Args:
        spikes: (time, fibre) in A-beta fibres; every step after release is stepped in full.
    """
    time_s = np.arange(-30.0, compression_s + recovery_s, step_s)
    block = np.asarray(block_s, float)
    back = np.full(len(block), np.inf) if back_s is None else np.asarray(back_s, float)
    t = time_s[:, None]
    up = ~((t >= block) & (t < np.where(block < compression_s, compression_s + back, np.inf)))
    stepped = [(s, step_s if s >= compression_s else 0.1, step_s) for s in time_s]
    populations = []
    for name in classes:
        fibres = tiny_population(up, spikes if name == "abeta" else None, stepped, name)
        fibres.nodes["diameter_um"] = np.asarray(
            np.full(len(block), 10.0) if diameter_um is None else diameter_um, float
        )
        fibres.nodes["conduction_velocity_m_per_s"] = 5.0 * fibres.nodes["diameter_um"]
        fibres.fibres["latency_ms"] = np.where(up, 1.0, np.nan)
        fibres.fibres["failing_site_mm"] = np.where(up, np.nan, 45.0)
        fibres.fibres["threshold_ratio"] = np.ones(up.shape)
        populations.append(fibres)
    return tiny_episode(time_s, populations, compression_s, recovery_s)


class Made:
    """A store of made-up episodes; an experiment that is not named was not run."""

    def __init__(self, **records):
        self.made, self.settings = records, Config()

    def config(self, physiology, experiment, seed=0):
        """The default one, on a 20 mm stretch at 50 mm."""
        return self.settings

    def records(self, physiology, experiment):
        """The episodes of that name."""
        if experiment not in self.made:
            raise NotRun(f"{experiment} was not made")
        found = self.made[experiment]
        return found if isinstance(found, list) else [found]


def read(check, quick=False, **records):
    """Readings of a check from made-up episodes, by key."""
    bench = Bench(quick=quick, store=Made(**records), physiology="made up")
    return dict(zip(check.quantities, check.readings(bench), strict=True))
