"""``nervejax bench --sweeps``: what a sweep costs by the batch launcher, and by Hydra's own."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

EPISODE = (
    "output.report=false", "duration.baseline_s=5", "duration.compression_s=20",
    "duration.recovery_s=10", "stimuli.every_s=0",
)  # fmt: skip
BASIC = ("hydra/launcher=basic", "hydra/sweeper=basic")
COMPILED = re.compile(r"^WARNING:.*Finished XLA compilation of jit\(_?advance\)", re.MULTILINE)


def measure(points: int, fibres: int, say: Callable[[str], Any]) -> dict[str, Any]:
    """A sweep over pressure and seed by both launchers, each in a process of its own.

    Args:
        points: runs of the sweep.  fibres: of each class in a run.
        say: is told what goes on.

    Returns:
        points, fibres; cpu_s, wall_s, compiled (kernels) of ``batch``, ``basic`` and ``one`` run; equal:
        runs whose every dataset has the same bits by both; overhead_ms: of a job besides its simulation.
    """
    size = [f"population.n_{name}={fibres}" for name in ("abeta", "adelta", "c")]
    seeds = max(k for k in range(1, points + 1) if points % k == 0 and k * k <= points)
    axes = [f"pressure.peak_mmHg=range(40,{40 + 4 * (points // seeds)},4)", f"seed=range({seeds})"]
    found: dict[str, Any] = {"points": points, "fibres": fibres}
    with tempfile.TemporaryDirectory(prefix="nervejax-bench-") as scratch:
        home = Path(scratch)
        for name, more in (
            ("one", [f"hydra.run.dir={home / 'one'}"]),
            ("batch", ["-m", f"hydra.sweep.dir={home / 'batch'}", *axes]),
            ("basic", ["-m", f"hydra.sweep.dir={home / 'basic'}", *axes, *BASIC]),
        ):
            say(name)
            found[name] = _timed([*EPISODE, *size, *more], home)
        found["equal"] = sum(
            _same(home / "batch" / str(k) / "episode.h5", home / "basic" / str(k) / "episode.h5")
            for k in range(points)
        )
        say("jobs that simulate nothing")
        found["overhead_ms"] = _overhead_ms(home, points)
    return found


def table(found: dict[str, Any]) -> str:
    """The numbers for people."""
    points, basic, batch = found["points"], found["basic"], found["batch"]
    lines = [
        f"{points} runs of 35 s limb time, {found['fibres']} fibres of each class",
        f"{'':<24}{'CPU s':>8}{'wall s':>8}{'kernels compiled':>18}",
    ]
    for name, label in (
        ("one", "one run"),
        ("batch", "batch"),
        ("basic", "Hydra's basic launcher"),
    ):
        row = found[name]
        lines.append(f"{label:<24}{row['cpu_s']:>8.1f}{row['wall_s']:>8.1f}{row['compiled']:>18}")
    return "\n".join(
        [
            *lines,
            f"basic / batch: {basic['cpu_s'] / batch['cpu_s']:.1f} in CPU time, "
            f"{basic['wall_s'] / batch['wall_s']:.1f} in wall time",
            f"batch / one run: {batch['wall_s'] / found['one']['wall_s']:.1f} in wall time",
            f"bit-identical: {found['equal']} of {points} runs",
            f"Hydra, ledger and folders: {found['overhead_ms']:.0f} ms of CPU a job",
        ]
    )


def _timed(words: Sequence[str], folder: Path) -> dict[str, float | int]:
    """CPU and wall time of ``nervejax run``, and how many kernels it compiled."""
    log = folder / "log"
    before, start = os.times(), time.perf_counter()
    with log.open("w") as told:
        subprocess.run(
            [sys.executable, "-m", "nervejax", "run", *words],
            check=True, stdout=told, stderr=told, env=os.environ | {"JAX_LOG_COMPILES": "1"},
        )  # fmt: skip
    wall_s, after = time.perf_counter() - start, os.times()
    cpu_s = sum(after[2:4]) - sum(before[2:4])
    return {"cpu_s": cpu_s, "wall_s": wall_s, "compiled": len(COMPILED.findall(log.read_text()))}


def _same(one: Path, other: Path) -> bool:
    """Whether all that was simulated has the same bits; when and how long may differ."""
    return _content(one) == _content(other)


def _content(path: Path) -> dict[str, tuple]:
    import h5py
    import numpy as np

    found: dict[str, tuple] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
            values = np.asarray(item[()])
            bits = values.tolist() if values.dtype == object else values.tobytes()
            found[name] = (values.shape, str(values.dtype), bits)

    with h5py.File(path) as file:
        file.visititems(note)
    return found


_IDLE = """
import sys, time
from pathlib import Path
import nervejax.simulate

def nothing(configs, folders, ended, *_):
    for number, folder in enumerate(folders):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / "episode.h5").touch()
        ended(number, Path(folder) / "episode.h5")

nervejax.simulate.simulate_many = nothing
from nervejax.cli.main import main
spent = []
for number, count in enumerate((2, 2, int(sys.argv[2]))):  # the first one imports
    start = time.process_time()
    folder = f"hydra.sweep.dir={sys.argv[1]}/idle{number}"
    main(["run", "-m", "output.report=false", f"seed=range({count})", folder])
    spent.append(time.process_time() - start)
print(1e3 * (spent[2] - spent[1]) / (count - 2))
"""


def _overhead_ms(folder: Path, points: int) -> float:
    """CPU time of a job that simulates nothing: composition, checks, ledger, folder, log [ms]."""
    command = [sys.executable, "-c", _IDLE, str(folder), str(max(points, 12))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])
