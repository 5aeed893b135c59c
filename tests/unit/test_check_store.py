"""Stored episodes of the checks: reused, run anew when anything changed, and what happens on failure."""

import os
import time

import numpy as np
import pytest

from nervejax.checks import experiments, runner
from nervejax.checks.experiments import EXPERIMENTS, Experiment
from nervejax.checks.reading import NotRun
from nervejax.checks.store import Store
from nervejax.cli.compose import compose
from nervejax.episode.engine import Alone
from nervejax.recording.layout import FILE_NAME
from tests.format.example import example_episode, write_example


@pytest.fixture
def two(monkeypatch):
    """Two experiments instead of those of the checks."""
    for name in list(EXPERIMENTS):
        monkeypatch.delitem(EXPERIMENTS, name)
    monkeypatch.setitem(EXPERIMENTS, "short", Experiment(("duration.recovery_s=5",), 1.0, 2))
    people = Experiment(("pressure.peak_mmHg=40",), 9.0, 5, subjects=True)
    monkeypatch.setitem(EXPERIMENTS, "people", people)


def make(job):
    """Stands in for a simulation, in another process."""
    job.folder.mkdir(parents=True, exist_ok=True)
    if job.seed == 3:
        return "seed 3 is unlucky"
    if job.seed == 4:
        os._exit(1)
    (job.folder / FILE_NAME).write_bytes(f"{os.getpid()}".encode())
    job.stamp()
    return ""


def hang(job):
    """A run that is in the middle of writing."""
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / f"{FILE_NAME}.partial").write_bytes(b"")
    if job.seed:
        while not (job.folder.parent / "seed0" / f"{FILE_NAME}.partial").exists():
            time.sleep(0.05)
        return ""
    time.sleep(600)
    return ""


def test_every_experiment_can_be_composed():
    for name, plan in EXPERIMENTS.items():
        for physiology in plan.physiology or ("literature",):
            (config,) = compose(plan.words(physiology))
            assert config.physiology.name == physiology, name
            assert plan.seeds >= 1 and plan.cost_s > 0
            assert not config.output.report and config.numerics.lanes in (8, 24)


@pytest.mark.slow
def test_the_fibres_of_every_experiment_fit_into_its_nerve():

    from nervejax.episode.groups import build_groups

    for name, plan in EXPERIMENTS.items():
        (config,) = compose(plan.words("literature"))
        assert build_groups(config, Alone()), name


def test_configurations_differ_by_what_they_should(two, tmp_path):
    store = Store(tmp_path, compose, None)
    first, second = store.jobs("literature", ["short"])
    assert (first.config.seed, second.config.seed) == (0, 1) and first.sha256 != second.sha256
    assert first.folder == tmp_path / "literature" / "short" / "seed0"
    assert first.config.duration.recovery_s == 5.0
    (article, _) = store.jobs("article", ["short"])
    assert article.config.physiology.name == "article" and article.sha256 != first.sha256
    people = [
        job.config.physiology.perfusion.mean_arterial_mmHg
        for job in store.jobs("article", ["people"])
    ]
    assert len(set(people)) == 5 and 70 < min(people) < 95 < max(people) < 120
    again = Store(tmp_path, compose, 5).jobs("article", ["people"])
    assert [job.config.physiology.perfusion.mean_arterial_mmHg for job in again] == people
    (other, _) = Store(tmp_path, compose, 2, "other constants").jobs("literature", ["short"])
    assert other.sha256 != first.sha256


def test_subjects_have_the_spread_that_is_said():
    rel = np.array([experiments.arterial_pressure_rel(seed) for seed in range(500)])
    assert rel.mean() == pytest.approx(1.0, abs=0.02) and rel.std() == pytest.approx(0.1, rel=0.2)


