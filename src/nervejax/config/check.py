"""Is a configuration sound? Every complaint is one line: key, value, what is allowed, meaning.

Standard library only. Keys, types, units and ranges all come from ``schema``; nothing is listed
here by hand except the conditions that tie several keys together.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import Field, asdict, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_type_hints

from nervejax.config.schema import Config
from nervejax.config.wording import limits, number, shown, unit
from nervejax.errors import NervejaxError

_LIST = tuple[float, ...]
_WORDS = tuple[str, ...]
_KIND = {int: "a whole number", float: "a finite number", bool: "true or false", str: "text"}
_KIND |= {_LIST: "a list of finite numbers", _WORDS: "a list of words"}
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def sections(cls: type = Config, prefix: str = "") -> dict[str, type]:
    """Dotted name of every group of keys, and its dataclass; ``""`` is the whole."""
    found = {prefix.rstrip("."): cls}
    for name, kind in _hints(cls).items():
        if is_dataclass(kind):
            found |= sections(kind, f"{prefix}{name}.")
    return found


@cache
def settings() -> dict[str, Field]:
    """Dotted name of every key, and its dataclass field (default, type, metadata)."""
    found = {}
    for section, cls in sections().items():
        hints = _hints(cls)
        plain = [f for f in fields(cls) if not is_dataclass(hints[f.name])]
        found |= {f"{section}.{f.name}".lstrip("."): f for f in plain}
    return found


def to_mapping(config: Config) -> dict[str, Any]:
    """The configuration as nested plain dictionaries, ready for YAML or JSON."""
    return asdict(config)


def from_mapping(mapping: Mapping[str, Any]) -> Config:
    """Build a Config from nested dictionaries; keys that are absent keep their defaults.

    Whole floats become integers where an integer is due, and integers floats; a text becomes the
    list of words between its commas. Other values are taken as they are: ``problems`` judges them.

    Raises:
        NervejaxError: a key that does not exist, or a value where a group of keys belongs.
    """
    bad = structure_problems(mapping)
    if bad:
        raise NervejaxError("; ".join(bad))
    return _build(Config, mapping)


def structure_problems(mapping: Mapping[str, Any]) -> list[str]:
    """One line for each key that no setting has and each value that should be a group of keys."""
    return _structure_problems(mapping, "")


def problems(config: Config) -> list[str]:
    """One line for each value of the wrong type, outside its range, or at odds with another."""
    found = []
    for section, cls in sections().items():
        part = _reach(config, section)
        hints = _hints(cls)
        for f in fields(cls):
            if not is_dataclass(hints[f.name]):
                key = f"{section}.{f.name}".lstrip(".")
                found += _value_problems(key, getattr(part, f.name), hints[f.name], f.metadata)
    return found or _cross_problems(config)


def changed_problems(config: Config, keys: Iterable[str]) -> list[str]:
    """As ``problems``, of a configuration that differs from a sound one in these keys alone.

    Args:
        config: what is judged.
        keys: dotted names of the settings that may be unsound.
    """
    found = []
    for key in keys:
        section, _, name = key.rpartition(".")
        kind = _hints(sections()[section])[name]
        value = getattr(_reach(config, section), name)
        found += _value_problems(key, value, kind, settings()[key].metadata)
    return found or _cross_problems(config)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``", did you mean X?"`` for the nearest of the known words, or nothing if none is near."""
    known = list(known)
    starts = [k for k in known if k.lower().startswith(word.lower() + "_")]
    near = starts or get_close_matches(word, known, n=1, cutoff=0.55)
    return f", did you mean {near[0]}?" if near else ""


def unknown_key(key: str) -> str:
    """One line about a key that does not exist, with the nearest one that does."""
    parent, _, last = key.rpartition(".")
    here = sections().get(parent)
    if here is not None:
        hint = did_you_mean(last, [f.name for f in fields(here)])
        if hint:
            dotted = f"{parent}." if parent else ""
            return f"{key}: unknown key" + hint.replace("did you mean ", f"did you mean {dotted}")
    namesakes = [k for k in settings() if k.rpartition(".")[2] == last]
    hint = f", did you mean {namesakes[0]}?" if namesakes else did_you_mean(key, settings())
    known = "" if hint or here is None else f" (known: {', '.join(f.name for f in fields(here))})"
    return f"{key}: unknown key{hint}{known}"


def _build(cls: type, mapping: Mapping[str, Any]) -> Any:
    values = {}
    for name, kind in _hints(cls).items():
        if name in mapping:
            build = _build if kind in sections().values() else _converted
            values[name] = build(kind, mapping[name])
    return cls(**values)


