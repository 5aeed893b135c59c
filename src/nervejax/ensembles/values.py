"""One setting of one row: which settings may differ between rows, and how a text becomes a value."""

import math
import re
from dataclasses import replace
from typing import Any

from nervejax.config import Config
from nervejax.config.check import sections, settings, unknown_key

Value = float | int | bool | str
TRUTH = {"true": True, "True": True, "false": False, "False": False}
LONGEST_TEXT = 200
"""Characters of a value; longer ones are refused."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def key_problem(key: str) -> str:
    """Why a key cannot differ from row to row; empty if it can."""
    if key in sections() and key:
        return f"{key}: is a group of keys, not a value"
    if key not in settings():
        return unknown_key(key)
    if key == "name":
        return "name: names the results folder, so it is one for all rows"
    if key.startswith("output."):
        return f"{key}: has no effect here, an ensemble writes one file and one page"
    if kind_of(key) not in (float, int, bool, str):
        return f"{key}: is a list; only numbers, true/false and words differ from row to row"
    return ""


def kind_of(key: str) -> Any:
    """Type of a setting: float, int, bool or str (anything else cannot differ between rows)."""
    return settings()[key].type


def value_of(key: str, text: str) -> Value:
    """The value that a text stands for.

    Raises:
        ValueError: it is none of the setting's type; the message says what it must be.
    """
    kind, text = kind_of(key), text.strip()
    shown = text if len(text) <= 40 else text[:40] + "..."
    if not text:
        raise ValueError("is empty")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"{shown!r} is too long")
    if kind is bool:
        if text not in TRUTH:
            raise ValueError(f"{shown!r} must be true or false")
        return TRUTH[text]
    if kind is int:
        if not _WHOLE.fullmatch(text):
            raise ValueError(f"{shown!r} must be a whole number")
        return int(text)
    if kind is float:
        if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            raise ValueError(f"{shown!r} must be a finite number")
        return float(text)
    if not text.isprintable():
        raise ValueError(f"{shown!r} must be plain text")
    return text


def text_of(value: Any) -> str:
    """The text that gives the value back bit for bit."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or type(value).__name__ == "bool":  # Python's and NumPy's
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, float) else str(int(value))


def with_values(config: Config, values: dict[str, Value]) -> Config:
    """A copy of a configuration with other values of some settings; shares all groups it leaves alone."""
    nested: dict[str, Any] = {}
    for key, value in values.items():
        *path, last = key.split(".")
        part = nested
        for name in path:
            part = part.setdefault(name, {})
        part[last] = value
    return _replaced(config, nested)


def _replaced(part: Any, changes: dict[str, Any]) -> Any:
    return replace(
        part,
        **{
            name: _replaced(getattr(part, name), change) if isinstance(change, dict) else change
            for name, change in changes.items()
        },
    )