def test_an_episode_is_reused_until_anything_changes(two, tmp_path):
    (job, _) = Store(tmp_path, compose, 2).jobs("article", ["short"])
    assert not job.is_stored
    write_example(job.folder / FILE_NAME, example_episode(2))
    assert not job.is_stored  # whose it is nobody said
    job.stamp()
    assert job.is_stored
    (same, other) = Store(tmp_path, compose, 2).jobs("article", ["short"])
    assert same.is_stored and not other.is_stored
    (changed, _) = Store(tmp_path, compose, 2, "other constants").jobs("article", ["short"])
    assert not changed.is_stored
    job.forget()
    assert not same.is_stored


def test_records_are_read_or_it_is_said_why_not(two, tmp_path):
    store = Store(tmp_path, compose, 1)
    with pytest.raises(NotRun, match="left out of --quick"):
        store.records("article", "short")
    (job,) = store.jobs("article", ["short"])
    write_example(job.folder / FILE_NAME, example_episode(2))
    (record,) = store.records("article", "short")
    assert record.populations["abeta"].fibres["conducting"].shape[1] == 2
    (job.folder / FILE_NAME).write_bytes(b"nothing")
    with pytest.raises(NotRun, match="damaged or not an episode"):
        _again(tmp_path, job).records("article", "short")
    store.fail(job, "it rained")
    with pytest.raises(NotRun, match="article/short seed 0: it rained"):
        store.records("article", "short")


def _again(folder, job):
    store = Store(folder, compose, 1)
    store.jobs(job.physiology, [job.experiment])
    return store


def test_jobs_run_side_by_side_and_a_failing_one_does_not_stop_the_others(two, tmp_path):
    store, said, ended = Store(tmp_path, compose, None), [], {}
    jobs = store.jobs("article", ["people"]) + store.jobs("article", ["short"])
    old = jobs[3]  # an older episode that is to be run anew does not stand in for a failed one
    write_example(old.folder / FILE_NAME, example_episode(2))
    old.stamp()
    runner.run_jobs(jobs, 2, said.append, lambda job, why: ended.update({job.name: why}), make)
    assert ended["article/people seed 3"] == "seed 3 is unlucky"
    assert ended["article/people seed 4"] == runner.DIED
    assert sum(why == "" for why in ended.values()) == 5
    assert [job.is_stored for job in jobs] == [True] * 3 + [False] * 2 + [True] * 2
    # processes are kept: of seven jobs two were bad, and one took its process with it
    assert len({(job.folder / FILE_NAME).read_bytes() for job in jobs if job.is_stored}) <= 3
    assert said[0].startswith("7 episodes to run in 2 processes, about 1 min")
    assert any("failed: seed 3 is unlucky" in line and "min left" in line for line in said)
    assert said[-1].startswith("episode 7 of 7: ") and "XLA_FLAGS" not in os.environ


def test_ctrl_c_leaves_whole_episodes_only(two, tmp_path):
    store = Store(tmp_path, compose, 2)

    def interrupt(job, why):
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        runner.run_jobs(store.jobs("article", ["people"]), 2, str, interrupt, hang)
    assert time.monotonic() - began < 60
    assert not list(tmp_path.rglob(f"seed0/{FILE_NAME}*"))


def test_one_job(two, tmp_path, monkeypatch, capsys):
    from nervejax import simulate
    from nervejax.errors import NervejaxError

    (job,) = Store(tmp_path, compose, 1).jobs("article", ["short"])

    def run(config, out_dir):
        print("a sentence")
        (out_dir / FILE_NAME).write_bytes(b"")

    monkeypatch.setattr(simulate, "simulate", run)
    assert runner.run_one(job) == "" and job.is_stored
    assert capsys.readouterr().out == ""
    for error, told in ((NervejaxError("no\n room"), "no room"), (KeyError("x"), "KeyError: 'x'")):
        monkeypatch.setattr(simulate, "simulate", lambda *_, e=error: (_ for _ in ()).throw(e))
        assert runner.run_one(job) == told
