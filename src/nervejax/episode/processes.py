"""Processes that run one episode together: each hands its part round, over TCP.

Why not ``jax.distributed``: where a process dies, its service ends the others by a fatal error with
twenty lines (jax 0.10: after its heartbeat, 10 to 100 s), and a collective of a GPU waits till then.
What travels here lies on the host anyway. Process 0 stands in the middle: the others send it their
parts, and it sends everything to everybody. A closed connection says at once that a process has died;
one that is silent for ``SILENCE_S`` counts as dead too.
"""

import contextlib
import queue
import socket
import struct
import threading
from collections.abc import Sequence
from typing import Any, Self

from nervejax.errors import NervejaxError

SILENCE_S = 60.0
"""A process that says nothing for so long is given up."""
ALIVE_S = 5.0
"""How often a process says that it is there; compiling and stepping may take minutes."""
_FRAME = struct.Struct("!4sIIQ")
_LENGTHS = struct.Struct("!Q")
DATA, ALIVE, FAILED, GONE = b"data", b"here", b"fail", b"gone"


class Line:
    """A connection to one process: whole frames of (kind, number, tag, bytes) both ways."""

    def __init__(self, peer: socket.socket, silence_s: float) -> None:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.settimeout(silence_s)
        self._peer, self._sending = peer, threading.Lock()

    def send(self, kind: bytes, number: int, tag: int, parts: Sequence[bytes]) -> None:
        """Send one frame.

        Raises:
            OSError: the other end has gone, or takes nothing.
        """
        with self._sending:
            size = sum(len(part) for part in parts)
            for part in (_FRAME.pack(kind, number, tag, size), *parts):
                rest = memoryview(part)
                while rest:
                    rest = rest[self._peer.send(rest) :]

    def receive(self, most: int | None = None) -> tuple[bytes, int, int, bytes]:
        """Wait for one frame, of at most so many bytes.

        Raises:
            OSError: the other end has gone or is silent.
        """
        kind, number, tag, size = _FRAME.unpack(self._exactly(_FRAME.size))
        if kind not in (DATA, ALIVE, FAILED) or (most is not None and size > most):
            raise OSError("it speaks another language")
        return kind, number, tag, bytes(self._exactly(size))

    def _exactly(self, size: int) -> bytearray:
        got = bytearray(size)
        view = memoryview(got)
        while view:
            count = self._peer.recv_into(view)
            if count == 0:
                raise ConnectionResetError("it closed the connection")
            view = view[count:]
        return got

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)
        self._peer.close()


class Team:
    """One of ``count`` processes that run the same episode; a context manager.

    Leaving it with an exception tells the others, which then end too.

    Attributes:
        trouble: why the team broke up, None while it stands.
    """

    def __init__(
        self, rank: int, count: int, lines: dict[int, Line], names: dict[int, str] | None = None,
        alive_s: float = ALIVE_S,
    ) -> None:  # fmt: skip
        """Take the connections: of process 0 one to every other, of any other one to process 0."""
        self.rank, self.count = rank, count
        self.trouble: str | None = None
        self._lines, self._names, self._number = lines, names or {}, 0
        self._inbox: queue.SimpleQueue[tuple[int, bytes, int, int, bytes]] = queue.SimpleQueue()
        self._ended = threading.Event()
        for other, line in lines.items():
            threading.Thread(target=self._listen, args=(other, line), daemon=True).start()
        threading.Thread(target=self._say_alive, args=(alive_s,), daemon=True).start()

    def gather(self, part: bytes, tag: int = 0) -> list[bytes]:
        """Hand round one part of each process; the parts, in the order of the processes.

        Args:
            tag: what it is about, 32 bits; equal in all processes.

        Raises:
            NervejaxError: a process has gone, has failed, or does something else.
        """
        self._number += 1
        if self.rank:
            self._send(0, DATA, tag, [part])
            others = _parts(self._take({0}, tag)[0])
            return [*others[: self.rank], part, *others[self.rank :]]
        found = {0: part} | self._take(set(self._lines), tag)
        for other in self._lines:
            rest = [found[k] for k in range(self.count) if k != other]
            lengths = [_LENGTHS.pack(len(one)) for one in rest]
            self._send(
                other, DATA, tag, [x for pair in zip(lengths, rest, strict=True) for x in pair]
            )
        return [found[k] for k in range(self.count)]

    def give_up(self, why: str) -> None:
        """Tell the others, once, that this is the end."""
        if self._ended.is_set():
            return
        self._ended.set()
        for line in self._lines.values():
            with contextlib.suppress(OSError):
                line.send(FAILED, 0, 0, [why.encode()])
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, failure: type[BaseException] | None, error: BaseException | None, _: Any
    ) -> None:
        """Part in peace, or tell the others why not."""
        if error is None:
            self._ended.set()
            for line in self._lines.values():
                line.close()
        elif isinstance(error, KeyboardInterrupt):
            self.give_up(f"process {self.rank} was interrupted")
        else:
            self.give_up(self.trouble or f"process {self.rank} failed: {error}")

    def _take(self, wanted: set[int], tag: int) -> dict[int, bytes]:
        """The next part of each of these processes."""
        found: dict[int, bytes] = {}
        while wanted - set(found):
            other, kind, number, its_tag, text = self._inbox.get()
            if kind != DATA:
                self._break_up(
                    text.decode(errors="replace")
                    if kind == FAILED
                    else f"{self._name(other)} has gone ({text.decode()})"
                )
            if (number, its_tag) != (self._number, tag):
                self._break_up(f"{self._name(other)} and process {self.rank} no longer do the same")
            found[other] = text
        return found

    def _send(self, other: int, kind: bytes, tag: int, parts: Sequence[bytes]) -> None:
        try:
            self._lines[other].send(kind, self._number, tag, parts)
        except OSError as error:
            self._hear_last_words()
            self._break_up(f"{self._name(other)} has gone ({_word(error)})")

    def _hear_last_words(self) -> None:
        """A process that ended may have said why before its connection closed."""
        with contextlib.suppress(queue.Empty):
            while True:
                _, kind, _, _, text = self._inbox.get(timeout=1.0)
                if kind == FAILED:
                    self._break_up(text.decode(errors="replace"))
                if kind == GONE:
                    return

    def _break_up(self, why: str) -> None:
        self.trouble = why
        raise NervejaxError(why)

    def _name(self, other: int) -> str:
        where = f" on {self._names[other]}" if other in self._names else ""
        return f"process {other} of {self.count}{where}"

    def _listen(self, other: int, line: Line) -> None:
        try:
            while True:
                kind, number, tag, text = line.receive()
                if kind != ALIVE:
                    self._inbox.put((other, kind, number, tag, text))
        except OSError as error:
            self._inbox.put((other, GONE, 0, 0, _word(error).encode()))

    def _say_alive(self, every_s: float) -> None:
        while not self._ended.wait(every_s):
            for line in self._lines.values():
                with contextlib.suppress(OSError):  # whoever listens on that line notices
                    line.send(ALIVE, 0, 0, [])


def _parts(text: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(text):
        (size,) = _LENGTHS.unpack_from(text, at)
        at += _LENGTHS.size
        found.append(text[at : at + size])
        at += size
    return found


def _word(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "it is silent"
    return (error.strerror or str(error)).lower()
