"""Whole commands in processes of their own: what they cost, how they bear a kill, whether files agree."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nervejax.errors import NervejaxError

COMPILED = re.compile(
    r"^(?:WARNING:.*)?Finished XLA compilation of jit\(_?advance\)", re.MULTILINE
)  # Hydra prints the line a second time, in its own way
ANEW = {"JAX_ENABLE_COMPILATION_CACHE": "false"}
"""Every process compiles, as on the first day."""
LOOK_EVERY_S = 0.02


def timed(words: Sequence[str], log: Path) -> dict[str, float | int]:
    """Run ``nervejax WORDS``: cpu_s, wall_s, memory_MB at most, and how many kernels it compiled.

    Args:
        log: takes what it prints.

    Raises:
        NervejaxError: it failed.
    """
    start = time.perf_counter()
    with log.open("w") as told:
        process = _begun(words, told, {"JAX_LOG_COMPILES": "1"} | ANEW)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = log.read_text(errors="replace").splitlines()[-1:]
        raise NervejaxError(f"nervejax {' '.join(words)} failed: {' '.join(last)}")
    per_MB = 1e6 if sys.platform == "darwin" else 1e3
    return {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - start,
        "memory_MB": used.ru_maxrss / per_MB,
        "compiled": len(COMPILED.findall(log.read_text(errors="replace"))),
    }


def killed(words: Sequence[str], log: Path, due: Callable[[], bool]) -> None:
    """Begin ``nervejax WORDS`` and end it by ``kill -9`` as soon as it is due, if it still runs then."""
    with log.open("w") as told:
        process = _begun(words, told, {})
        try:
            while process.poll() is None and not due():
                time.sleep(LOOK_EVERY_S)
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            process.wait()


def same(one: Path, other: Path) -> bool:
    """Whether all that was simulated has the same bits; when and how long may differ."""
    return _content(one) == _content(other)


def _begun(words: Sequence[str], told: Any, more: dict[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-m", "nervejax", *words]
    return subprocess.Popen(command, stdout=told, stderr=told, env=os.environ | more)


def _content(path: Path) -> dict[str, tuple]:
    import h5py
    import numpy as np

    found: dict[str, tuple] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
            values = np.asarray(item[()])
            bits = values.tolist() if values.dtype == object else values.tobytes()
            found[name] = (values.shape, str(values.dtype), bits)

    with h5py.File(path) as file:
        file.visititems(note)
    return found
