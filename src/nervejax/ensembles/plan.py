"""What an ensemble is to be: ``ensemble.json`` and ``rows.csv``, written before the first row runs."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from nervejax import __version__
from nervejax.config import Config, from_mapping, problems, to_mapping
from nervejax.ensembles.rows import Rows, read_rows, row_problems
from nervejax.errors import NervejaxError
from nervejax.recording.whole_file import write_whole

FORMAT, FORMAT_VERSION = "nervejax-ensemble-plan", 1
FILE_NAME, ROWS_NAME, PARTS = "ensemble.json", "rows.csv", "parts"
MAX_BYTES = 10_000_000
"""A longer ``ensemble.json`` is refused: a usual one has about 10,000."""


@dataclass(frozen=True)
class Plan:
    """An ensemble as it was asked for.

    base: what all rows share.  rows: what differs.  words: the command line.  design: where the rows come
    from.  series: whether the read-out over time is kept.  analysis: what a sensitivity analysis
    needs to know of its design, else None.  nervejax: version that planned it.
    """

    base: Config
    rows: Rows
    words: list[str]
    design: str
    series: bool = False
    analysis: dict[str, Any] | None = None
    nervejax: str = field(default=__version__)

    @cached_property
    def rows_hash(self) -> str:
        """Digest of ``rows.csv``."""
        return _digest(self.rows.csv_lines())

    @cached_property
    def digest(self) -> str:
        """Of all that results depend on; where things lie and who asked do not matter."""
        asked = {
            "format_version": FORMAT_VERSION,
            "base": to_mapping(self.base),
            "rows": self.rows_hash,
            "series": self.series,
            "analysis": self.analysis,
        }
        return _digest([json.dumps(asked, sort_keys=True).encode()])


def save_plan(plan: Plan, folder: Path) -> None:
    """Write the plan into a folder, ``ensemble.json`` last: where it is, the plan is whole.

    Raises:
        NervejaxError: the disk refuses it.
    """
    write_whole(folder / ROWS_NAME, plan.rows.csv_lines())
    told = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "nervejax": plan.nervejax,
        "command": plan.words,
        "design": plan.design,
        "rows": len(plan.rows),
        "rows_sha256": plan.rows_hash,
        "keys": list(plan.rows.columns),
        "series": plan.series,
        "analysis": plan.analysis,
        "digest": plan.digest,
        "base": to_mapping(plan.base),
    }
    write_whole(folder / FILE_NAME, [json.dumps(told, indent=1).encode() + b"\n"])


def load_plan(folder: Path) -> Plan:
    """The plan in a folder, judged anew: it may come from anywhere.

    Raises:
        NervejaxError: there is none, it is damaged or was changed, or this nervejax cannot run it.
    """
    path = Path(folder) / FILE_NAME
    try:
        told = _told(path)
        base = from_mapping(told["base"])
        if bad := problems(base):
            raise NervejaxError(bad[0])
        plan = Plan(
            base, read_rows(path.with_name(ROWS_NAME)), _texts(told["command"]), str(told["design"]),
            told["series"] is True, told["analysis"], str(told["nervejax"])[:40],
        )  # fmt: skip
        if bad := row_problems(base, plan.rows):
            raise NervejaxError(bad[0])
        if plan.digest != told["digest"]:
            raise NervejaxError("it or rows.csv was changed since it was made")
    except KeyError as error:
        raise NervejaxError(f"{path}: damaged: {error} is missing") from None
    except NervejaxError as error:
        where = "" if str(error).startswith(str(folder)) else f"{path}: "
        raise NervejaxError(f"{where}{error}") from None
    return plan


def _told(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NervejaxError("is too long")
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NervejaxError("there is no such file, so no ensemble to go on with") from None
    except (OSError, ValueError, RecursionError) as error:
        raise NervejaxError(f"damaged or no plan of an ensemble: {error}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NervejaxError("is no plan of an ensemble")
    if told.get("format_version") != FORMAT_VERSION:
        raise NervejaxError(
            f"has another format version than {FORMAT_VERSION}, which this nervejax runs"
        )
    if not isinstance(told.get("base"), dict) or not isinstance(told.get("analysis"), dict | None):
        raise NervejaxError("damaged: its configuration is none")
    return told


def _texts(value: Any) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _digest(pieces: list[bytes] | Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
