"""What made a file: configuration, versions, commit, device. No host, user or path names."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("nervejax", "jax", "jaxlib", "numpy", "h5py", "hydra-core")
GIT_TIMEOUT_S = 5.0


def collect(
    config_yaml: str,
    overrides: list[str],
    seed: int,
    device: str,
    dtype: str,
    started_utc: str,
    wall_s: float,
) -> dict[str, Any]:
    """Everything a reader needs to make the file again, for ``write_episode``.

    Args:
        config_yaml: The resolved configuration as YAML text.
        overrides: The command-line overrides that led to it.
        seed: Seed of every draw.
        device: What the numbers were computed on (``cpu``).
        dtype: What they were computed in (``float64``).
        started_utc: Start of the run, ISO 8601.
        wall_s: How long it took [s].

    Returns:
        The arguments by name; ``versions``, python and package -> version (installed ones);
        ``platform``; in a checkout also ``git_commit`` and ``git_dirty``.
    """
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "config_yaml": config_yaml,
        "overrides": list(overrides),
        "seed": int(seed),
        "device": device,
        "dtype": dtype,
        "started_utc": started_utc,
        "wall_s": float(wall_s),
        "versions": versions,
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        **checkout(Path(__file__).resolve().parent.parent),
    }


def checkout(package: Path) -> dict[str, Any]:
    """``git_commit`` and ``git_dirty`` (the package differs from it); {} outside a checkout.

    A package that merely lies below some other repository (a virtual environment inside a
    project) is not tracked there and counts as outside.
    """
    if _git(package, "ls-files", "--error-unmatch", "errors.py") is None:
        return {}
    commit = _git(package, "rev-parse", "HEAD")
    changes = _git(package, "status", "--porcelain", "--", ".")
    if commit is None or changes is None:
        return {}
    return {"git_commit": commit, "git_dirty": bool(changes)}


def _git(folder: Path, *arguments: str) -> str | None:
    """Output of a git command; None if it fails, takes too long or there is no git."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=GIT_TIMEOUT_S,
            check=True,
            env=clean | {"GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
