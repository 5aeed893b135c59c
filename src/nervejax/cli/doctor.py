"""``nervejax doctor``: does this installation work, and on what?"""

import platform
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nervejax import __version__
from nervejax.cli import environment
from nervejax.cli.usage import Parser

_LIBRARIES = ("jax", "jaxlib", "numpy", "h5py", "hydra-core")


def main(argv: Sequence[str]) -> int:
    """Print one line per check; status 1 if one that a run needs has failed."""
    Parser(prog="nervejax doctor", description="Check this installation.").parse_args(argv)
    environment.prepare()
    checks = [_versions(), _devices(), _numbers(), _results(Path("results")), _plots()]
    for name, text, _ in checks:
        print(f"{name:<9} {text}")
    return 0 if all(sound for *_, sound in checks) else 1


def _versions() -> tuple[str, str, bool]:
    found = {name: _version(name) for name in _LIBRARIES}
    words = [f"nervejax {__version__}", f"python {platform.python_version()}"]
    words += [f"{name} {number or 'MISSING'}" for name, number in found.items()]
    return "versions", ", ".join(words), all(found.values())


def _devices() -> tuple[str, str, bool]:
    import jax

    try:
        devices = jax.devices()
    except RuntimeError as error:
        return "devices", f"JAX finds none: {str(error).splitlines()[0]}", False
    return "devices", f"{len(devices)} x {devices[0].device_kind} ({devices[0].platform})", True


def _numbers() -> tuple[str, str, bool]:
    """The smallest step above 1 that the device resolves, in both precisions."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    sound = {}
    with jax.enable_x64(True):
        for name in ("float32", "float64"):
            eps = float(np.finfo(name).eps)
            try:
                step = jax.jit(lambda x, e: (x + e) - x)(jnp.ones((), name), jnp.asarray(eps, name))
                sound[name] = float(step) == eps
            except (RuntimeError, TypeError):
                sound[name] = False
    text = ", ".join(f"{name} {'exact' if good else 'NOT EXACT'}" for name, good in sound.items())
    return "numbers", text, sound["float32"]


def _results(folder: Path) -> tuple[str, str, bool]:
    home = folder if folder.is_dir() else Path(".")
    try:
        with tempfile.TemporaryFile(dir=home):
            return "results", f"{folder.resolve()} can be written", True
    except OSError as error:
        return "results", f"{folder.resolve()} cannot be written: {error.strerror}", False


def _plots() -> tuple[str, str, bool]:
    number = _version("matplotlib")
    missing = "no matplotlib, so no report: pip install 'nervejax[plots]'"
    return "plots", f"matplotlib {number}" if number else missing, True


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
