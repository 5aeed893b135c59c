"""The text of a sweep's plan: runs as differences from the first of their batch, and strict reading."""

import copy
import json
import re
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from nervejax.errors import NervejaxError

FOLDER = ".ledger"
"""Folder of the ledger in that of its sweep."""
MAX_BYTES = 64_000_000
"""Longer files are not read: a run takes about 500 bytes of a plan and 100 of a journal."""
Difference = list[Any]
"""[path, value]: the value that stands at a path of keys; an empty path is the whole."""
MAX_BASE = 100_000
"""Longest configuration with Hydra's part, in characters of JSON; a usual one has about 6,000."""
MAX_FOLDER = 1000
"""Longest name of a folder, in characters."""


def differences(base: Any, other: Any) -> list[Difference]:
    """What has to be put into ``base``, nested plain dictionaries, to make it ``other``."""
    if isinstance(base, dict) and isinstance(other, dict) and list(base) == list(other):
        return [
            [[key, *path], value]
            for key in base
            for path, value in differences(base[key], other[key])
        ]
    # repr tells 1 from 1.0 and from true, which are equal
    same = type(base) is type(other) and repr(base) == repr(other)
    return [] if same else [[[], other]]


def patched(base: Any, changes: list[Difference]) -> dict[str, Any]:
    """A copy of ``base`` with the differences put in.

    Raises:
        NervejaxError: they do not belong to it.
    """
    made = {"": copy.deepcopy(base)}
    for path, value in changes:
        place: Any = made
        *above, last = ["", *path]
        for key in above:
            place = place.get(key) if isinstance(place, dict) else None
        if not isinstance(place, dict) or last not in place:
            raise NervejaxError(f"the plan changes {'.'.join(path)}, which is not there")
        place[last] = copy.deepcopy(value)
    if not isinstance(made[""], dict):
        raise NervejaxError("the plan holds a configuration that is none")
    return made[""]


def is_inside(folder: str) -> bool:
    """Whether the name of a folder leads to one below, and nowhere else."""
    path = PurePosixPath(folder)
    return (
        0 < len(folder) <= MAX_FOLDER
        and folder.isprintable()
        and path.parts != ()
        and path.as_posix() == folder
        and not path.is_absolute()
        and ".." not in path.parts
    )


def short_text(path: Path) -> str | None:
    """A file's text; None where there is none, or it is too long or not Unicode."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def now() -> str:
    """Date and time for people."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def checked_plan(text: str, format_name: str, version: int) -> list[dict[str, Any]]:
    """The batches of a plan.

    Raises:
        NervejaxError: it is not one, or not sound.
    """
    try:
        plan = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NervejaxError(f"damaged or not a plan of a sweep: {error}") from None
    if not isinstance(plan, dict) or plan.get("format") != format_name:
        raise NervejaxError("not a plan of a sweep.")
    if plan.get("format_version") != version:
        raise NervejaxError(
            f"has another format version than {version}, which this nervejax reads."
        )
    batches = plan.get("batches")
    if not isinstance(batches, list) or not all(map(_is_batch, batches)):
        raise NervejaxError("damaged: a batch of runs is not sound.")
    return batches


def _is_batch(batch: Any) -> bool:
    return (
        isinstance(batch, dict)
        and isinstance(batch.get("nervejax"), str)
        and isinstance(batch.get("config"), dict)
        and isinstance(batch.get("composed"), dict)
        and len(json.dumps(batch["config"])) + len(json.dumps(batch["composed"])) <= MAX_BASE
        and isinstance(batch.get("runs"), list)
        and all(map(_is_run, batch["runs"]))
    )


def _is_run(run: Any) -> bool:
    return (
        isinstance(run, dict)
        and isinstance(run.get("folder"), str)
        and is_inside(run["folder"])
        and _is_texts(run.get("overrides"))
        and isinstance(run.get("hash"), str)
        and re.fullmatch("[0-9a-f]{64}", run["hash"]) is not None
        and all(_is_differences(run.get(name)) for name in ("config", "composed"))
    )


def _is_differences(changes: Any) -> bool:
    return isinstance(changes, list) and all(
        isinstance(one, list) and len(one) == 2 and _is_texts(one[0]) for one in changes
    )


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
