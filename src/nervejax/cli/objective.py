"""What a run gives back to the sweeper: entries of its summary, for Optuna and its like."""

import math
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.config import Config, did_you_mean
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.cli.sweeper import Sweeper


def objective_problems(configs: Sequence[Config], sweeper: "Sweeper") -> list[str]:
    """One line for each thing that keeps the runs from giving the sweeper what it needs.

    Args:
        configs: the runs.
        sweeper: the sweeper that starts them.
    """
    asked = [config.output.objective for config in configs]
    names = min(asked, key=len, default=())
    found = [
        f"output.objective={name}: no number of /summary has this name"
        f"{did_you_mean(name, summary_names())} (all are in docs/sweeps.md)"
        for name in sorted({name for names in asked for name in names})
        if name not in summary_names()
    ]
    if sweeper.searches and not names:
        found.append(
            "output.objective: the sweeper needs a number from every run; name an entry of /summary, "
            "such as output.objective=numb_onset_abeta_s (see docs/sweeps.md)"
        )
    elif sweeper.searches and sweeper.directions not in (None, len(names)):
        found.append(
            f"output.objective={','.join(names)}: {len(names)} for hydra.sweeper.direction with "
            f"{sweeper.directions}; several go as 'output.objective=[a,b]' and "
            "'hydra.sweeper.direction=[minimize,maximize]'"
        )
    return found


@cache
def summary_names() -> tuple[str, ...]:
    """The numbers of every summary, by the summary of an episode without fibres."""
    import numpy as np

    from nervejax.analysis.readout import readout
    from nervejax.analysis.summary import summarise
    from nervejax.recording.model import EpisodeRecord

    nothing = EpisodeRecord(
        time_s=np.zeros(1), x_mm=np.zeros(1), tissue={"pressure_mmHg": np.zeros((1, 1))},
        populations={}, compression_s=0.0, recovery_s=1.0,
    )  # fmt: skip
    table = summarise(nothing, readout(nothing))
    return tuple(name for name, value in table.items() if not isinstance(value, str))


def returned(names: Sequence[str], status: int, outcome: Path | Exception) -> Any:
    """What Hydra is told of a run.

    Args:
        names: ``output.objective`` of the run.
        status: its exit status.
        outcome: its episode file, or why there is none.

    Returns:
        Without names the status. With them the number, or the list of several; None if one
        of them is not finite, which makes a trial of Optuna fail and lets its study go on (told nan,
        the sweeper breaks off); the exception of a run that failed.
    """
    if not names or isinstance(outcome, Exception):
        return outcome if names else status
    from nervejax.recording.reader import read_summary

    try:
        summary = read_summary(outcome)
    except NervejaxError as error:
        return error
    values = [float(summary.get(name, math.nan)) for name in names]
    bad = [name for name, value in zip(names, values, strict=True) if not math.isfinite(value)]
    if bad:
        told = " and ".join(f"{name} is {summary.get(name, 'not there')}" for name in bad)
        print(f"nervejax: {outcome}: {told}, no objective for the sweeper", file=sys.stderr)
        return None
    return values[0] if len(values) == 1 else values
