"""Where the runs below a folder lie, in which order, and what their scenario is called."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nervejax.recording import layout


def runs_below(folder: Path) -> list[Path]:
    """Episode files of the runs of a sweep, in order; not those that belong to another run."""
    found = sorted(folder.rglob(layout.FILE_NAME), key=lambda path: natural(str(path)))
    homes = {path.parent for path in found}
    return [path for path in found if not homes.intersection(path.parent.parents)]


def run_name(provenance: Mapping[str, Any], path: Path) -> str:
    """Name of the scenario from the stored configuration, else the name of the file's folder."""
    config = str(provenance.get("config_yaml", ""))
    found = re.search(r"^name:[ \t]*(\S.*?)[ \t]*$", config, re.MULTILINE)
    return found.group(1) if found else path.resolve().parent.name


def natural(text: str) -> list[tuple[int, int | str]]:
    """Key of an order in which run 2 comes before run 10."""
    parts = re.split(r"(\d+)", text)
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]
