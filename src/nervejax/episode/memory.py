"""How much memory a run will take, told before anything is compiled.

One fibre of each class is built and what it holds is counted: arrays on the device per lane, those on the
host per fibre. What a call of the kernel adds follows from the length of the event buffers. The factors
are measured (docs/sweeps.md); the estimate is meant to be right within a third.
"""

import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from nervejax.episode.chunks import Chunk, width
from nervejax.episode.engine import Call, Tree
from nervejax.episode.grid import tissue_grid_mm
from nervejax.episode.groups import build_groups
from nervejax.episode.schedule import slow_step_s
from nervejax.errors import NervejaxError
from nervejax.kernels import myelinated, unmyelinated

HELD = 3.0
"""Inputs and results of calls at one time: of this call, of the last one, and what the allocator keeps
of temporaries. Measured: 2 to 3 on a CPU."""
TEMPORARIES = 2.0
"""Host arrays of a group and what is computed from them at one time; assumed."""
COPIES = 3.0
"""Of the log: its rows, the record, and the image of the file; counted in ``log`` and ``writer``."""
LADDER = 60
"""Openings that an internode goes through at most: from 1e-4 to 0.03 S/cm2 in steps of a tenth; assumed.
Its cables are kept for each."""
ROW_BYTES, TISSUE_ROW_BYTES = 57, 32
"""Of the log, per slow step: of one fibre, of one place of the tissue; counted in ``log``."""
KEY_BYTES = 250
"""Of one opening of one fibre in Python's table of cables; measured."""
COMPILING = 3e8
"""What JAX takes to compile the programs; measured."""
TOLD_FROM = 0.5
"""Share of the memory from which a run is told how much it needs."""
REFUSED_FROM = 1.25
"""Share from which it is refused: even the low end of the estimate does not fit."""
BATCH_SHARE = 0.8
"""Of the memory, for episodes side by side; assumed."""
GB = 1e9


@dataclass(frozen=True)
class Need:
    """Bytes.

    device: of lanes on the devices.  host: besides.  beside_others: of lanes on the host while the
    episode runs side by side with others (``broker``).
    """

    device: float
    host: float
    beside_others: float


@dataclass(frozen=True)
class Room:
    """Free bytes. device: of all devices together; None where they use the memory of the host."""

    device: float | None
    host: float


@dataclass(frozen=True)
class _Fibre:
    """Bytes of one fibre.

    resident: its lane between calls.  call: what a call adds.  host: its slow state.  cable: one more
    opening.
    """

    resident: int
    call: int
    host: int
    cable: int


def need(config: Any, lanes: int, processes: int = 1) -> Need:
    """What an episode takes.

    Args:
        config: checked ``Config``.
        lanes: fibres per chunk.
        processes: that share its lanes.

    Raises:
        NervejaxError: a population that the geometry cannot carry.
    """
    rows = _slow_steps(config)
    ladder = min(LADDER, rows) if config.duration.compression_s and config.pressure.peak_mmHg else 1
    device = beside = host = 0.0
    for count, one in _fibres(config):
        per_lane = one.resident + HELD * one.call
        device += math.ceil(math.ceil(count / lanes) / processes) * lanes * per_lane
        beside += count * per_lane
        kept = one.host + ladder * one.cable
        host += count * (TEMPORARIES * kept + COPIES * ROW_BYTES * rows)
    host += COPIES * TISSUE_ROW_BYTES * rows * len(tissue_grid_mm(config.nerve))
    return Need(device, host, beside)


def room() -> Room:
    """What is free now."""
    devices = jax.local_devices()
    stats = [device.memory_stats() for device in devices if device.platform != "cpu"]
    known = [s["bytes_limit"] - s["bytes_in_use"] for s in stats if s and "bytes_limit" in s]
    # the fullest one decides: chunks are dealt out evenly
    return Room(min(known) * len(devices) if known else None, _free_on_host())


def told(config: Any, processes: int = 1) -> str | None:
    """A line for the user where an episode takes much of the memory, None where it does not.

    Raises:
        NervejaxError: it cannot fit.
    """
    device = jax.local_devices()[0]
    wanted, free = need(config, width(device, config.numerics.lanes), processes), room()
    pairs = [("memory", wanted.host + COMPILING, free.host)]
    if device.platform == "cpu":
        pairs = [("memory", wanted.host + wanted.device + COMPILING, free.host)]
    elif free.device is not None:
        pairs.append((f"{device.platform} memory", wanted.device, free.device))
    lines = []
    for name, asked, there in pairs:
        words = f"needs about {asked / GB:.3g} GB of {name}, of which {there / GB:.3g} GB are free"
        if asked > REFUSED_FROM * there:
            raise NervejaxError(
                f"the run {words}; fewer fibres (population.n_*), longer slow steps, or more"
                " processes (--distributed)"
            )
        lines += [words] if asked > TOLD_FROM * there else []
    return "the run " + "; ".join(lines) if lines else None


