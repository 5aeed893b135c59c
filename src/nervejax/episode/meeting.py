"""How processes of one episode find each other: process 0 listens, the others come to it.

Each says which one it is and what it is about to run, so that a stray or mistaken process is turned away
before anything is computed. Nothing is encrypted and a text of JSON is all that is read from a stranger;
still, as for MPI and ``jax.distributed``, the network between the machines of one run has to be trusted.
"""

import contextlib
import json
import socket
import time
from collections.abc import Callable
from typing import Any

from nervejax.episode.processes import DATA, FAILED, SILENCE_S, Line, Team
from nervejax.errors import NervejaxError

WAIT_S = 300.0
"""Processes that have not come by then are not waited for; a cluster starts them within seconds."""
TELL_S = 5.0
"""After so long process 0 says whom it waits for."""
GREETING_S = 10.0
"""A stranger that says nothing for so long is sent away."""
MOST_BYTES = 65536
"""Of a greeting."""


def meet(
    address: str, rank: int, count: int, about: dict[str, str], wait_s: float = WAIT_S,
    told: Callable[[str], Any] = lambda _: None,
) -> Team:  # fmt: skip
    """Wait until all processes of a run are there.

    Args:
        address: HOST:PORT of process 0.
        rank: which of the ``count`` processes this is.
        about: texts that must be equal in all, name -> text; ``machine`` may differ, and is told.
        wait_s: how long to wait.
        told: process 0 says here whom it waits for, and where machines differ.

    Returns:
        The team. If machines differ, process 0 has said so.

    Raises:
        NervejaxError: not all came in time, or one is about to run something else.
    """
    host, _, port = address.rpartition(":")
    until = time.monotonic() + wait_s
    words = about | {"process": str(rank), "processes": str(count), "host": socket.gethostname()}
    if rank:
        return _come(host, int(port), rank, count, words, until, wait_s)
    return _receive(host, int(port), count, words, until, wait_s, told)


def _come(
    host: str, port: int, rank: int, count: int, words: dict[str, str], until: float, wait_s: float
) -> Team:
    while True:
        try:
            peer = socket.create_connection(
                (host, port), timeout=max(until - time.monotonic(), 0.1)
            )
            break
        except OSError as error:
            if time.monotonic() > until:
                raise NervejaxError(
                    f"process {rank} of {count}: no process 0 at {host}:{port} within {wait_s:.0f} s"
                    f" ({(error.strerror or str(error)).lower()})"
                ) from error
            time.sleep(0.2)
    try:
        line = Line(peer, max(until - time.monotonic(), GREETING_S))
        line.send(DATA, 0, 0, [json.dumps(words).encode()])
        kind, _, _, text = line.receive(MOST_BYTES)
    except OSError as error:
        raise NervejaxError(f"process {rank} of {count}: process 0 has gone") from error
    if kind == FAILED:
        raise NervejaxError(text.decode(errors="replace"))
    peer.settimeout(SILENCE_S)
    return Team(rank, count, {0: line}, {0: json.loads(text)["host"]})


def _receive(
    host: str, port: int, count: int, words: dict[str, str], until: float, wait_s: float,
    told: Callable[[str], Any],
) -> Team:  # fmt: skip
    came: dict[int, tuple[Line, dict[str, str]]] = {}
    tell_at: float = time.monotonic() + TELL_S
    try:
        with _listener(host, port) as door:
            while len(came) < count - 1:
                now = time.monotonic()
                missing = ", ".join(str(k) for k in range(1, count) if k not in came)
                if now > until:
                    raise NervejaxError(
                        f"process {missing} of {count} did not come to {host}:{port} within"
                        f" {wait_s:.0f} s"
                    )
                if now > tell_at:
                    told(f"waiting at {host}:{port} for process {missing} of {count}")
                    tell_at = until + 1.0
                door.settimeout(max(0.01, min(tell_at, until) - now))
                with contextlib.suppress(TimeoutError):
                    _let_in(door.accept()[0], count, words, came)
    except BaseException as error:
        why = str(error) if isinstance(error, NervejaxError) else "process 0 was interrupted"
        for line, _ in came.values():
            with contextlib.suppress(OSError):
                line.send(FAILED, 0, 0, [why.encode()])
            line.close()
        raise
    machines = {words["machine"]} | {its["machine"] for _, its in came.values()}
    if len(machines) > 1:
        told(f"machines differ, so may last bits: {'; '.join(sorted(machines))}")
    for line, _ in came.values():
        line.send(DATA, 0, 0, [json.dumps({"host": words["host"]}).encode()])
    names = {k: its["host"] for k, (_, its) in came.items()}
    return Team(0, count, {k: line for k, (line, _) in came.items()}, names)


def _let_in(
    peer: socket.socket, count: int, words: dict[str, str],
    came: dict[int, tuple[Line, dict[str, str]]],
) -> None:  # fmt: skip
    """Hear a greeting; a stranger is sent away, a mistaken process ends the run."""
    line = Line(peer, GREETING_S)
    try:
        its = json.loads(line.receive(MOST_BYTES)[3])
        rank = int(its["process"])
        if not all(isinstance(text, str) for text in its.values()) or its.keys() != words.keys():
            raise ValueError
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        line.close()
        return
    came[rank] = came.get(rank, (line, its))
    if its["processes"] != words["processes"] or not 0 < rank < count:
        raise NervejaxError(
            f"process {rank} of {its['processes']} on {its['host']} came to a run of {count} processes"
        )
    if came[rank][0] is not line:
        came[-1] = line, its  # so that it hears of it too
        raise NervejaxError(f"process {rank} of {count} came twice, from {its['host']} too")
    for name in sorted(words.keys() - {"process", "host", "machine"}):
        if its[name] != words[name]:
            raise NervejaxError(
                f"process {rank} on {its['host']} has another {name} than process 0"
                + (f": {its[name]}, not {words[name]}" if len(its[name]) < 40 else "")
            )
    peer.settimeout(SILENCE_S)


def _listener(host: str, port: int) -> socket.socket:
    """At all addresses of this machine, unless it is called by a loopback name."""
    alone = host == "localhost" or host.startswith("127.") or host == "::1"
    try:
        if alone:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, port), family=family)
        both = socket.has_dualstack_ipv6()
        family = socket.AF_INET6 if both else socket.AF_INET
        return socket.create_server(("", port), family=family, dualstack_ipv6=both)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise NervejaxError(f"cannot wait for processes at {host}:{port}: {why}") from error
