"""One configuration key: its default, unit, range, meaning and source."""

from dataclasses import field
from typing import Any


def setting(
    default: Any,
    unit: str = "1",
    lo: float | None = None,
    hi: float | None = None,
    doc: str = "",
    source: str = "",
    choices: tuple[str, ...] | None = None,
) -> Any:
    """One configuration key: default value, unit, range [lo, hi], meaning, source."""
    meta = {"unit": unit, "lo": lo, "hi": hi, "doc": doc, "source": source, "choices": choices}
    return field(default=default, metadata=meta)
