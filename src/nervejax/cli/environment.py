"""What must stand in the environment before JAX is imported."""

import os
from collections.abc import MutableMapping

MAX_CPU_DEVICES = 8
_FLAG = "--xla_force_host_platform_device_count"
_ACCELERATORS = ("cuda", "gpu", "rocm", "tpu", "metal")


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Let the CPU appear as one JAX device per core (at most 8), so fibres spread over cores.

    The user's own flags stay; nothing is changed when JAX_PLATFORMS names an accelerator.
    """
    wanted = environ.get("JAX_PLATFORMS", "").lower()
    flags = environ.get("XLA_FLAGS", "")
    if _FLAG in flags or any(name in wanted for name in _ACCELERATORS):
        return
    environ["XLA_FLAGS"] = f"{flags} {_FLAG}={min(_usable_cores(), MAX_CPU_DEVICES)}".strip()


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
