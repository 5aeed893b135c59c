"""A short episode that several tests look at."""

import pytest

from nervejax.config import Config
from nervejax.simulate import simulate


def short_config(**changes):
    """Three fibres of each class, half a minute of pressure; dotted keys as ``duration__x``."""
    config = Config()
    p = config.population
    p.n_abeta = p.n_adelta = p.n_c = 3
    config.duration.baseline_s, config.duration.compression_s = 5.0, 25.0
    config.duration.recovery_s = 15.0
    config.numerics.probe_every_s = 2.0
    config.stimuli.every_s = 0.0
    # strong and quick, so that half a minute shows the whole arc
    config.physiology.mechanics.opening_S_per_cm2 = 0.006
    config.physiology.mechanics.recoil_s = 2.0
    for key, value in changes.items():
        target = config
        *path, last = key.split("__")
        for part in path:
            target = getattr(target, part)
        setattr(target, last, value)
    return config


@pytest.fixture(scope="session")
def short_run(tmp_path_factory):
    """(config, path of the episode file)."""
    config = short_config()
    return config, simulate(config, tmp_path_factory.mktemp("short"))
