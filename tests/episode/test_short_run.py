"""One whole run, from configuration to file and report."""

import re

import h5py
import numpy as np
import pytest

from nervejax.config import from_mapping
from nervejax.episode.driver import run_episode
from nervejax.recording.model import CLASSES
from nervejax.recording.reader import read_episode, read_provenance, read_summary
from tests.episode.conftest import short_config


def test_file_and_report_are_there_and_nothing_else(short_run):
    _, path = short_run
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "episode.h5",
        "report.html",
        "report.png",
    ]
    with h5py.File(path) as file:
        assert file.attrs["complete"]


def test_large_fibres_are_blocked_by_deformation_and_come_back(short_run):
    _, path = short_run
    record = read_episode(path)
    assert tuple(record.populations) == CLASSES
    t, abeta = record.time_s, record.populations["abeta"].fibres
    assert np.all(abeta["conducting"][t < 0] == 1)
    late = (t > 15) & (t < 25)
    assert np.all(abeta["conducting"][late] == 0)
    assert set(np.unique(abeta["cause"][late])) == {1}  # mechanical
    assert np.all(np.isfinite(abeta["failing_site_mm"][late]))
    assert np.all(abeta["conducting"][-1] == 1)
    for name in ("adelta", "c"):
        assert np.all(record.populations[name].fibres["conducting"] == 1)
    summary = read_summary(path)
    assert summary["ghost_spikes_total"] == 0
    assert summary["quarantined_total_count"] == 0


def test_tissue_under_pressure(short_run):
    config, path = short_run
    record = read_episode(path)
    middle = int(np.argmin(np.abs(record.x_mm - config.pressure.centre_mm)))
    during = (record.time_s > 15) & (record.time_s < 25)
    tissue = record.tissue
    assert tissue["pressure_mmHg"][during, middle].min() > 100
    assert tissue["flow_rel"][during, middle].max() < 0.05
    np.testing.assert_allclose(tissue["flow_rel"][:, 0], 1.0, atol=1e-6)
    assert np.all(np.diff(tissue["energy_rel"][during, middle]) < 0)


def test_velocities_and_thresholds_are_recorded(short_run):
    _, path = short_run
    populations = read_episode(path).populations
    velocity = {n: populations[n].nodes["conduction_velocity_m_per_s"] for n in CLASSES}
    assert np.all((velocity["abeta"] > 30) & (velocity["abeta"] < 75))  # check 3
    assert np.all((velocity["adelta"] > 5) & (velocity["adelta"] < 30))
    assert np.all((velocity["c"] > 0.4) & (velocity["c"] < 1.5))
    for name in CLASSES:
        first = populations[name].fibres["threshold_ratio"][0]
        np.testing.assert_allclose(first, 1.0)


def test_the_stored_configuration_is_the_run(short_run):
    import yaml

    config, path = short_run
    stored = from_mapping(yaml.safe_load(read_provenance(path)["config_yaml"]))
    assert stored == config


def record_of(**changes):
    return run_episode(
        short_config(duration__compression_s=6.0, duration__recovery_s=1.0, **changes)
    )


@pytest.fixture(scope="module")
def brief():
    return record_of()


def same(a, b, fibres=slice(None)):
    for name in a.populations:
        p, q = a.populations[name], b.populations[name]
        for key in p.states:
            if not np.array_equal(p.states[key], q.states[key][:, fibres]):
                return False
    return True


def test_same_seed_same_bits(brief):
    again = record_of()
    assert same(brief, again)
    assert all(np.array_equal(brief.tissue[k], again.tissue[k]) for k in brief.tissue)


def test_another_seed_is_another_run(brief):
    assert not same(brief, record_of(seed=1))


def test_the_published_membrane_is_blocked_by_deformation_and_never_tires():
    record = run_episode(
        short_config(
            population__membrane_a="mcintyre2002", population__n_c=0, duration__recovery_s=1.0
        )
    )
    t = record.time_s
    for name, lost in (("abeta", True), ("adelta", False)):
        population = record.populations[name]
        assert np.all(population.fibres["conducting"][t < 0] == 1)
        assert np.all(population.fibres["conducting"][(t > 20) & (t < 25)] == (not lost))
        assert np.all(population.states["na_i_mM"] == 10.0)
        assert np.ptp(population.states["potential_mV"]) < 1.0
        assert len(population.spike_time_ms) == 0 and not population.quarantined


def test_windows_say_what_was_seen(brief):
    for population in brief.populations.values():
        start, seen, stands = (
            population.window_start_s, population.window_s, population.window_stands_for_s
        )  # fmt: skip
        np.testing.assert_allclose(start[1:], start[:-1] + stands[:-1])
        assert np.all(seen <= stands + 1e-9)
        assert start[-1] + stands[-1] == pytest.approx(7.0)


