"""What ``nervejax fibre`` measured, as a table or as JSON."""

from typing import Any

import numpy as np

NOT_IN_JSON = ("spike_time_ms", "spike_potential_mV", "train_time_s", "train_latency_ms")
"""Long traces: drawn by ``--plot``, left out of the text."""
AXES = ("strength_duration_width_ms", "recovery_interval_ms")
DIGITS = 6


def _plain(value: np.ndarray, single: bool) -> Any:
    """Numbers as JSON has them: rounded, nan as null, one fibre without a list around it."""

    def number(x: float) -> float | None:
        return float(f"{x:.{DIGITS}g}") if np.isfinite(x) else None

    if value.ndim == 0:
        return number(float(value))
    if value.ndim == 2:
        rows = [[number(x) for x in row] for row in value.tolist()]
        return rows[0] if single else rows
    return [number(x) for x in value.tolist()]


def as_json(head: dict[str, Any], found: dict[str, np.ndarray], notes: list[str]) -> dict[str, Any]:
    """Everything but the long traces; one fibre gives numbers, several give lists."""
    count = len(found["diameter_um"])
    out = dict(head)
    for name, value in found.items():
        if name in NOT_IN_JSON:
            continue
        plain = _plain(np.asarray(value, float), count == 1)
        scalar = count == 1 and np.ndim(value) == 1 and name not in AXES
        out[name] = plain[0] if scalar else plain
    return out | ({"warnings": notes} if notes else {})


def table(head: dict[str, Any], found: dict[str, np.ndarray]) -> str:
    """One line per measure, one column per fibre."""
    lines = [title(head) + f"; extracellular: {head['extracellular']}"]
    count = len(found["diameter_um"])
    for name, value in found.items():
        if np.shape(value) not in ((count,), ()) or name in AXES:
            continue
        words, unit = _words(name)
        cells = "".join(f"{x:>11.5g}" for x in np.broadcast_to(value, count))
        lines.append(f"{words:<50}{unit:<8}{cells}")
    return "\n".join(lines)


UNITS = {"m_per_s": "m/s", "percent": "%", "per_stimulus": "", "degC": "degC"}


def _words(name: str) -> tuple[str, str]:
    """A key as words and its unit."""
    for ending, unit in UNITS.items():
        if name.endswith("_" + ending):
            keep = name if ending == "per_stimulus" else name.removesuffix("_" + ending)
            return keep.replace("_", " "), unit
    words, _, unit = name.rpartition("_")
    return words.replace("_", " "), unit


def title(head: dict[str, Any]) -> str:
    """The model and its conditions in one line."""
    shape = f", {head['geometry']}" if head["geometry"] else ""
    return (
        f"{head['type']}: {head['membrane']}{shape}, {head['temperature_degC']:g} degC, "
        f"dt {head['dt_us']:g} us"
    )
