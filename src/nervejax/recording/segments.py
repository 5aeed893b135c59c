"""Segments of a run that is under way: what it has seen, and where it stands, so that it can go on.

``segments/run.json`` tells what is run. Each segment is two files: ``rows-000007-DIGEST.npz``, what was
seen since the one before, and ``state-000007-DIGEST.npz``, what the next slow step depends on; of states
the newest two are kept. Every file appears whole or not at all, and its name holds the SHA-256 of its
content, so that one which was changed or cut is known. Nothing in them is executed.
"""

import hashlib
import io
import json
import re
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording.ledger_text import short_text
from nervejax.recording.segment_names import ABOUT, FOLDER, is_unfinished
from nervejax.recording.sweep_ledger import config_hash
from nervejax.recording.whole_file import write_whole

FORMAT, FORMAT_VERSION = "nervejax-segments", 1
ROWS, STATE = "rows", "state"
STATES_KEPT = 2
MAX_BYTES = 2**33
"""Longer files are not read."""
DAMAGED = (
    OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, MemoryError, BadZipFile, zlib.error
)  # fmt: skip
"""What NumPy and zipfile raise on what is no npz (unknown ways of packing are a RuntimeError)."""
_NAME = re.compile(r"(rows|state)-([0-9]{6})-([0-9a-f]{16})\.npz")

Plain = Any
"""Nested lists and dictionaries of arrays, numbers, texts and None."""


@dataclass(frozen=True)
class Stand:
    """Where an unfinished run stands.

    number: of its last whole segment.  state: at its end.  rows: of all segments until then.
    """

    number: int
    state: Plain
    rows: list[Plain]


