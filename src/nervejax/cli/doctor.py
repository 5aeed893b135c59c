"""``nervejax doctor``: does this installation work, on what, and what to do where it does not?"""

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from nervejax import __version__
from nervejax.cli import environment
from nervejax.cli.usage import Parser

_LIBRARIES = ("jax", "jaxlib", "numpy", "h5py", "hydra-core")
_EXTRAS = {
    "plots": ("matplotlib",), "analysis": ("pandas", "xarray", "h5netcdf"), "cluster": ("submitit",),
    "optuna": ("hydra-optuna-sweeper",), "sensitivity": ("SALib",),
}  # fmt: skip
EXPECTED = {"conduction_velocity_m_per_s": 56.613, "resting_potential_mV": -82.200}
"""An A-beta fibre of 10 um, membrane `sensory`, at 37 degC by `nervejax fibre`, on x86-64 in float32."""
OFF_REL = 0.002
"""How far the self-test may be off: other processors round otherwise, by far less (assumed)."""
LEAST_FREE_GB = 1.0
"""Free memory and disk below which a usual run gets into trouble (assumed)."""


class Check(NamedTuple):
    """What was looked at, what was found, whether a run can do with it, and what to do if not."""

    name: str
    told: str
    sound: bool = True
    remedy: str = ""


def main(argv: Sequence[str]) -> int:
    """Print one line per check, and one per remedy; status 1 if one that a run needs has failed."""
    Parser(prog="nervejax doctor", description="Check this installation.").parse_args(argv)
    environment.prepare()
    bad = False
    for check in _checks():
        bad |= not check.sound
        print(f"{check.name:<10}{'' if check.sound else 'NOT OK: '}{check.told}", flush=True)
        if not check.sound:
            print(f"{'':<10}-> {check.remedy}")
    return int(bad)


def _checks() -> Iterator[Check]:
    yield _versions()
    devices = _devices()
    yield devices
    yield _memory()
    if devices.sound:
        yield _numbers()
    yield _results(Path("results"))
    yield _programs()
    yield _extras()
    if devices.sound:
        yield self_test()


def _versions() -> Check:
    found = {name: _version(name) for name in _LIBRARIES}
    words = [f"nervejax {__version__}", f"python {platform.python_version()}"]
    words += [f"{name} {number or 'MISSING'}" for name, number in found.items()]
    remedy = "pip install -c constraints.txt nervejax installs what is missing"
    return Check("versions", ", ".join(words), all(found.values()), remedy)


def _devices() -> Check:
    import jax

    try:
        devices = jax.devices()
    except RuntimeError as error:
        told = f"JAX finds none: {str(error).splitlines()[0]}"
        remedy = "JAX_PLATFORMS=cpu runs without a GPU; else pip install 'nervejax[cuda12]'"
        return Check("devices", told, False, remedy)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    told = f"{len(devices)} x {devices[0].device_kind} ({devices[0].platform}), {cores} cores"
    return Check("devices", told)


def _memory() -> Check:
    free_GB = shutil.disk_usage(".").free / 1e9
    told, least_GB = f"disk {free_GB:.1f} GB free here", free_GB
    try:
        memory_GB = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
        told, least_GB = f"{memory_GB:.1f} GB free, {told}", min(free_GB, memory_GB)
    except (AttributeError, ValueError, OSError):  # not known on this system
        pass
    remedy = "end other programs, free disk space, or run fewer fibres at once"
    return Check("memory", told, least_GB >= LEAST_FREE_GB, remedy)


def _numbers() -> Check:
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
    remedy = "unset XLA_FLAGS and JAX_* variables that trade exactness for speed"
    return Check("numbers", text, sound["float32"], remedy)


def _results(folder: Path) -> Check:
    home = folder if folder.is_dir() else Path(".")
    try:
        with tempfile.TemporaryFile(dir=home):
            return Check("results", f"{folder.resolve()} can be written")
    except OSError as error:
        told = f"{folder.resolve()} cannot be written: {error.strerror}"
        return Check("results", told, False, "work in a folder of yours, or give hydra.run.dir=DIR")


def _programs() -> Check:
    place = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    if not place:
        return Check("programs", "compiled ones are not kept, so every start compiles")
    kept = [path for path in Path(place).glob("*") if path.is_file()]
    size_MB = sum(path.stat().st_size for path in kept) / 1e6
    return Check("programs", f"{len(kept)} compiled ones kept in {place}, {size_MB:.1f} MB")


def _extras() -> Check:
    there = [name for name, parts in _EXTRAS.items() if all(map(_version, parts))]
    missing = [f"pip install 'nervejax[{name}]'" for name in _EXTRAS if name not in there]
    told = ", ".join(there) or "none"
    return Check("extras", told + (f"; missing: {', '.join(missing)}" if missing else ""))


def self_test() -> Check:
    """One fibre on the bench, compared with what it gave when this version was made."""
    from nervejax.fibre.measure import measure_fibres

    start = time.perf_counter()
    found = measure_fibres("abeta", [10.0], measures=("spike",))
    off = {key: abs(float(found[key][0]) / value - 1.0) for key, value in EXPECTED.items()}
    told = ", ".join(
        f"{float(found[key][0]):.2f} {key.rpartition('_')[2] if key.endswith('mV') else 'm/s'}"
        f" (wanted {value:.2f})"
        for key, value in EXPECTED.items()
    )
    seconds = f", {time.perf_counter() - start:.0f} s"
    remedy = (
        "the numbers of this installation are not those it was tested with: "
        "pip install --force-reinstall -c constraints.txt nervejax, and tell us (CONTRIBUTING.md)"
    )
    sound = all(value <= OFF_REL for value in off.values())  # nan is not sound
    return Check("self-test", f"A-beta 10 um: {told}{seconds}", sound, remedy)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