def _converted(kind: type, value: Any) -> Any:
    """The value in its own type where nothing is lost by it, else as it is."""
    if kind == _WORDS and isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    if kind in (_LIST, _WORDS) and isinstance(value, list | tuple):
        return tuple(_converted(get_args(kind)[0], item) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if kind is float and isinstance(value, int) and abs(value) < 2**53:
        return float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if kind is str else value


def _structure_problems(mapping: Mapping[str, Any], section: str) -> list[str]:
    found = []
    hints = _hints(sections()[section])
    for name, value in mapping.items():
        key = f"{section}.{name}".lstrip(".")
        if name not in hints:
            found.append(unknown_key(key))
        elif is_dataclass(hints[name]):
            if isinstance(value, Mapping):
                found += _structure_problems(value, key)
            else:
                inside = ", ".join(f.name for f in fields(hints[name]))
                found.append(f"{key}={shown(value)}: is a group of keys ({inside}), not a value")
    return found


def _reach(config: Config, section: str) -> Any:
    part: Any = config
    for name in filter(None, section.split(".")):
        part = getattr(part, name)
    return part


def _value_problems(key: str, value: Any, kind: type, metadata: Mapping[str, Any]) -> list[str]:
    lo, hi, choices = metadata.get("lo"), metadata.get("hi"), metadata.get("choices")
    meaning = f" ({metadata['doc']})" if metadata.get("doc") else ""
    behind = unit(metadata)
    right = {
        int: isinstance(value, int) and not isinstance(value, bool),
        float: _is_finite(value),
        bool: isinstance(value, bool),
        str: isinstance(value, str),
        _LIST: isinstance(value, tuple) and all(_is_finite(item) for item in value),
        _WORDS: isinstance(value, tuple) and all(isinstance(item, str) for item in value),
    }[kind]
    allowed = limits(metadata)
    if not right:
        wanted = f"{_KIND[kind]} {allowed}" if allowed else _KIND[kind]
        return [f"{key}={shown(value)}: must be {wanted}{meaning}"]
    if (lo is not None and value < lo) or (hi is not None and value > hi):
        return [f"{key}={shown(value)}{behind}: must be {allowed}{meaning}"]
    if choices is not None and value not in choices:
        hint = did_you_mean(str(value), choices)
        return [f"{key}={shown(value)}: must be one of {', '.join(choices)}{meaning}{hint}"]
    return []


def _is_finite(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _cross_problems(config: Config) -> list[str]:
    """Conditions on several keys at once; called only when every key is sound by itself."""
    pressure, nerve, population = config.pressure, config.nerve, config.population
    perfusion = config.physiology.perfusion
    reach_mm = pressure.length_mm / 2 + pressure.edge_mm
    first_mm, last_mm = pressure.centre_mm - reach_mm, pressure.centre_mm + reach_mm
    found = []
    if not _FOLDER_NAME.fullmatch(config.name):
        found.append(
            f"name={shown(config.name)}: must be letters, digits, '.', '_' or '-', and start "
            "with a letter or digit (it names the results folder)"
        )
    if first_mm < 0 or last_mm > nerve.length_mm:
        found.append(
            f"pressure.centre_mm={number(pressure.centre_mm)} mm: the compressed stretch with its "
            f"edges reaches from {number(first_mm)} to {number(last_mm)} mm and must lie between "
            f"0 and nerve.length_mm={number(nerve.length_mm)} mm"
        )
    if nerve.grid_mm > pressure.length_mm:
        found.append(
            f"nerve.grid_mm={number(nerve.grid_mm)} mm: must not exceed "
            f"pressure.length_mm={number(pressure.length_mm)} mm (else the grid misses it)"
        )
    if pressure.peak_mmHg > 0 and not (pressure.deforms or pressure.occludes):
        found.append(
            f"pressure.peak_mmHg={number(pressure.peak_mmHg)} mmHg: has no effect with "
            "pressure.deforms=false and pressure.occludes=false (for a control set it to 0)"
        )
    if population.n_abeta + population.n_adelta + population.n_c == 0:
        found.append(
            "population: no fibres; set population.n_abeta, population.n_adelta or population.n_c"
        )
    first_s = -config.duration.baseline_s
    end_s = config.duration.compression_s + config.duration.recovery_s
    outside = [t for t in config.instruments.excitability_at_s if not first_s <= t < end_s]
    if outside:
        found.append(
            f"instruments.excitability_at_s={number(outside[0])} s: must be at least "
            f"{number(first_s)} and below {number(end_s)} s, within the episode"
        )
    closing_mmHg = perfusion.closing_rel * perfusion.mean_arterial_mmHg
    if perfusion.venular_mmHg >= closing_mmHg:
        found.append(
            f"physiology.perfusion.venular_mmHg={number(perfusion.venular_mmHg)} mmHg: must be "
            "below physiology.perfusion.closing_rel x mean_arterial_mmHg="
            f"{number(closing_mmHg)} mmHg (flow falls before it stops)"
        )
    return found
