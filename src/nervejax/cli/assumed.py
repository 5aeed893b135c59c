"""Which settings of a configuration are assumed: told by the schema, and by comments in YAML files.

In a file of a group the comment behind a value names its source. Where that begins with ``assumed``, the
value is nobody's measurement. The mark belongs to the value, not to the key: another file, or the command
line, may give the same key a value with a source.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from nervejax.config import Config, to_mapping
from nervejax.config.check import settings

MARK = "assumed"
GROUPS = {"physiology": "physiology", "scenario": ""}
"""Group -> the section that holds the ``name`` of its file."""


def assumed_keys(config: Config, folders: Sequence[Path]) -> list[str]:
    """Keys whose value is assumed, in the order of the schema.

    Args:
        config: a sound configuration.
        folders: those that hold the YAML files of the groups; later ones win.
    """
    values = to_mapping(config)
    marked = {
        key: setting.default
        for key, setting in settings().items()
        if str(setting.metadata.get("source", "")).startswith(MARK)
    }
    for group, section in GROUPS.items():
        name = _at(values, f"{section}.name".lstrip("."))
        for folder in folders:
            if (file := folder / group / f"{name}.yaml").is_file():
                marked |= dict(_marked(file.read_text(encoding="utf-8"), settings()))
    return [key for key in settings() if key in marked and _at(values, key) == marked[key]]


def _marked(text: str, known: Any) -> Iterator[tuple[str, Any]]:
    """Key and value of each setting in a YAML file with the mark in the comment behind it."""
    lines = text.splitlines()
    package = next((line.split()[-1] for line in lines if line.startswith("# @package")), "")
    prefix = "" if package in ("", "_global_") else f"{package}."
    for key, node in _leaves(yaml.compose(text, Loader=yaml.SafeLoader)):
        behind = lines[node.end_mark.line][node.end_mark.column :].strip()
        if behind.lstrip("# ").startswith(MARK) and prefix + key in known:
            yield prefix + key, yaml.safe_load(node.value)


def _leaves(node: yaml.Node | None, prefix: str = "") -> Iterator[tuple[str, yaml.ScalarNode]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _leaves(value, f"{prefix}.{key.value}".lstrip("."))
    elif isinstance(node, yaml.ScalarNode):
        yield prefix, node


def _at(values: Any, key: str) -> Any:
    for name in key.split("."):
        values = values[name]
    return values
