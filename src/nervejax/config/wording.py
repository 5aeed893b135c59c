"""How values, units and ranges are written in one-line complaints and in the help."""

import math
from collections.abc import Mapping
from typing import Any

_LONGEST_SHOWN = 60


def limits(metadata: Mapping[str, Any]) -> str:
    """The allowed range in words with its unit, such as ``between 0 and 2000 mmHg``."""
    lo, hi = metadata.get("lo"), metadata.get("hi")
    behind = unit(metadata)
    if lo is not None and hi is not None:
        inside = f"{number(lo)} and {number(hi)}"
        return f"{number(lo)}{behind}" if lo == hi else f"between {inside}{behind}"
    if lo is not None:
        return f"at least {number(lo)}{behind}"
    return "" if hi is None else f"at most {number(hi)}{behind}"


def unit(metadata: Mapping[str, Any]) -> str:
    """The unit of a key behind a blank; nothing where it has none."""
    name = metadata.get("unit", "1")
    return "" if name == "1" else f" {name}"


def number(value: float) -> str:
    """A number without needless digits."""
    whole = math.isfinite(value) and value == int(value) and abs(value) < 1e15
    return str(int(value)) if whole else f"{value:.10g}"


def shown(value: Any) -> str:
    """The value as YAML would have it, on one short line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = number(value) if isinstance(value, float) else str(value)
    if isinstance(value, tuple):
        text = f"[{', '.join(map(shown, value))}]"
    text = text if text.isprintable() else repr(text)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
