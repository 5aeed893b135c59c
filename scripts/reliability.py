"""The reliability campaign: what was tried, what survived, what was lost; writes docs/reliability.md.

python scripts/reliability.py                     all of it, about two hours on two cores
python scripts/reliability.py --only kills,stops  some of it; the other rows of the table stay
python scripts/reliability.py --scale 0.05        a twentieth of the tries, to see that it works
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]  # the tests lend their helpers

import numpy as np  # noqa: E402

from nervejax.recording import content  # noqa: E402
from nervejax.recording.segment_names import FOLDER, is_unfinished  # noqa: E402
from nervejax.recording.segments import Segments  # noqa: E402

TABLE, STORE = ROOT / "docs" / "reliability.md", ROOT / "docs" / "reliability.json"
MARKS = ("<!-- table -->", "<!-- end of table -->")
RUN = [
    "run", "output.report=false", "output.segment_every_s=0.2", "duration.baseline_s=1",
    "duration.compression_s=10", "duration.recovery_s=10", "numerics.step_s=0.5",
    "numerics.release_step_s=0.5", "stimuli.every_s=4", "stimuli.session_s=0.2",
    "numerics.probe_every_s=5", "population.n_abeta=1", "population.n_adelta=0", "population.n_c=1",
]  # fmt: skip
"""A run of seconds that tests, probes and sends; a segment after every slow step or two."""


class Row(NamedTuple):
    """tried: how often.  lost: how often something was lost or wrong.  said: about the lost ones."""

    tried: int
    lost: int
    said: list[str]


def stops(scale: float) -> Row:
    """Asked to stop at random slow steps, again and again: every bit as without (T1)."""
    from tests.episode.test_segments import after, config

    from nervejax.recording.keeper import Stopped
    from nervejax.simulate import simulate

    wanted, draw, tried, said = max(3, round(20 * scale)), np.random.default_rng(1), 0, []
    with tempfile.TemporaryDirectory() as scratch:
        unbroken = simulate(config(), Path(scratch) / "unbroken")
        while tried < wanted:
            home = Path(scratch) / f"stopped-{tried}"
            while True:
                try:
                    path = simulate(config(), home, stop=after(int(draw.integers(1, 4))))
                    break
                except Stopped:
                    tried += 1
            said += [f"{home.name}: {name}" for name in content.differing(unbroken, path)]
    return Row(tried, len(said), said)


def kills(scale: float) -> Row:
    """``kill -9`` at random instants: always readable, nothing of a segment lost, every bit (T2)."""
    wanted, draw, tried, said = max(3, round(200 * scale)), random.Random(2), 0, []
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "unbroken"
        _command([*RUN, f"hydra.run.dir={whole}"], None)
        lasts_s = _lasts_s(whole, scratch)
        number = 0
        while tried < wanted:
            home, number, seen = Path(scratch) / f"killed-{number}", number + 1, 0
            while not (home / "episode.h5").is_file():
                known = is_unfinished(home) or (home / ".hydra" / "config.yaml").is_file()
                words = ["resume", str(home)] if known else [*RUN, f"hydra.run.dir={home}"]
                if not _command(words, draw.uniform(0.1, lasts_s)):
                    continue
                tried += 1
                rows = _readable(home, said)
                if rows < seen:
                    said.append(f"{home.name}: {seen} rows before, {rows} after a kill")
                seen = rows
                print(f"  {tried} kills, {rows} rows", end="\r", file=sys.stderr, flush=True)
            said += [
                f"{home.name}: {name}"
                for name in content.differing(whole / "episode.h5", home / "episode.h5")
            ]
            if (home / FOLDER).exists():
                _command(["resume", str(home)], None)
    return Row(tried, len(said), said)


def damage(scale: float) -> Row:
    """Segments cut, flipped, emptied, swapped: named, and never believed (T3)."""
    draw, said = np.random.default_rng(3), []
    tried = max(10, round(500 * scale))
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(tried):
            home = Path(scratch) / str(number)
            segments = Segments(home, {"seed": number})
            segments.begin({})
            rows = [{"x": draw.normal(size=50), "n": [k, "a", None]} for k in range(5)]
            for k, row in enumerate(rows):
                segments.keep({"k": k, "x": draw.normal(size=100)}, [row])
            files = sorted((home / FOLDER).glob("*.npz"))
            victim = files[draw.integers(len(files))]
            _hurt(victim, files, draw)
            again = Segments(home, {"seed": number})
            stand = again.last()
            kept = [] if stand is None else stand.rows
            true = all(
                np.array_equal(a["x"], b["x"]) and a["n"] == b["n"]
                for a, b in zip(kept, rows, strict=False)
            )
            named = victim.name in again.broken or (stand is not None and len(kept) == len(rows))
            if not true or not named or (stand and stand.state["k"] != len(kept) - 1):
                said.append(f"{victim.name}: believed, or not named")
    return Row(tried, len(said), said)


def fuzz(scale: float) -> Row:
    """Damaged and strange files for every reader: one line or a finite result."""
    from tests.format.fuzzing import fuzz as tried_files

    tried, survived, said = tried_files(max(20, round(3000 * scale)), 4)
    return Row(tried, tried - survived, said)


def by_tests(*words: str) -> Callable[[float], Row]:
    """A campaign that pytest runs whole, whatever the scale."""

    def run(_: float) -> Row:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", *words],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = {
            name: int(n) for n, name in re.findall(r"(\d+) (passed|failed|error)", done.stdout)
        }
        lost = found.get("failed", 0) + found.get("error", 0)
        said = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return Row(found.get("passed", 0) + lost, lost or int(not found), said)

    return run


SLOW_TOO = ("-m", "slow or not slow")
CAMPAIGN: dict[str, tuple[str, Callable[[float], Row]]] = {
    "stops": ("stopped at random slow steps and resumed; every bit compared (T1)", stops),
    "kills": ("`kill -9` at random instants and resumed; every bit compared (T2)", kills),
    "damage": ("segments cut, flipped, emptied or swapped (T3)", damage),
    "blow-ups": (
        "a fibre of up to 4,096 that blows up: named, never numb, others bit-identical (T8)",
        by_tests("tests/episode/test_blow_ups.py", *SLOW_TOO),
    ),
    "determinism": (
        "same bits in any batch, chunk, order, sweep, number of processes and devices (T4)",
        by_tests(
            "tests/episode/test_chunks.py", "tests/episode/test_batch.py", "tests/episode/test_spread.py",
            "tests/episode/test_ensemble.py", "tests/episode/test_resume.py",
            "tests/episode/test_segments.py", *SLOW_TOO,
        ),
    ),
    "bad input": (
        "wrong settings, words and files: one golden line each (T14)",
        by_tests("tests/errors/test_golden_messages.py", "tests/errors/test_bad_input.py"),
    ),
    "fuzz": ("damaged and strange files given to every reader", fuzz),
    "disk": (
        "full disk, folder that cannot be written, stale partial files",
        by_tests("tests/format/test_atomicity.py"),
    ),
    "metamorphic": (
        "mirror, shift, permute, no pressure, split; conservation (T7, T15)",
        by_tests("tests/physics/test_metamorphic.py", "tests/physics/test_conservation.py"),
    ),
}  # fmt: skip


def main() -> int:
    """Run the campaign; status 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default=",".join(CAMPAIGN), help="names, separated by commas")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the tries")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args()
    names = [name.strip() for name in options.only.split(",")]
    if unknown := [name for name in names if name not in CAMPAIGN]:
        parser.error(f"--only {unknown[0]}: must be of {', '.join(CAMPAIGN)}")
    stored = json.loads(STORE.read_text()) if STORE.exists() else {}
    lost = 0
    for name in names:
        start = time.perf_counter()
        row = CAMPAIGN[name][1](options.scale)
        lost += row.lost
        took_s = time.perf_counter() - start
        print(f"{name:<12} {row.tried:>5} tried, {row.lost} lost, {took_s:.0f} s", flush=True)
        for line in row.said[:20]:
            print(f"    {line}")
        stored[name] = {
            "tried": row.tried, "lost": row.lost, "took_s": round(took_s),
            "day": f"{datetime.now(UTC):%Y-%m-%d}",
        }  # fmt: skip
    if not options.dry:
        STORE.write_text(json.dumps(stored, indent=1) + "\n")
        _write_table(stored)
    return int(lost > 0)