class Segments:
    """The segments in the folder of one run.

    Attributes:
        broken: names of files that are damaged, found by ``last``.
    """

    def __init__(self, out_dir: Path, config: Mapping[str, Any]) -> None:
        """Look at a folder; nothing is written.

        Args:
            out_dir: that of the run.
            config: its resolved configuration, nested plain dictionaries.
        """
        self.folder = Path(out_dir) / FOLDER
        self.config = config
        self.digest = digest_of(config)
        self.broken: list[str] = []
        self._next = 1 + max((number for _, number, _ in self._files()), default=-1)

    def begin(self, about: Mapping[str, Any]) -> None:
        """Write down what is run, before it begins.

        Args:
            about: what else a later process or reader should know (``overrides``, versions).

        Raises:
            NervejaxError: the folder holds an unfinished run with other settings, or cannot be written.
        """
        path = self.folder / ABOUT
        if self._is_begun():
            return
        head = {"format": FORMAT, "format_version": FORMAT_VERSION, "config": self.config}
        write_whole(path, [json.dumps(head | dict(about), default=str).encode()])

    def keep(self, state: Plain, rows: list[Plain]) -> None:
        """Write the next segment, and remove states that are no longer needed.

        Args:
            state: at its end.
            rows: what was seen since the segment before, in order.

        Raises:
            NervejaxError: the disk refuses it; the segments before are whole.
        """
        for kind, content in ((ROWS, rows), (STATE, state)):
            data = _packed({"digest": self.digest, "number": self._next, "content": content})
            name = f"{kind}-{self._next:06d}-{hashlib.sha256(data).hexdigest()[:16]}.npz"
            write_whole(self.folder / name, [data])
        self._next += 1
        states = sorted((n, path) for kind, n, path in self._files() if kind == STATE)
        for _, path in states[:-STATES_KEPT]:
            path.unlink(missing_ok=True)

    def last(self) -> Stand | None:
        """Where the run stands by its newest segment that is whole, with all before it; None: nowhere.

        Later files are removed, for they are written anew.

        Raises:
            NervejaxError: the folder holds an unfinished run with other settings; nothing was touched.
        """
        if not self._is_begun():
            return None
        files = self._files()
        rows: list[Plain] = []
        good: dict[int, Path] = {n: path for kind, n, path in files if kind == ROWS}
        while len(rows) in good and (content := self._content(good[len(rows)], len(rows))):
            rows.append(content[0])
        states = {n: path for kind, n, path in files if kind == STATE and n < len(rows)}
        stand = None
        for number in sorted(states, reverse=True):
            if content := self._content(states[number], number):
                stand = Stand(
                    number, content[0], [row for some in rows[: number + 1] for row in some]
                )
                break
        self._next = 0 if stand is None else stand.number + 1
        for _, number, path in files:
            if number >= self._next:
                path.unlink(missing_ok=True)
        return stand

    def remove(self) -> None:
        """The run is whole: nothing of its segments is needed."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_begun(self) -> bool:
        """Whether this run has begun in the folder."""
        home = self.folder.parent
        if not is_unfinished(home):
            return False
        if digest_of(read_about(home)["config"]) != self.digest:
            raise NervejaxError(
                f"{home}: holds an unfinished run with other settings; finish it (nervejax resume "
                f"{home}), remove {self.folder} or name another folder"
            )
        return True

    def _files(self) -> list[tuple[str, int, Path]]:
        found = [
            (m, path) for path in self.folder.glob("*.npz") if (m := _NAME.fullmatch(path.name))
        ]
        return [(m[1], int(m[2]), path) for m, path in found]

    def _content(self, path: Path, number: int) -> list[Plain]:
        """What a file holds, in a list; an empty one and a note if it is damaged."""
        try:
            if path.stat().st_size > MAX_BYTES:
                raise ValueError("too long")
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest()[:16] != _NAME.fullmatch(path.name)[3]:  # pyright: ignore
                raise ValueError("other content")
            held = _unpacked(data)
            if held["digest"] != self.digest or held["number"] != number:
                raise ValueError("of another run")
            return [held["content"]]
        except DAMAGED:
            self.broken.append(path.name)
            return []


def read_about(out_dir: Path) -> dict[str, Any]:
    """What is run in a folder: ``config``, and what else ``begin`` was given.

    Raises:
        NervejaxError: it is damaged or of another version.
    """
    path = Path(out_dir) / FOLDER / ABOUT
    try:
        about = json.loads(short_text(path) or "")
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise NervejaxError(f"{path}: damaged, or not of a run of nervejax")
    if about.get("format_version") != FORMAT_VERSION:
        raise NervejaxError(
            f"{path}: has another format version than {FORMAT_VERSION}, which this nervejax continues"
        )
    if not isinstance(about.get("config"), dict):
        raise NervejaxError(f"{path}: damaged: it has no configuration")
    return about


def digest_of(config: Mapping[str, Any]) -> str:
    """SHA-256 of the settings on which numbers depend: all but ``output``."""
    return config_hash({key: value for key, value in config.items() if key != "output"})


def _packed(tree: Plain) -> bytes:
    """A plain tree as npz: ``tree``, JSON in which ``{"array": n}`` stands for array ``n``."""
    arrays: list[np.ndarray] = []

    def taken(value: Plain) -> Plain:
        if isinstance(value, dict):
            return {"dict": {key: taken(part) for key, part in value.items()}}
        if isinstance(value, list):
            return [taken(part) for part in value]
        if isinstance(value, np.ndarray):
            arrays.append(value)
            return {"array": len(arrays) - 1}
        return value

    text = json.dumps(taken(tree))
    image = io.BytesIO()
    named: dict[str, Any] = {str(k): array for k, array in enumerate(arrays)}
    np.savez(image, tree=np.frombuffer(text.encode(), dtype=np.uint8), **named)
    return image.getvalue()


def _unpacked(data: bytes) -> Plain:
    with np.load(io.BytesIO(data), allow_pickle=False) as held:

        def made(value: Plain) -> Plain:
            if isinstance(value, list):
                return [made(part) for part in value]
            if isinstance(value, dict):
                if "array" in value:
                    return held[str(value["array"])]
                return {key: made(part) for key, part in value["dict"].items()}
            return value

        return made(json.loads(held["tree"].tobytes()))
