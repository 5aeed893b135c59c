"""What must stand in the environment before JAX is imported."""

import os
from collections.abc import MutableMapping
from glob import glob

THREADS = "NERVEJAX_CPU_THREADS"
_VISIBLE = "CUDA_VISIBLE_DEVICES"


def prepare(
    environ: MutableMapping[str, str] = os.environ, local: int = 0, local_count: int = 1
) -> None:
    """Let the processes of one run on this machine share it; a process alone has all of it.

    Args:
        environ: what is changed; what the user has set stays.
        local, local_count: which of how many processes. Each takes its share of the GPUs if there is
            one for each, and of the cores unless it is bound to some.
    """
    _share_gpus(environ, local, local_count)
    cores = _usable_cores()
    if local_count > 1 and cores == os.cpu_count():  # not bound to some of them
        environ.setdefault(THREADS, str(max(1, cores // local_count)))


def _share_gpus(environ: MutableMapping[str, str], local: int, local_count: int) -> None:
    if local_count < 2:
        return
    seen = environ.get(_VISIBLE)
    found = [str(k) for k in range(_gpus())] if seen is None else [x for x in seen.split(",") if x]
    if len(found) >= local_count:
        environ[_VISIBLE] = ",".join(found[local::local_count])


def _gpus() -> int:
    """NVIDIA GPUs of this machine."""
    return len(glob("/dev/nvidia[0-9]*"))


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
