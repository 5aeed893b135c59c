"""Compiled programs outlive their process: JAX keeps them on the disk, and later starts are faster."""

import hashlib
import os
import platform
import shutil
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

PLACE, LEAST_S = "JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"
BROKEN = "Error reading persistent compilation cache entry"
"""How JAX begins to tell that a stored program cannot be read; a killed process may leave one."""


def keep_programs(environ: MutableMapping[str, str] = os.environ) -> Path | None:
    """Have JAX keep compiled programs in ``$XDG_CACHE_HOME/nervejax`` (``~/.cache/nervejax``).

    One folder for each kind of processor, for whose instructions programs are made: machines may share a
    home. ``JAX_COMPILATION_CACHE_DIR`` names another place, ``JAX_ENABLE_COMPILATION_CACHE=false`` turns
    it off. To be called before JAX is imported.

    Returns:
        The folder; None where the user has chosen, or it cannot be written.
    """
    if PLACE in environ:
        return None
    home = environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(home) / "nervejax" / _processor()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    environ[PLACE] = str(folder)
    environ.setdefault(LEAST_S, "0.3")
    _throw_away_if_broken(folder)
    return folder


def _throw_away_if_broken(folder: Path) -> None:
    """JAX never writes a program anew that it cannot read, so all of them go then."""
    show = warnings.showwarning

    def hear(message: Any, *more: Any, **named: Any) -> None:
        if str(message).startswith(BROKEN):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
        else:
            show(message, *more, **named)

    warnings.showwarning = hear


def _processor() -> str:
    """What names the instructions of this processor."""
    told = platform.machine() + platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        told += "".join(
            sorted({x for x in lines if x.startswith(("flags", "Features", "model name"))})
        )
    except OSError:
        pass
    return hashlib.sha256(told.encode()).hexdigest()[:12]
