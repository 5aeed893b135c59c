"""Which process of how many this is, from what a cluster's launcher puts into the environment."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from nervejax.cli.usage import UsageError

FIRST_PORT, PORTS = 61440, 4096
"""Of a job without a port given: one of the highest 4096, as ``jax.distributed`` takes it."""
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Place:
    """One process of a run.

    address: HOST:PORT of process 0.  rank: which of ``count`` processes.  local: which of the
    ``local_count`` on this machine.
    """

    address: str
    rank: int
    count: int
    local: int
    local_count: int


def place_of(
    address: str | None, count: int | None, rank: int | None, environ: Mapping[str, str]
) -> Place:
    """What the user said, and for the rest what the launcher did.

    Args:
        address: HOST:PORT of process 0.  count, rank: as given; None = not given.

    Raises:
        UsageError: something is missing, or out of range.
    """
    if (count is None) != (rank is None):
        raise UsageError("--processes N and --process K go together")
    if address is not None:
        _check_address(address)
    if count is None or rank is None:
        found = _slurm(environ) or _open_mpi(environ)
        if found is None:
            raise UsageError(
                "--distributed finds neither Slurm (srun) nor Open MPI (mpirun) here;"
                " say --distributed HOST:PORT --processes N --process K"
            )
        if address is None and not found.address:
            raise UsageError(
                "--distributed cannot tell where process 0 is; say --distributed HOST:PORT"
            )
        return Place(
            address or found.address, found.rank, found.count, found.local, found.local_count
        )
    if address is None:
        raise UsageError(
            "--processes and --process need --distributed HOST:PORT, that of process 0"
        )
    if not 1 <= count <= 4096:
        raise UsageError(f"--processes {count}: must be between 1 and 4096")
    if not 0 <= rank < count:
        raise UsageError(f"--process {rank}: must be between 0 and {count - 1}")
    host = address.rpartition(":")[0]
    if host == "localhost" or host.startswith("127."):
        return Place(address, rank, count, rank, count)
    return Place(address, rank, count, 0, 1)


def _check_address(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise UsageError(f"--distributed {address}: must be HOST:PORT, such as node01:{FIRST_PORT}")


def _slurm(environ: Mapping[str, str]) -> Place | None:
    """A task that srun started."""
    names = ("SLURM_JOB_ID", "SLURM_STEP_NODELIST", "SLURM_PROCID", "SLURM_LOCALID")
    count = environ.get("SLURM_STEP_NUM_TASKS") or environ.get("SLURM_NTASKS")
    if count is None or not all(name in environ for name in names):
        return None
    job, nodes, rank, local = (environ[name] for name in names)
    # step.job, so that two steps of one job do not meet
    port = FIRST_PORT + (int(job) + 97 * int(environ.get("SLURM_STEP_ID", "0"))) % PORTS
    node = int(environ.get("SLURM_NODEID", "0"))
    shares = _tasks_per_node(environ.get("SLURM_STEP_TASKS_PER_NODE", "1"))
    here = shares[node] if node < len(shares) else 1
    return Place(f"{first_node(nodes)}:{port}", int(rank), int(count), int(local), here)


def first_node(nodes: str) -> str:
    """First host of a Slurm list such as node[001,007-015],other."""
    match = re.match(r"([^,\[]+)(?:\[([^,\-\]]+))?", nodes)
    return "".join(part or "" for part in match.groups()) if match else nodes


def _tasks_per_node(text: str) -> list[int]:
    """Slurm's 2(x3),1 -> 2, 2, 2, 1."""
    found: list[int] = []
    for tasks, times in re.findall(r"(\d+)(?:\(x(\d+)\))?", text):
        found += [int(tasks)] * int(times or 1)
    return found


def _open_mpi(environ: Mapping[str, str]) -> Place | None:
    """A process that mpirun started; the address is empty where it does not say."""
    kinds = ("RANK", "SIZE", "LOCAL_RANK", "LOCAL_SIZE")
    said = [environ.get(f"OMPI_COMM_WORLD_{kind}") for kind in kinds]
    if None in said:
        return None
    rank, count, local, local_count = (int(value or 0) for value in said)
    job = environ.get("OMPI_MCA_orte_hnp_uri") or environ.get("PMIX_NAMESPACE", "")
    host = re.search(r"tcp://([^,:]+)", environ.get("OMPI_MCA_orte_hnp_uri", ""))
    where = LOOPBACK if local_count == count else host[1] if host else ""
    port = FIRST_PORT + zlib.crc32(job.encode()) % PORTS
    return Place(f"{where}:{port}" if where else "", rank, count, local, local_count)
