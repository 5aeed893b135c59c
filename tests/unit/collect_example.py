"""Small stored runs for the tests of tables of sweeps; no physics in them."""

import csv

import numpy as np

from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.recording.writer import write_episode
from tests.unit.analysis_example import tiny_episode, tiny_population

CONFIG = "name: arm\nseed: 7\npressure:\n  peak_mmHg: 60.0\nphysiology:\n  name: article\n"


def store(folder, *overrides, config=CONFIG, **more):
    """A run with its files of Hydra's, see ``store_episode``."""
    hydra(folder, *overrides, config=config)
    store_episode(folder, *overrides, config=config, **more)


def store_episode(
    folder, *overrides, fibres=2, steps=4, seed=0, config=CONFIG, numb=True, summary=None
):
    """The file of a run of so many fibres and steps that went numb at its second step."""
    conducting = np.ones((steps, fibres))
    conducting[2, 0 if numb else slice(0)] = 0
    population = tiny_population(conducting)
    population.fibres["cause"] = np.where(conducting > 0, 0, 2).astype(np.uint8)
    population.states["potential_mV"] = np.full((steps, fibres), -80.0 + seed, dtype=np.float32)
    record = tiny_episode(np.arange(steps) * 60.0 - 60.0, [population], 120.0, 60.0)
    series = readout(record)
    write_episode(
        record, folder / "episode.h5",
        provenance={"config_yaml": config, "overrides": list(overrides), "seed": seed},
        readout=series, summary=summarise(record, series) | (summary or {}),
    )  # fmt: skip


def hydra(folder, *overrides, config=CONFIG):
    (folder / ".hydra").mkdir(parents=True)
    (folder / ".hydra" / "config.yaml").write_text(config)
    words = "".join(f"- {word}\n" for word in overrides) or "[]\n"
    (folder / ".hydra" / "overrides.yaml").write_text(words)


def rows(folder):
    with (folder / "summary.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def four_runs(folder):
    """Runs 2 and 10 are done; 3 was never finished; 4 is no episode."""
    store(folder / "10", "pressure.peak_mmHg=80", "duration.recovery_s=60", seed=1)
    store(folder / "2", "pressure.peak_mmHg=40", "duration.recovery_s=60", numb=False)
    hydra(folder / "3", "pressure.peak_mmHg=50", "duration.recovery_s=60")
    hydra(folder / "4", "pressure.peak_mmHg=55", "duration.recovery_s=60")
    (folder / "4" / "episode.h5").write_bytes(b"not one")
    return folder
