"""A true ensemble: each row has the numbers that the same run has by itself, bit for bit."""

from contextlib import redirect_stderr
from io import StringIO

import h5py
import numpy as np
import pytest

from nervejax.analysis.ensemble_table import ensemble_columns
from nervejax.cli.main import main
from nervejax.ensembles.plan import load_plan
from nervejax.recording.reader import read_readout, read_summary
from nervejax.simulate import simulate

WORDS = (
    "duration.baseline_s=5", "duration.compression_s=20", "duration.recovery_s=10",
    "stimuli.every_s=0", "population.n_abeta=1", "population.n_adelta=0", "population.n_c=0",
    "pressure.edge_mm=0.5",
    "output.report=false",
)  # fmt: skip


@pytest.mark.parametrize("row", [0, 1])
def test_a_row_equals_the_run(folder, tmp_path, row):
    plan = load_plan(folder)
    episode = simulate(plan.rows.config(plan.base, row), tmp_path)
    told, wanted = ensemble_columns(folder), read_summary(episode)
    assert told["status"].tolist() == ["done", "done", "failed"]
    for name, value in wanted.items():
        found = told[name][row]
        assert found == value or (np.isnan(found) and np.isnan(value)), name
    with h5py.File(folder / "ensemble.h5") as file:
        for name, series in read_readout(episode).items():
            kept = file["readout"][name][()]
            assert np.array_equal(kept if name == "time_s" else kept[row], series, equal_nan=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ensemble")
    (folder / "r.csv").write_text(  # the last row has too few nodes for its edges
        "pressure.peak_mmHg,seed,population.nodes_abeta\n150,1,36\n30,2,36\n30,2,16\n"
    )
    words = ["ensemble", *WORDS, "--rows", "r.csv", "-o", "e", "--series"]
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(StringIO()) as err:
        patch.chdir(folder)
        patch.setenv("XLA_FLAGS", "")
        assert main(words) == 1
    assert "nervejax: row 2 failed: " in err.getvalue() and "Traceback" not in err.getvalue()
    return folder / "e"
