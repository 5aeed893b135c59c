"""Runs dealt into groups: who goes with whom, what a group notes, what becomes of a lost one."""

import json
import time
import traceback
from functools import partial
from types import SimpleNamespace

import pytest

from hydra_plugins.nervejax_batch._clusters import Local
from hydra_plugins.nervejax_batch._group import Group, Notes, outcome_of
from hydra_plugins.nervejax_batch._watch import deal, run_groups
from hydra_plugins.nervejax_batch.submitit_launcher import BatchSubmititLauncherConf
from nervejax.config import Config
from nervejax.errors import NervejaxError


@pytest.mark.parametrize(
    ("costs_s", "groups", "most", "expected"),
    [
        ([1, 1, 1, 1], 2, 64, [[0, 1], [2, 3]]),
        ([9, 1, 9, 1], 2, 64, [[0, 2], [1, 3]]),
        ([1] * 5, None, 2, [[0, 1], [2], [3, 4]]),
        ([1] * 3, 8, 64, [[0], [1], [2]]),
        ([1] * 3, None, 64, [[0, 1, 2]]),
    ],
)
def test_runs_of_similar_length_go_together(costs_s, groups, most, expected):
    assert deal(costs_s, groups, most) == expected


def with_seed(seed):
    config = Config()
    config.seed = seed
    return config


def group_of(tmp_path, *seeds):
    folders = [tmp_path / str(k) for k in range(len(seeds))]
    return Group([with_seed(s) for s in seeds], folders, [[] for _ in seeds], tmp_path / "notes")


def test_a_group_notes_how_each_run_ended(fake_simulate, tmp_path):
    group_of(tmp_path, 1, 13, 14)()
    found = {n["run"]: outcome_of(n) for n in Notes(tmp_path / "notes").new() if "run" in n}
    assert found[0] == tmp_path / "0" / "episode.h5"
    assert isinstance(found[1], NervejaxError) and str(found[1]) == "seed 13 is unlucky"
    assert isinstance(found[2], Exception) and not isinstance(found[2], NervejaxError)
    text = "".join(traceback.format_exception(found[2]))
    assert "KeyError: 'bug'" in text and "conftest.py" in text  # where it happened


def test_a_group_that_is_continued_does_what_is_left(fake_simulate, tmp_path):
    group = group_of(tmp_path, 1, 2, 3)
    group.notes.write_text(json.dumps({"run": 1, "path": "x"}) + '\n{"run": 0, "pa')
    assert group.checkpoint().function is group
    group()
    assert [config.seed for config in fake_simulate] == [1, 3]
    assert {n["run"] for n in Notes(group.notes).new() if "run" in n} == {0, 1, 2}
    fake_simulate.clear()
    group()
    assert fake_simulate == []


def test_notes_are_read_as_they_come(tmp_path):
    notes = Notes(tmp_path / "notes")
    assert list(notes.new()) == []
    notes.path.write_text('{"share": 0.5}\n{"share"')
    assert list(notes.new()) == [{"share": 0.5}]
    with notes.path.open("a") as file:
        file.write(': 0.7}\nnonsense\n[1]\n{"share": 1}\n')
    assert list(notes.new()) == [{"share": 0.7}, {"share": 1}]


@pytest.fixture
def local(tmp_path):
    """Processes of this machine, one at a time."""
    pytest.importorskip("submitit")
    settings = BatchSubmititLauncherConf(array_parallelism=1, timeout_min=1)
    return Local(settings, tmp_path / "submitit")


def over(cluster, job, within_s=20.0):
    until_s = time.monotonic() + within_s
    while cluster.over(job) is None and time.monotonic() < until_s:
        time.sleep(0.05)
    return cluster.over(job)


def test_processes_of_this_machine_come_one_after_the_other(local, tmp_path):
    begun_s = time.monotonic()
    first, second = (local.submit([partial(time.sleep, 0.3)])[0] for _ in range(2))
    assert first.done() and time.monotonic() - begun_s > 0.3
    assert over(local, second) == "FINISHED" and second.results() == [None]


def test_a_process_of_this_machine_that_is_taken_back(local):
    (job,) = local.submit([partial(time.sleep, 60)])
    assert local.over(job) is None
    local.cancel([job])
    assert over(local, job, 0) is not None


class Fake:
    """A cluster whose groups run at once; those named are lost after their first run."""

    at_once, grace_s = 2, 0.0

    def __init__(self, lost=()):
        self.lost, self.cancelled, self.most = lost, [], 0

    def submit(self, tasks):
        jobs = []
        for task in tasks:
            name = task.notes.stem
            log = task.notes.with_suffix(".err")
            log.write_text("something\nout of memory\n\n")
            if name in self.lost:
                one = Group(task.configs[:1], task.folders[:1], task.words[:1], task.notes)
                one()
            else:
                task()
            jobs.append(SimpleNamespace(job_id=name, paths=SimpleNamespace(stderr=log)))
        self.most = max(self.most, len(tasks))
        return jobs

    def over(self, job):
        return "NODE_FAIL" if job.job_id in self.lost else None

    def cancel(self, jobs):
        self.cancelled += [job.job_id for job in jobs]


def run_all(tmp_path, cluster, parts, ended, shares=None):
    numbers = range(sum(map(len, parts)))
    run_groups(
        parts, [with_seed(20 + n) for n in numbers], [tmp_path / str(n) for n in numbers],
        [[] for _ in numbers], cluster, tmp_path / ".submitit", ended,
        None if shares is None else shares.append,
    )  # fmt: skip


def test_every_run_of_every_group_ends_once(fake_simulate, tmp_path):
    found, shares, cluster = [], [], Fake()
    run_all(tmp_path, cluster, [[0, 3], [1], [2, 4]], lambda *told: found.append(told), shares)
    assert sorted(found) == [(n, tmp_path / str(n) / "episode.h5") for n in range(5)]
    assert cluster.most == 2 and cluster.cancelled == []
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_a_lost_group_keeps_what_it_finished_and_is_named(fake_simulate, tmp_path):
    found = {}
    run_all(tmp_path, Fake(lost=["group-1"]), [[0], [1, 2, 3], [4]], found.__setitem__)
    assert [n for n in sorted(found) if not isinstance(found[n], Exception)] == [0, 1, 4]
    for number in (2, 3):
        told = str(found[number])
        assert isinstance(found[number], NervejaxError)
        assert "(job group-1) ended before it was done (NODE_FAIL): out of memory; see" in told


@pytest.mark.parametrize("why", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_whatever_ends_the_waiting_takes_the_groups_back(fake_simulate, tmp_path, why):
    def ended(number, outcome):
        raise why

    cluster = Fake()
    with pytest.raises(why):
        run_all(tmp_path, cluster, [[0], [1], [2]], ended)
    assert cluster.cancelled == ["group-0", "group-1"]
