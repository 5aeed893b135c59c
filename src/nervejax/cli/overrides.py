"""The words ``key=value`` of the command line, judged and unfolded before Hydra starts."""

from collections.abc import Mapping, Sequence
from itertools import product

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, IntervalSweep, Override, RangeSweep
from hydra.errors import HydraException

from nervejax.cli.usage import UsageError
from nervejax.config.check import did_you_mean, sections, settings, unknown_key

Groups = Mapping[str, Sequence[str]]
"""Folder of alternative YAML files -> their names, such as scenario -> healthy, leg_crossed."""


def parse(words: Sequence[str], groups: Groups) -> list[Override]:
    """Hydra's reading of the words.

    Raises:
        UsageError: one line for each word that is not an override.
    """
    parser, parsed, bad = OverridesParser.create(), [], []
    for word in words:
        try:
            if word.startswith("="):
                raise HydraException("no key")
            parsed += parser.parse_overrides([word])
        except HydraException:
            bad.append(f"'{word}' cannot be read as key=value{_group_hint(word, groups)}")
    if bad:
        raise UsageError(*bad)
    return parsed


def override_problems(
    overrides: Sequence[Override], groups: Groups, sweep: bool, searches: bool = False
) -> list[str]:
    """One line for each override of a key, group or alternative that is not there.

    Args:
        overrides: what ``parse`` gave.
        groups: the alternatives there are.
        sweep: whether several values may be given for a key.
        searches: whether the sweeper draws values from an interval by itself.
    """
    return [line for one in overrides for line in _problems_of(one, groups, sweep, searches)]


def unfold(
    overrides: Sequence[Override], groups: Groups, searches: bool = False
) -> list[list[str]]:
    """The overrides of each run of a sweep; of the only run if nothing is swept.

    Of a sweeper that searches nobody knows the runs beforehand: each value and each end of an interval is
    in one of those given here, beside the first of every other key.
    """
    axes = [
        [f"{one.get_key_element()}={value}" for value in _alternatives(one, groups, searches)]
        if one.is_sweep_override()
        else [one.input_line or ""]
        for one in overrides
    ]
    if not searches or not all(axes):
        return [list(run) for run in product(*axes)]
    first = [axis[0] for axis in axes]
    others = [
        [*first[:k], value, *first[k + 1 :]] for k, axis in enumerate(axes) for value in axis[1:]
    ]
    return [first, *others]


def _problems_of(one: Override, groups: Groups, sweep: bool, searches: bool) -> list[str]:
    key = one.key_or_group
    if one.is_sweep_override() and not sweep:
        return [f"{one.input_line}: several values for one key are a sweep, which needs -m"]
    if one.is_interval_sweep() and not searches:
        return [
            f"{one.input_line}: a sweep takes a list such as {key}=1,2 or range(1,4); an interval "
            "needs a sweeper that searches, such as hydra/sweeper=optuna"
        ]
    if one.is_hydra_override():
        return []
    if key in groups and not one.is_delete():
        return [
            f"unknown {key} '{name}'{did_you_mean(name, groups[key])}"
            f" (available: {', '.join(groups[key])})"
            for name in _chosen(one, groups)
            if name not in groups[key]
        ]
    if key in groups:
        return []
    if key in sections() and key:
        inside = [name for name in settings() if name.startswith(f"{key}.")]
        return [f"{key}: is a group of keys, not a value; set one of {', '.join(inside)}"]
    if key not in settings():
        return [unknown_key(key)]
    if one.is_delete():
        return [f"{one.input_line}: a key cannot be removed"]
    if one.is_add():
        return [f"{one.input_line}: the key is there already; write it without +"]
    return []


def _chosen(one: Override, groups: Groups) -> list[str]:
    if one.is_sweep_override():
        return _alternatives(one, groups)
    value = one.value()
    return [str(name) for name in value] if isinstance(value, list) else [str(value)]


def _alternatives(one: Override, groups: Groups, searches: bool = False) -> list[str]:
    value = one.value()
    if isinstance(value, Glob):
        return value.filter(list(groups.get(one.key_or_group, [])))
    if isinstance(value, IntervalSweep):
        return [str(value.start), str(value.end)]
    if (
        isinstance(value, RangeSweep) and searches and not value.shuffle
    ):  # Optuna draws up to its end, and that too
        return [str(value.start), str(value.stop)]
    return list(one.sweep_string_iterator())


def _group_hint(word: str, groups: Groups) -> str:
    homes = [f"{group}={word}" for group, names in groups.items() if word in names]
    return f", did you mean {homes[0]}?" if homes else ""
