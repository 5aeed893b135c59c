"""Which process this is, from options and from what launchers put into the environment."""

import pytest

from nervejax.cli import environment
from nervejax.cli.cluster import Place, first_node, place_of
from nervejax.cli.usage import UsageError

SLURM = {
    "SLURM_JOB_ID": "4097", "SLURM_STEP_ID": "0", "SLURM_STEP_NODELIST": "gpu[003,007-015],x1",
    "SLURM_STEP_NUM_TASKS": "7", "SLURM_PROCID": "5", "SLURM_LOCALID": "1", "SLURM_NODEID": "2",
    "SLURM_STEP_TASKS_PER_NODE": "2(x3),1",
}  # fmt: skip
MPI = {
    "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "1",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
    "OMPI_MCA_orte_hnp_uri": "1531576320.0;tcp://10.96.0.1,10.148.0.1:34911",
}  # fmt: skip


def test_slurm():
    assert place_of(None, None, None, SLURM) == Place("gpu003:61441", 5, 7, 1, 2)
    assert place_of("head:99", None, None, SLURM).address == "head:99"
    other = place_of(None, None, None, SLURM | {"SLURM_STEP_ID": "1"})
    assert other.address != "gpu003:61441"  # two steps of one job do not meet


@pytest.mark.parametrize(
    ("nodes", "first"),
    [
        ("node001", "node001"), ("node001,host2", "node001"), ("node[001-015],host2", "node001"),
        ("n[1,3-5]", "n1"), ("a-b[07]", "a-b07"),
    ],
)  # fmt: skip
def test_first_node(nodes, first):
    assert first_node(nodes) == first


def test_open_mpi():
    place = place_of(None, None, None, MPI)
    assert place.address.startswith("10.96.0.1:6") and (place.rank, place.count) == (3, 4)
    assert (place.local, place.local_count) == (1, 2)
    alone = MPI | {"OMPI_COMM_WORLD_LOCAL_SIZE": "4"}
    assert place_of(None, None, None, alone).address.startswith("127.0.0.1:")
    newer = {k: v for k, v in MPI.items() if "orte" not in k}  # Open MPI 5 does not say where
    with pytest.raises(UsageError, match="say --distributed HOST:PORT"):
        place_of(None, None, None, newer)
    assert place_of("n1:5000", None, None, newer).rank == 3


def test_by_hand():
    assert place_of("n1:5000", 4, 2, SLURM) == Place("n1:5000", 2, 4, 0, 1)
    assert place_of("localhost:5000", 4, 2, {}) == Place("localhost:5000", 2, 4, 2, 4)


def test_each_process_takes_its_share_of_the_gpus(monkeypatch):
    monkeypatch.setattr(environment, "_gpus", lambda: 4)

    def visible(local, count, **given):
        environ = dict(given)
        environment.prepare(environ, local, count)
        return environ.get("CUDA_VISIBLE_DEVICES")

    assert visible(0, 1) is None
    assert visible(1, 2) == "1,3"
    assert visible(1, 2, CUDA_VISIBLE_DEVICES="5,7") == "7"
    assert visible(1, 2, CUDA_VISIBLE_DEVICES="5") == "5"  # its own already
    assert visible(7, 8) is None
