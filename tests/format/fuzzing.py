"""Files that are damaged in random ways, for every reader: one line or a finite result, never more.

The readers run in a process of their own, for HDF5 may crash on what it is given; its memory and time are
limited. ``python -m tests.format.fuzzing KIND COUNT SEED FOLDER`` is such a process.
"""

import faulthandler
import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from nervejax.errors import NervejaxError
from nervejax.recording import seal
from nervejax.recording.segment_names import FOLDER as SEGMENTS

ROOT = Path(__file__).resolve().parents[2]
MOST_S, MOST_MB = 40.0, 600
"""Time and additional memory that reading a damaged file of 100 kB may take (assumed)."""
BATCH = 100


def _episode(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.analysis.verification import findings
    from nervejax.recording import reader
    from tests.unit.collect_example import store_episode

    store_episode(home)
    path = home / "episode.h5"
    names = ("read_episode", "read_readout", "read_summary", "read_provenance")
    calls = [lambda n=name: getattr(reader, n)(path) for name in names]
    return path, [*calls, lambda: list(findings(path))]


def _sweep(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.analysis.sweep_file import write_sweep_table
    from nervejax.analysis.sweep_table import sweep_dataset, sweep_frame
    from tests.unit.collect_example import store

    for k in range(3):
        store(home / str(k), f"seed={k}", seed=k)
    write_sweep_table(home)
    return home / "sweep.h5", [
        lambda: sweep_frame(home / "sweep.h5"), lambda: sweep_dataset(home / "sweep.h5").close()
    ]  # fmt: skip


def _table(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.analysis.sweep_columns import from_csv

    _sweep(home)
    path = home / "summary.csv"
    return path, [lambda: from_csv(path.read_bytes())]


def _rows(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.ensembles.rows import read_rows

    home.mkdir(parents=True)
    path = home / "rows.csv"
    path.write_text("pressure.peak_mmHg,seed\n" + "".join(f"{20 + k},{k}\n" for k in range(40)))
    return path, [lambda: read_rows(path)]


def _part(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.recording.ensemble_part import RowResult, part_index, read_part, write_part

    time_s = np.arange(5.0)
    results = [
        RowResult(k, {"a_s": 1.0 * k}, {"order": "x"}, time_s, {"b_rel": time_s * k})
        for k in range(6)
    ]
    home.mkdir(parents=True)
    path = write_part(home, "plan", results)

    def read() -> None:
        index = part_index(path, "plan")
        if index is not None:
            read_part(index, np.arange(len(index.row)), index.time_s is not None)

    return path, [read]


def _ensemble(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.analysis import ensemble_table as table
    from nervejax.recording.ensemble_file import Parts, merge

    _part(home)
    columns = {"pressure.peak_mmHg": np.linspace(20.0, 70.0, 6)}
    path = merge(Parts(home, "plan", 6), home / "ensemble.h5", columns, "plan", {"design": "x"})
    names = (
        "ensemble_columns",
        "setting_names",
        "summary_names",
        "ensemble_about",
        "ensemble_frame",
    )
    return path, [lambda n=name: getattr(table, n)(path) for name in names]


def _ledger(home: Path) -> tuple[Path, list[Callable]]:
    from nervejax.recording import ledger_journal, sweep_ledger

    config = {"name": "arm", "seed": 1, "pressure": {"peak_mmHg": 60.0}}
    runs = [
        sweep_ledger.Wanted(str(k), [f"seed={k}"], config | {"seed": k}, config | {"hydra": {}})
        for k in range(3)
    ]
    sweep_ledger.extend_plan(home, runs, ["run", "-m"], "1")

    def read() -> None:
        for run in sweep_ledger.read_plan(home) or []:
            sweep_ledger.why_not_whole(home, run)
        ledger_journal.read_journal(home)

    return home / ".ledger" / "plan.json", [read]


def _segments(home: Path) -> tuple[Path, list[Callable]]:
    """The digest in the name is made to fit, as who means harm would."""
    from nervejax.recording.segments import Segments

    segments = Segments(home, {"seed": 1})
    segments.begin({})
    segments.keep({"x": np.arange(200.0), "n": [1, None, "a"]}, [{"y": np.arange(9)}])
    (path,) = (home / SEGMENTS).glob("state-*")

    def read() -> None:
        data = path.read_bytes()
        name = f"state-000000-{hashlib.sha256(data).hexdigest()[:16]}.npz"
        (path.parent / name).write_bytes(data)
        Segments(home, {"seed": 1}).last()
        (path.parent / name).unlink(missing_ok=True)
        segments.keep({}, [])  # what was damaged is removed; the next one starts from there

    return path, [read]


KINDS = {
    "episode": _episode, "sweep": _sweep, "table": _table, "rows": _rows, "part": _part,
    "ensemble": _ensemble, "ledger": _ledger, "segments": _segments,
}  # fmt: skip


def hurt(data: bytes, draw: np.random.Generator) -> bytes:
    """The same bytes, cut, or with bits flipped, or a stretch emptied, replaced or doubled."""
    made = bytearray(data)
    at, length = int(draw.integers(len(made))), int(draw.integers(1, 64))
    way = draw.integers(6)
    if way == 0:
        return bytes(made[:at])
    if way == 1:
        for place in draw.integers(len(made), size=int(draw.integers(1, 30))):
            made[place] ^= 1 << int(draw.integers(8))
    elif way == 2:
        made[at : at + length] = bytes(length)
    elif way == 3:
        made[at : at + length] = draw.bytes(length)
    elif way == 4:
        other = int(draw.integers(len(made)))
        made[at : at + length] = made[other : other + length]
    else:
        made[at:at] = made[at : at + length]
    return bytes(made)


def strange(path: Path, draw: np.random.Generator) -> None:
    """An HDF5 file that is sound and not what it should be: a part left out, huge, of another type."""
    with h5py.File(path, "r+") as file:
        names: list[str] = []
        file.visit(names.append)
        name = names[draw.integers(len(names))]
        way = draw.integers(5)
        if way == 0:
            del file[name]
        elif way == 1:
            file.attrs[list(file.attrs)[draw.integers(len(file.attrs))]] = draw.integers(10**6)
        elif isinstance(file[name], h5py.Dataset):
            del file[name]
            if way == 2:
                file.create_dataset(name, shape=(10**12,), dtype="f8", chunks=(1024,))
            elif way == 3:
                file.create_dataset(name, data=np.array([b"x" * 50] * 3))
            else:
                file.create_dataset(name, data=draw.normal(size=(2, 3)))


def fuzz(
    count: int, seed: int, kinds: tuple[str, ...] = tuple(KINDS)
) -> tuple[int, int, list[str]]:
    """Damage files and read them.

    Args:
        count: how many, of all kinds together.  seed: of the damage.  kinds: which files.

    Returns:
        Tried, survived, and a line about each lost one.
    """
    import tempfile

    tried, lost = 0, []
    each = -(-count // len(kinds))
    for kind in kinds:
        left, start = each, seed
        while left > 0:
            batch = min(BATCH, left)
            with tempfile.TemporaryDirectory(prefix="nervejax-fuzz-") as folder:
                done = subprocess.run(
                    [sys.executable, "-m", "tests.format.fuzzing", kind, str(batch), str(start), folder],
                    cwd=ROOT, capture_output=True, text=True, check=False,
                )  # fmt: skip
            lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
            lost += [f"{kind} {number}: {told}" for number, told in lines if told]
            reached = len(lines)
            if done.returncode:
                hangs = "Timeout" in done.stderr
                what = [" ".join(done.stderr.split())[:600]] if hangs else []
                what += done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
                lost.append(f"{kind} {start + reached}: the process ended: {what[0]}")
                reached += 1
            tried, left, start = tried + reached, left - reached, start + reached
    return tried, tried - len(lost), lost


def _one(kind: str, number: int, home: Path) -> str:
    """Damage and read one file; what went wrong, or nothing."""
    draw = np.random.default_rng([number, len(kind)])
    path, calls = KINDS[kind](home)
    if path.suffix == ".h5" and draw.integers(3) > 0:
        data = path.read_bytes()  # without its seal, or every damage is seen by that
        path.write_bytes(data[: -seal.LENGTH] if seal.fits_seal(path) else data)
    if path.suffix == ".h5" and draw.integers(3) == 0:
        strange(path, draw)
    else:
        path.write_bytes(hurt(path.read_bytes(), draw))
    for call in calls:
        start = time.monotonic()
        try:
            call()
        except NervejaxError as error:
            if "\n" in str(error):
                return f"more than one line: {error!r}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        if time.monotonic() - start > MOST_S:
            return f"took {time.monotonic() - start:.0f} s"
    return ""


def _main(kind: str, count: str, seed: str, folder: str) -> None:
    _one(kind, 0, Path(folder) / "first")  # imports what is needed
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MOST_MB * 2**20, resource.RLIM_INFINITY))
    for number in range(int(seed), int(seed) + int(count)):
        faulthandler.dump_traceback_later(2 * MOST_S, exit=True)  # it hangs
        told = _one(kind, number, Path(folder) / str(number))
        print(json.dumps([number, told]), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