def _write_table(stored: dict[str, dict]) -> None:
    lines = [
        "| campaign | what | tried | survived | lost | s | day |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (what, _) in CAMPAIGN.items():
        if name in stored:
            row = stored[name]
            numbers = (
                row["tried"],
                row["tried"] - row["lost"],
                row["lost"],
                row["took_s"],
                row["day"],
            )
            lines.append(f"| `{name}` | {what} | " + " | ".join(map(str, numbers)) + " |")
    head, rest = TABLE.read_text().split(MARKS[0])
    TABLE.write_text("\n".join([head + MARKS[0], *lines, MARKS[1] + rest.split(MARKS[1])[1]]))


def _command(words: list[str], kill_after_s: float | None) -> bool:
    """Run ``nervejax WORDS``; whether it was killed before its end.

    Raises:
        SystemExit: it failed by itself.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "nervejax", *words], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _, told = process.communicate(timeout=kill_after_s)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    if process.returncode:
        sys.exit(f"nervejax {' '.join(words)} failed: {told[-500:]}")
    return False


def _lasts_s(whole: Path, scratch: str) -> float:
    """How long such a run takes once its kernels are in the cache of programs [s]."""
    start = time.perf_counter()
    _command([*RUN, f"hydra.run.dir={scratch}/timed"], None)
    if differ := content.differing(whole / "episode.h5", Path(scratch) / "timed" / "episode.h5"):
        sys.exit(f"the same run twice gives other bits: {differ}")
    return time.perf_counter() - start


def _readable(home: Path, said: list[str]) -> int:
    """How many rows the segments of a killed run hold; what cannot be read is noted."""
    if (home / "episode.h5").is_file():
        content.compare(home / "episode.h5")
        return sys.maxsize
    if not is_unfinished(home):
        return 0
    segments = Segments(home, json.loads((home / FOLDER / "run.json").read_text())["config"])
    stand = segments.last()
    said += [f"{home.name}: {name} is damaged" for name in segments.broken]
    return 0 if stand is None else len(stand.rows)


def _hurt(path: Path, files: list[Path], draw: np.random.Generator) -> None:
    """Damage a file in one of several ways."""
    data = bytearray(path.read_bytes())
    way = draw.integers(4)
    if way == 0:
        data = data[: draw.integers(len(data))]
    elif way == 1:
        data[draw.integers(len(data))] ^= 1 << int(draw.integers(8))
    elif way == 2:
        data = bytearray(len(data))
    else:
        data = bytearray(next(f for f in files if f != path).read_bytes())
    path.write_bytes(data)


if __name__ == "__main__":
    os.environ.setdefault(
        "JAX_COMPILATION_CACHE_DIR", tempfile.mkdtemp(prefix="nervejax-programs-")
    )
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")
    sys.exit(main())
