"""Fascicles: the bundles of a nerve. Fibres of one share blood, oxygen, acid and potassium.

Perineurium keeps the endoneurium of fascicles apart, and their blood supply is not even (Kozu, Tamura
& Parry 1992, J Reconstr Microsurg 8:31); how much they differ is assumed (``configs/physiology``).
"""

from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

STREAM = 1000
"""Distinguishes these draws from those of fibres, whose stream is the number of their class."""


class Fascicles(NamedTuple):
    """K fascicles.

    volume_factor, anaerobic_factor: (K,) on the extracellular volume and on the share of its rate
    that the pump keeps without oxygen.
    """

    volume_factor: np.ndarray
    anaerobic_factor: np.ndarray


def draw_fascicles(config: Any) -> Fascicles:
    """Draw them, log-normal and spread evenly (a Latin hypercube), so that few stand for many.

    Each property takes the middle of each of K equally likely ranges once; the seed decides which
    fascicle gets which.

    Args:
        config: ``nervejax.config.schema.Config``.
    """
    scale, physiology, count = (
        config.population.heterogeneity,
        config.physiology,
        config.nerve.fascicles,
    )
    rng = np.random.default_rng(np.random.SeedSequence((config.seed, STREAM)))
    z = np.array([NormalDist().inv_cdf((k + 0.5) / count) for k in range(count)])
    spreads = (physiology.endoneurium.volume_spread, physiology.metabolism.anaerobic_spread)
    return Fascicles(*(np.exp(scale * spread * rng.permutation(z)) for spread in spreads))


def fascicle_of(count: int, fascicles: int) -> np.ndarray:
    """(count,) fascicle of each fibre of a class: dealt out in turn, so that all hold alike many."""
    return np.arange(count) % fascicles
