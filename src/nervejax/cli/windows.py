"""``nervejax bench --windows``: a shortened episode in windows and unbroken, and how they differ."""

import sys
from collections.abc import Callable
from functools import reduce
from typing import Any

from nervejax.analysis.whole_file import write_whole
from nervejax.analysis.windowing import compare
from nervejax.cli.compose import compose
from nervejax.config import Config
from nervejax.recording import windowing

FASTER = 4
"""The tissue of the shortened episode runs so many times as fast as in life, and its slow steps are
shorter by as much; potassium under the myelin has no store that would take half an hour to fill."""
SHORTENED = (
    "scenario=ischaemia_only", "physiology=literature", "population.n_abeta=8",
    "population.n_adelta=0", "population.n_c=0", "duration.baseline_s=5",
    "duration.compression_s=200", "duration.recovery_s=100", "numerics.probe_every_s=1",
    "numerics.threshold_every_s=1e6", "numerics.lanes=8", "mechanisms.potassium_store=false",
    "stimuli.every_s=0",
)  # fmt: skip
TIMES = (
    "physiology.metabolism.energy_s", "physiology.metabolism.acid_rise_s",
    "physiology.metabolism.acid_washout_s", "physiology.perfusion.hyperaemia_fade_s",
    "physiology.endoneurium.volume_ratio", "numerics.step_s", "numerics.release_step_s",
)  # fmt: skip
RATES = (
    "physiology.metabolism.oxygen_rate_per_s", "physiology.endoneurium.washout_per_s",
    "physiology.endoneurium.diffusion_per_s",
)  # fmt: skip
"""What ``FASTER`` divides and multiplies."""
BOUNDS = {
    "block_onset_error_s": 2.0, "block_end_error_s": 2.0, "spikes_error_rel": 0.1,
    "slow_state_error_rel": 0.01,
}  # fmt: skip


def shortened() -> list[str]:
    """Hydra words of the shortened episode in windows."""
    (config,) = compose(list(SHORTENED))

    def value(key: str) -> float:
        return reduce(getattr, key.split("."), config)

    slower = [f"{key}={value(key) / FASTER!r}" for key in TIMES]
    return [*SHORTENED, *slower, *(f"{key}={value(key) * FASTER!r}" for key in RATES)]


def measure(seeds: int, progress: Callable[[str], Any]) -> dict[str, float]:
    """Errors of ``analysis.windowing.compare``, mean over seeds; unbroken takes minutes per seed."""
    from nervejax.episode.driver import run_episode

    found = []
    for seed in range(seeds):
        records = []
        for words in ((), ("numerics.duty=1",)):
            (config,) = compose([*shortened(), f"seed={seed}", *words])
            progress(f"seed {seed}, " + ("unbroken" if words else "in windows"))
            records.append(run_episode(config))
        found.append(compare(records[0], records[1], "abeta"))
    return {key: sum(f[key] for f in found) / len(found) for key in BOUNDS}


def main(seeds: int, write: bool) -> int:
    """Measure, print against the bounds, and with ``write`` keep the numbers for every later file."""
    errors = measure(seeds, lambda text: print(f"nervejax: {text}", file=sys.stderr, flush=True))
    for key, bound in BOUNDS.items():
        verdict = "within" if abs(errors[key]) <= bound else "beyond"
        print(f"{key:<24}{errors[key]:>10.3g}   {verdict} {bound:g}")
    if write:
        command = f"nervejax bench --windows --repeats {seeds} --write"
        text = windowing.as_text(Config().numerics, errors, command)
        write_whole(windowing.FILE, text.encode())
        print(f"nervejax: wrote {windowing.FILE.name}", file=sys.stderr)
    return 0
