"""``nervejax bench --sweeps``: what a sweep costs by the batch launcher and by Hydra's own; ensembles."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nervejax.cli.bench_processes import killed, same, timed

EPISODE = (
    "output.report=false", "duration.baseline_s=5", "duration.compression_s=20",
    "duration.recovery_s=10", "stimuli.every_s=0",
)  # fmt: skip
ROW = (
    "duration.baseline_s=1", "duration.compression_s=5", "duration.recovery_s=5", "stimuli.every_s=0",
    "population.n_abeta=1", "population.n_adelta=0", "population.n_c=0",
    "--vary", "pressure.peak_mmHg=20:200", "--vary", "pressure.length_mm=5:40:log",
)  # fmt: skip
"""A row of an ensemble: one fibre, 11 s."""
BASIC = ("hydra/launcher=basic", "hydra/sweeper=basic")


def measure(points: int, fibres: int, rows: int, say: Callable[[str], Any]) -> dict[str, Any]:
    """A sweep over pressure and seed by both launchers, and ensembles, each in a process of its own.

    Args:
        points: runs of the sweep.  fibres: of each class in a run.  rows: of the larger ensemble.
        say: is told what goes on.

    Returns:
        points, fibres, rows; cpu_s, wall_s, memory_MB, compiled (kernels) of ``one`` run, of ``batch``,
        ``basic``, ``few`` (a tenth of the rows) and ``many``; equal: runs whose every dataset has the
        same bits by both launchers; before, resumed: runs that were whole when a third sweep was killed
        half-way, and runs with the same bits after it was resumed; overhead_ms: of a job besides its
        simulation.
    """
    size = [f"population.n_{name}={fibres}" for name in ("abeta", "adelta", "c")]
    seeds = max(k for k in range(1, points + 1) if points % k == 0 and k * k <= points)
    axes = [f"pressure.peak_mmHg=range(40,{40 + 4 * (points // seeds)},4)", f"seed=range({seeds})"]
    found: dict[str, Any] = {"points": points, "fibres": fibres, "rows": rows}
    with tempfile.TemporaryDirectory(prefix="nervejax-bench-") as scratch:
        home, log = Path(scratch), Path(scratch) / "log"
        run = ["run", *EPISODE, *size]
        sweep = [*run, "-m", *axes]
        for name, words in (
            ("one", [*run, f"hydra.run.dir={home / 'one'}"]),
            ("batch", [*sweep, f"hydra.sweep.dir={home / 'batch'}"]),
            ("basic", [*sweep, f"hydra.sweep.dir={home / 'basic'}", *BASIC]),
            (
                "few",
                ["ensemble", *ROW, "--count", str(max(2, rows // 10)), "-o", str(home / "few")],
            ),
            ("many", ["ensemble", *ROW, "--count", str(rows), "-o", str(home / "many")]),
        ):
            say(name)
            found[name] = timed(words, log)
        say("a sweep that is killed and resumed")
        # the runs of one wave end nearly together, so half of the time is where some are whole
        killed_at = home / "killed"
        killed(
            [*sweep, f"hydra.sweep.dir={killed_at}"], log, lambda: _whole(killed_at) >= points // 2
        )
        found["before"] = _whole(killed_at)
        timed(["resume", str(killed_at)], log)
        for name, folder in (("equal", "basic"), ("resumed", "killed")):
            found[name] = sum(
                same(home / "batch" / str(k) / "episode.h5", home / folder / str(k) / "episode.h5")
                for k in range(points)
            )
        say("jobs that simulate nothing")
        found["overhead_ms"] = _overhead_ms(home, points)
    return found


def table(found: dict[str, Any]) -> str:
    """The numbers for people."""
    points, basic, batch = found["points"], found["basic"], found["batch"]
    labels = {
        "one": "one run",
        "batch": "batch",
        "basic": "Hydra's basic launcher",
        "few": f"ensemble, {max(2, found['rows'] // 10)} rows",
        "many": f"ensemble, {found['rows']} rows",
    }
    head = f"{'':<24}{'CPU s':>8}{'wall s':>8}{'memory MB':>11}{'kernels compiled':>18}"
    rows = [
        f"{label:<24}{row['cpu_s']:>8.1f}{row['wall_s']:>8.1f}{row['memory_MB']:>11.0f}"
        f"{row['compiled']:>18}"
        for row, label in ((found[name], label) for name, label in labels.items())
    ]
    return "\n".join(
        [
            f"{points} runs of 35 s limb time, {found['fibres']} fibres of each class; rows of one "
            "fibre and 11 s",
            head,
            *rows,
            f"basic / batch: {basic['cpu_s'] / batch['cpu_s']:.1f} in CPU time, "
            f"{basic['wall_s'] / batch['wall_s']:.1f} in wall time",
            f"batch / one run: {batch['wall_s'] / found['one']['wall_s']:.1f} in wall time",
            f"bit-identical: {found['equal']} of {points} runs; after kill -9 with {found['before']} "
            f"runs whole and resume: {found['resumed']} of {points}",
            f"Hydra, ledger and folders: {found['overhead_ms']:.0f} ms of CPU a job",
        ]
    )


def _whole(sweep: Path) -> int:
    return sum(1 for _ in sweep.glob("*/episode.h5"))


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
