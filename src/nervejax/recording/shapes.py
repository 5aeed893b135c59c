"""Whether a record fits the layout: names, shapes, types and order, before writing and after."""

from collections.abc import Iterable, Mapping

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording import layout
from nervejax.recording.model import EpisodeRecord, FibreRecord


def axis_lengths(record: EpisodeRecord, population: str | None) -> dict[str, int]:
    """Length of each axis, of the tissue or of one population."""
    lengths = {"time": len(record.time_s), "x": len(record.x_mm)}
    if population is not None:
        fibres = record.populations[population]
        lengths["fibre"] = next((len(a) for a in fibres.nodes.values()), 0)
        lengths["spike"] = len(fibres.spike_time_ms)
        lengths["stimulus"] = len(fibres.stimulus_time_ms)
        lengths["window"] = len(fibres.window_start_s)
        lengths |= {axis: len(values) for axis, values in part_axes(fibres).items()}
    return lengths


def part_axes(fibres: FibreRecord) -> dict[str, np.ndarray]:
    """Axis -> coordinate of the optional parts that a population has."""
    found = {}
    for part, axes in layout.PART_AXES.items():
        holder = getattr(fibres, part)
        if holder is not None:
            found |= {axis: np.asarray(getattr(holder, name)) for axis, name in axes.items()}
    return found


def start_of(record: EpisodeRecord) -> float:
    """Limb time at which SONATA time is 0 [ms]: the start of the first slow step."""
    return 1e3 * float(record.time_s[0]) if len(record.time_s) else 0.0


def check_record(record: EpisodeRecord, readout: Mapping[str, np.ndarray]) -> None:
    """Hold a record and its read-out against the layout.

    Raises:
        NervejaxError: A name, shape, type, order or index does not fit; names the dataset.
    """
    for name, axis in (("time_s", record.time_s), ("x_mm", record.x_mm)):
        if np.ndim(axis) != 1 or not (np.diff(axis) > 0).all():
            raise NervejaxError(f"{name} must be one-dimensional and increasing.")
    for name, fibres in record.populations.items():
        if fibres.name != name or not layout.NAME.fullmatch(name):
            raise NervejaxError(f"populations[{name!r}] is named {fibres.name!r}.")
    for path, group, population in layout.groups_of(record.populations):
        source = record if population is None else record.populations[population]
        if not group.is_in(source):
            continue
        lengths = axis_lengths(record, population)
        for name, array in group.arrays(source).items():
            shape = tuple(lengths[axis] for axis in group.axes_of(name))
            _check_arrays(path, {name: array}, shape, reserved=record.populations)
    for path in layout.SCALARS:
        for name, value in getattr(record, path).items():
            if not layout.NAME.fullmatch(name) or not isinstance(value, float):
                raise NervejaxError(f"{path}/{name} must be a name with a float, got {value!r}.")
    _check_arrays(layout.READOUT.path, readout, (len(record.time_s),), reserved=())
    start_ms = start_of(record)
    for name, fibres in record.populations.items():
        n_fibres = axis_lengths(record, name)["fibre"]
        of_spikes = np.asarray(fibres.spike_fibre)
        times_ms = np.asarray(fibres.spike_time_ms)
        if not (np.isfinite(times_ms) & (times_ms >= start_ms)).all():
            raise NervejaxError(f"spikes/{name}: a spike is before {start_ms:g} ms or not finite.")
        quarantined = np.array(list(fibres.quarantined), dtype=int)
        for index in (of_spikes, np.asarray(fibres.stimulus_fibre), quarantined):
            if index.size and not (index.min() >= 0 and index.max() < n_fibres):
                raise NervejaxError(f"{name}: fibre index outside 0 ... {n_fibres - 1}.")
        ids, sent = np.asarray(fibres.spike_stimulus), len(fibres.stimulus_time_ms)
        if ids.size and sent and ids.max() >= sent:
            raise NervejaxError(f"spikes/{name}: stimulus id outside 0 ... {sent - 1}.")


def _check_arrays(
    path: str, arrays: Mapping[str, np.ndarray], shape: tuple[int, ...], reserved: Iterable[str]
) -> None:
    for name, values in arrays.items():
        array = np.asarray(values)
        if not layout.NAME.fullmatch(name) or name in layout.AXES or name in reserved:
            raise NervejaxError(f"{path}/{name}: not a possible name of a dataset.")
        if array.shape != shape:
            raise NervejaxError(f"{path}/{name} must have shape {shape}, got {array.shape}.")
        if array.dtype.kind not in "biuf":
            raise NervejaxError(f"{path}/{name} must hold numbers, got {array.dtype}.")
