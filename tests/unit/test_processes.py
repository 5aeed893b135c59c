"""Processes of one run: they meet, hand round, and one that goes ends the others with a reason."""

import json
import socket
import threading
import time

import pytest

from nervejax.episode import meeting
from nervejax.episode.meeting import meet
from nervejax.episode.processes import DATA, Line, Team
from nervejax.errors import NervejaxError

ABOUT = {"settings": "a1", "machine": "this one"}


@pytest.fixture
def address():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


def side_by_side(*jobs):
    """What each job gives or raises, run at the same time."""
    found = [None] * len(jobs)

    def run(k):
        try:
            found[k] = jobs[k]()
        except NervejaxError as error:
            found[k] = str(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    return found


def together(address, count, job, abouts=None, **options):
    """``job(team)`` in each of ``count`` processes of a team."""

    def one(rank):
        def run():
            about = ABOUT if abouts is None else abouts[rank]
            with meet(address, rank, count, about, **{"wait_s": 10.0, **options}) as team:
                return job(team)

        return run

    return side_by_side(*(one(rank) for rank in range(count)))


def test_everybody_gets_every_part_in_order(address):
    def job(team):
        big = bytes([team.rank]) * (3_000_000 * team.rank)
        return [team.gather(big), team.gather(b"%d" % team.rank, tag=7)]

    found = together(address, 3, job)
    assert found[0] == found[1] == found[2]
    assert [len(part) for part in found[0][0]] == [0, 3_000_000, 6_000_000]
    assert found[0][1] == [b"0", b"1", b"2"]


def test_one_process_alone_meets_nobody(address):
    assert together(address, 1, lambda team: team.gather(b"x")) == [[b"x"]]


def test_a_failure_ends_the_others_with_its_reason(address):
    def job(team):
        if team.rank == 2:
            raise NervejaxError("the disk is full")
        team.gather(b"")

    assert together(address, 3, job) == [
        "process 2 failed: the disk is full", "process 2 failed: the disk is full",
        "the disk is full",
    ]  # fmt: skip


def test_an_interrupt_is_told(address):
    def job(team):
        if team.rank == 0:
            with pytest.raises(KeyboardInterrupt), team:
                raise KeyboardInterrupt
            return "gone"
        return team.gather(b"")

    assert together(address, 2, job) == ["gone", "process 0 was interrupted"]


def test_one_that_goes_without_a_word_is_noticed_at_once(address):
    def job(team):
        if team.rank == 1:
            team._lines[0].close()
            return "gone"
        began = time.monotonic()
        try:
            team.gather(b"")
        finally:
            assert time.monotonic() - began < 5.0

    host, other, third = together(address, 3, job)
    assert host.startswith("process 1 of 3 on ") and "has gone" in host
    assert (other, third) == ("gone", host)


def test_one_that_is_silent_is_given_up():
    a, b = socket.socketpair(socket.AF_UNIX)
    quiet = Team(0, 2, {1: Line(_Plain(a), 0.3)})
    with pytest.raises(NervejaxError, match=r"process 1 of 2 has gone \(it is silent\)"):
        quiet.gather(b"")
    b.close()


class _Plain:
    """A socket without the options of TCP."""

    def __init__(self, inner):
        self._inner = inner

    def setsockopt(self, *_):
        pass

    def __getattr__(self, name):
        return getattr(self._inner, name)


def test_being_alive_is_heard():
    a, b = (_Plain(one) for one in socket.socketpair(socket.AF_UNIX))
    patient = Team(0, 2, {1: Line(a, 0.5)})
    slow = Team(1, 2, {0: Line(b, 5.0)}, alive_s=0.1)

    def late():
        time.sleep(1.2)
        return slow.gather(b"at last")

    assert side_by_side(lambda: patient.gather(b"soon"), late)[0] == [b"soon", b"at last"]


def test_processes_that_do_something_else_end(address):
    found = together(address, 2, lambda team: team.gather(b"", tag=team.rank))
    assert all("no longer do the same" in text for text in found)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"settings": "b2"}, "has another settings than process 0: b2, not a1"),
        ({"machine": "that one"}, None),
    ],
)
def test_other_settings_are_refused_and_another_machine_is_told(address, other, said):
    told = []
    found = together(
        address, 2, lambda team: team.gather(b""), [ABOUT, ABOUT | other], told=told.append
    )
    if said:
        assert all(said in text for text in found)
    else:
        assert found[0] == [b"", b""]
        assert told == ["machines differ, so may last bits: that one; this one"]


def test_two_with_one_number_are_refused(address):
    def one(rank):
        return lambda: meet(address, rank, 3, ABOUT, wait_s=10.0)

    found = side_by_side(one(0), one(1), one(1))
    assert all("process 1 of 3 came twice" in text for text in found)


def test_strangers_are_sent_away(address, monkeypatch):
    monkeypatch.setattr(meeting, "GREETING_S", 0.3)
    host, port = address.split(":")

    def strangers():
        for text in (
            b"GET / HTTP/1.0\r\n\r\n" + b" " * 40,
            b"",
            json.dumps({"process": 1}).encode(),
        ):
            for _ in range(100):
                try:
                    peer = socket.create_connection((host, int(port)))
                    break
                except OSError:
                    time.sleep(0.05)
            if text.startswith(b"{"):
                Line(peer, 5.0).send(DATA, 0, 0, [text])
            else:
                peer.sendall(text)
            time.sleep(0.1)
        with meet(address, 1, 2, ABOUT, wait_s=10.0) as team:
            return team.gather(b"1")

    def first():
        with meet(address, 0, 2, ABOUT, wait_s=10.0) as team:
            return team.gather(b"0")

    assert side_by_side(first, strangers) == [[b"0", b"1"], [b"0", b"1"]]


def test_nobody_waits_for_ever(address, monkeypatch):
    monkeypatch.setattr(meeting, "TELL_S", 0.1)
    told = []
    with pytest.raises(NervejaxError, match=r"process 1, 2 of 3 did not come to .* within 0 s"):
        meet(address, 0, 3, ABOUT, wait_s=0.4, told=told.append)
    assert told == [f"waiting at {address} for process 1, 2 of 3"]
    with pytest.raises(NervejaxError, match=r"process 1 of 2: no process 0 at .* refused"):
        meet(address, 1, 2, ABOUT, wait_s=0.4)


def test_a_taken_port_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NervejaxError, match=r"cannot wait for processes at .* in use"):
            meet(f"127.0.0.1:{port}", 0, 2, ABOUT, wait_s=1.0)
