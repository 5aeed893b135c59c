"""A sweep in a process that submitit started gives the numbers that each run has alone."""

import json

import numpy as np
import pytest

from nervejax.cli.compose import compose
from nervejax.simulate import simulate
from tests.episode.test_batch import content

pytest.importorskip("submitit")

SMALL = [
    "output.report=false", "duration.baseline_s=1", "duration.compression_s=5",
    "duration.recovery_s=5", "stimuli.every_s=0", "population.n_abeta=1", "population.n_adelta=0",
    "population.n_c=0",
]  # fmt: skip


def test_a_group_in_a_process_of_its_own(command, tmp_path):
    status, _, err = command(
        "run", "-m", "hydra.sweep.dir=swept", "hydra/launcher=batch_submitit",
        "hydra.launcher.cluster=local", *SMALL,
        "pressure.peak_mmHg=60,150", "seed=3",
    )  # fmt: skip
    assert status == 0, err
    journal = (tmp_path / "swept" / ".ledger" / "journal.jsonl").read_text().splitlines()
    assert [json.loads(line)["status"] for line in journal if line] == ["done", "done"]
    logs = list((tmp_path / "swept" / ".submitit").glob("*_log.err"))
    assert len(logs) == 1
    (config,) = compose([*SMALL, "pressure.peak_mmHg=150", "seed=3"])
    alone = content(simulate(config, tmp_path / "alone"))
    shared = content(tmp_path / "swept" / "1" / "episode.h5")
    other = content(tmp_path / "swept" / "0" / "episode.h5")
    assert alone.keys() == shared.keys() and len(alone) > 50
    for name, values in alone.items():
        equal_nan = np.asarray(values).dtype.kind == "f"
        assert np.array_equal(values, shared[name], equal_nan=equal_nan), name
    assert not np.array_equal(other["tissue/pressure_mmHg"], shared["tissue/pressure_mmHg"])