def episodes_at_once(configs: Sequence[Any]) -> int:
    """How many of these episodes fit side by side, whichever they are; at least 1."""
    device = jax.local_devices()[0]
    found = [_need_or_none(config, width(device, config.numerics.lanes)) for config in configs]
    needs, free = [one for one in found if one is not None], room()
    if not needs:
        return max(1, len(configs))
    on_host = sorted((one.host + one.beside_others for one in needs), reverse=True)
    fits = _how_many(on_host, BATCH_SHARE * free.host - COMPILING)
    if free.device is not None:
        on_device = sorted((one.device for one in needs), reverse=True)
        fits = min(fits, _how_many(on_device, BATCH_SHARE * free.device))
    return max(1, fits if fits < len(needs) else len(configs))


def _need_or_none(config: Any, lanes: int) -> Need | None:
    try:
        return need(config, lanes)
    except NervejaxError:  # it ends by itself, with the reason
        return None


def _how_many(sizes: list[float], free: float) -> int:
    return int(np.searchsorted(np.cumsum(sizes), free, side="right"))


class _OneLane:
    """An engine that builds and never runs."""

    side_by_side = False

    def chunks(self, count: int, lanes: int, offset: int) -> list[Chunk]:  # noqa: ARG002 Engine
        return [Chunk(0, count, count, jax.local_devices()[0])]

    def __call__(self, calls: list[Call]) -> list[Tree]:
        raise AssertionError(f"{len(calls)} calls of an engine that only builds")


_known: dict[tuple, _Fibre] = {}


def _fibres(config: Any) -> Iterator[tuple[int, _Fibre]]:
    """(how many, one of them) for each class."""
    population = config.population
    for name, places, membrane in (
        ("n_abeta", "nodes_abeta", "membrane_a"), ("n_adelta", "nodes_adelta", "membrane_a"),
        ("n_c", "compartments_c", "membrane_c"),
    ):  # fmt: skip
        count = getattr(population, name)
        if not count:
            continue
        key = name, getattr(population, places), getattr(population, membrane)
        if key not in _known:
            single = copy.deepcopy(config)
            for other in ("n_abeta", "n_adelta", "n_c"):
                setattr(single.population, other, int(other == name))
            _known[key] = _counted(build_groups(single, _OneLane())[0])
        yield count, _known[key]


def _counted(group: Any) -> _Fibre:
    leaves = [leaf for value in vars(group).values() for leaf in jax.tree.leaves(value)]
    resident = sum(leaf.nbytes for leaf in leaves if isinstance(leaf, jax.Array))
    host = sum(leaf.nbytes for leaf in leaves if isinstance(leaf, np.ndarray))
    places, cables = len(group.x_mm), getattr(group, "cables", None)
    kernel = unmyelinated if cables is None else myelinated
    state = group.state
    # events: a time, an origin and a launch per block; some 20 drives, means and last crossings
    call = sum(x.nbytes for x in jax.tree.leaves(state)) + 9 * kernel.MAX_BLOCKS + 80 * places
    store = () if cables is None else cables._store
    cable = sum(array.nbytes // len(array) for array in store) + KEY_BYTES * (cables is not None)
    return _Fibre(resident, call, host, cable)


def _slow_steps(config: Any) -> int:
    duration, time_s, count = config.duration, -config.duration.baseline_s, 0
    while time_s < duration.compression_s + duration.recovery_s - 1e-9:
        time_s += slow_step_s(time_s, duration, config.numerics)
        count += 1
    return count


def _free_on_host() -> float:
    """Memory that this process can still take: of the machine, or of its control group if less."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(1024.0 * int(x.split()[1]) for x in lines if x.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError, IndexError):  # not Linux: not known
        return math.inf
    try:
        group = Path("/sys/fs/cgroup")
        limit = float((group / "memory.max").read_text())
        cached = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        used = float((group / "memory.current").read_text()) - float(cached["inactive_file"])
        return min(free, limit - used)
    except (OSError, ValueError, KeyError):  # no group, or "max"
        return free
