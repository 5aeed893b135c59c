"""What its time step and single precision cost an episode: some of its fibres, half the step, float64."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml

from nervejax.analysis.verification import Finding
from nervejax.config import Config, from_mapping
from nervejax.errors import NervejaxError
from nervejax.fibre.measure import measure_fibres
from nervejax.recording import reader
from nervejax.recording.model import FibreRecord

BOUNDS = {
    "conduction_velocity_m_per_s": ("velocity", 0.08),
    "threshold_end_nA": ("threshold", 0.05),
    "resting_potential_mV": ("resting potential", 1e-4),
}
"""Measure -> name, and the most that it may change [1]. Assumed: the steps of the episodes cost up to 6 %
of velocity and 3 % of thresholds (docs/performance.md); rest does not depend on the step."""


def own_errors(path: Path, count: int) -> Iterator[Finding]:
    """Measure healthy fibres of a stored episode in its own numerics, and in finer ones.

    Args:
        path: an episode file.
        count: fibres of each class, drawn by the seed of the episode.

    Yields:
        For each class and measure the largest relative change, and the most that it may be.

    Raises:
        NervejaxError: the file cannot be read.
    """
    text = str(reader.read_provenance(path).get("config_yaml", ""))
    config = from_mapping(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    draw = np.random.default_rng(config.seed)
    for name, population in reader.read_episode(path).populations.items():
        fibres = np.flatnonzero(_sound(population))
        some = np.sort(draw.permutation(fibres)[:count])
        if len(some):
            yield from _of_class(name, population, some, config)


def _of_class(
    name: str, population: FibreRecord, some: np.ndarray, config: Config
) -> Iterator[Finding]:
    a_fibre, numerics = name != "c", config.numerics
    membrane = config.population.membrane_a if a_fibre else config.population.membrane_c
    dt_us = numerics.dt_us if a_fibre else numerics.dt_c_us
    diameters_um = population.nodes["diameter_um"][some].astype(float).tolist()
    try:
        own, finer = (
            measure_fibres(
                name,
                diameters_um,
                membrane=membrane,
                dt_us=step,
                measures=("spike",),
                precision=precision,
            )
            for step, precision in ((dt_us, "float32"), (dt_us / 2, "float64"))
        )
    except NervejaxError as error:
        yield Finding(f"own error {name}", str(error), None)
        return
    fibres = ", ".join(map(str, some))
    for key, (words, most) in BOUNDS.items():
        change = float(np.max(np.abs(own[key] / finer[key] - 1.0)))
        told = f"changes by {change:.1e} with half the step in float64, at most {most:g}"
        told += f" (fibres {fibres})"
        yield Finding(f"{words} {name}", told, change <= most)


def _sound(population: FibreRecord) -> np.ndarray:
    sound = np.ones(len(population.nodes["diameter_um"]), dtype=bool)
    sound[list(population.quarantined)] = False
    return sound