@pytest.mark.slow
def test_unbroken_run_agrees_with_windows():
    changes = {
        "duration__baseline_s": 1.0, "population__n_adelta": 0, "population__n_c": 0,
        "duration__compression_s": 3.0, "duration__recovery_s": 1.0,
        # so quick an ischaemia that three seconds show it
        "physiology__metabolism__energy_s": 20.0, "physiology__metabolism__oxygen_rate_per_s": 5.0,
        "physiology__perfusion__occlusion_s": 0.1, "pressure__rise_s": 0.1,
        "numerics__step_s": 0.25, "numerics__release_step_s": 0.25,
        "numerics__rest_step_s": 0.25,
    }  # fmt: skip
    config = short_config(**changes)
    quick, config.numerics.duty = run_episode(config), 1.0
    full = run_episode(config)
    a, b = (r.populations["abeta"] for r in (quick, full))
    assert b.window_s.sum() == pytest.approx(5.0)
    # energy falls by several per cent of the pool in three seconds; the schemes differ by little
    drop = a.states["energy_rel"][0] - b.states["energy_rel"][-1]
    assert drop.min() > 0.01
    np.testing.assert_allclose(
        a.states["energy_rel"][-1], b.states["energy_rel"][-1], atol=0.25 * drop.max()
    )
    np.testing.assert_allclose(a.states["na_i_mM"][-1], b.states["na_i_mM"][-1], atol=0.02)


def test_a_fibre_that_blows_up_is_named_and_leaves_the_others_alone(brief, monkeypatch):
    from nervejax.episode.myelinated import MyelinatedGroup

    original = MyelinatedGroup.couple

    def poisoned(self, tissue, rest):
        original(self, tissue, rest)
        if self.kind.name == "abeta":
            self.k_e[5, 1] = np.nan

    monkeypatch.setattr(MyelinatedGroup, "couple", poisoned)
    sick = record_of()
    abeta = sick.populations["abeta"]
    assert list(abeta.quarantined) == [1]
    assert re.fullmatch(
        r"\w+_\w+ not finite at place \d+, x = [\d.]+ mm, in the slow step from -?[\d.]+ s",
        abeta.quarantined[1],
    )
    assert np.all(np.isnan(abeta.fibres["conducting"][1:, 1]))
    assert np.all(np.isfinite(sick.tissue["potassium_endoneurial_mM"]))
    healthy = brief.populations["abeta"]
    # the sick fibre gives nothing to the shared potassium, so neighbours agree closely, not in bits
    np.testing.assert_allclose(
        abeta.states["na_i_mM"][:, [0, 2]], healthy.states["na_i_mM"][:, [0, 2]], atol=1e-3
    )


def test_other_programs_open_the_file(short_run):
    import libsonata
    import xarray as xr

    _, path = short_run
    readout = xr.open_dataset(path, group="readout", engine="h5netcdf")
    assert readout.sizes["time"] > 5
    assert "conducting_fraction_abeta_rel" in readout
    fibres = xr.open_dataset(path, group="fibres/abeta", engine="h5netcdf")
    assert fibres.conducting.dims == ("time", "fibre")
    spikes = libsonata.SpikeReader(str(path))
    assert set(spikes.get_population_names()) == set(CLASSES)
    nodes = libsonata.NodeStorage(str(path)).open_population("abeta")
    assert len(nodes.get_attribute("diameter_um", libsonata.Selection([0, 1, 2]))) == 3


def test_a_run_without_some_classes_is_whole(tmp_path):
    from nervejax.simulate import simulate

    config = short_config(
        population__n_adelta=0, population__n_c=0, population__n_abeta=1,
        duration__compression_s=2.0, duration__recovery_s=2.0,
    )  # fmt: skip
    path = simulate(config, tmp_path)
    assert list(read_episode(path).populations) == ["abeta"]
    assert path.with_name("report.html").is_file()


def test_without_matplotlib_the_episode_is_whole_and_the_way_to_a_picture_is_told(
    tmp_path, monkeypatch, capsys
):
    import sys

    from nervejax.simulate import simulate

    for name in [m for m in sys.modules if m.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    config = short_config(
        population__n_adelta=0, population__n_c=0, population__n_abeta=1,
        duration__compression_s=2.0, duration__recovery_s=2.0,
    )  # fmt: skip
    path = simulate(config, tmp_path)
    assert read_episode(path).time_s[0] == -5.0
    assert not path.with_name("report.html").exists()
    assert "nervejax report" in capsys.readouterr().err
