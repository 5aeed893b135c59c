"""A stand-in for the simulation of rows: numbers that follow from the configuration, at once."""

import math
from types import ModuleType, SimpleNamespace

import numpy as np

from nervejax.config import Config
from nervejax.ensembles.plan import Plan
from nervejax.ensembles.rows import Rows
from nervejax.errors import NervejaxError


def outcome_of(config):
    """Summary and read-out of a row: the peak is the pressure, half a block comes above 50 mmHg."""
    peak = config.pressure.peak_mmHg
    time_s = np.array([-5.0, 0.0, 2.5])
    summary = {
        "pressure_peak_mmHg": peak,
        "half_block_abeta_s": 6000 / peak if peak > 50 else math.nan,
        "tingling_peak_rel": config.seed / 100,
        "order_of_loss": f"seed {config.seed}",
    }
    series = {"tingling_rel": time_s * peak, "ectopic_rate_abeta_hz": time_s + config.seed}
    return SimpleNamespace(summary=summary, series=series, time_s=time_s)


def fake_rows(monkeypatch, bad=(), stop_after=None):
    """Replace the simulation; returns the list of seeds that ran.

    bad: seeds that fail.  stop_after: Ctrl-C is pressed after so many rows.
    """
    ran = []

    def summarise_many(configs, ended, progress=None):
        for number, config in enumerate(configs):
            if stop_after is not None and len(ran) == stop_after:
                raise KeyboardInterrupt
            ran.append(config.seed)
            failed = config.seed in bad
            ended(number, NervejaxError("no such nerve") if failed else outcome_of(config))
            if progress is not None:
                progress((number + 1) / len(configs))

    module = ModuleType("nervejax.simulate")
    module.summarise_many = summarise_many
    monkeypatch.setitem(__import__("sys").modules, "nervejax.simulate", module)
    return ran


def plan_of(count=10, series=False):
    """Rows with pressures 20, 30, ... and seeds 0, 1, ..."""
    columns = {
        "pressure.peak_mmHg": 20.0 + 10.0 * np.arange(count),
        "seed": np.arange(count, dtype=np.int64),
        "pressure.deforms": np.arange(count) % 2 == 0,
        "population.membrane_a": np.array(["sensory"] * count, dtype=object),
    }
    return Plan(Config(), Rows(columns), ["ensemble"], "by hand", series)


def contents(path):
    """Name -> values of every dataset in a file but those of when and where it was made."""
    import h5py

    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
            found[name] = item.asstr()[()] if h5py.check_string_dtype(item.dtype) else item[()]

    with h5py.File(path) as file:
        file.visititems(note)
    return found


def assert_same(one, other):
    """Every dataset of two files is bit for bit the same."""
    one, other = contents(one), contents(other)
    assert list(one) == list(other)
    for name, values in one.items():
        a, b = np.asarray(values), np.asarray(other[name])
        same = (a == b).all() if a.dtype.kind == "O" else a.tobytes() == b.tobytes()
        assert same, name
