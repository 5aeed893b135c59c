"""The jobs of ``nervejax run -m`` as one batch, for the launcher of ``hydra_plugins.nervejax_batch``."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.cli import environment
from nervejax.cli.ending import failed, leave_nothing, shown
from nervejax.cli.progress import Progress
from nervejax.config import Config
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from omegaconf import DictConfig


def run_batch(
    composed: Sequence["DictConfig"], folders: Sequence[Path], ended: Callable[[int, Any], Any]
) -> list[int]:
    """Run the jobs that Hydra composed, each into its own folder.

    Args:
        composed: configurations, Hydra's own part in them.
        ended: called once for each job, with its number and its exit status.

    Returns:
        Their exit statuses.
    """
    from omegaconf import OmegaConf

    from nervejax.cli.compose import config_of

    statuses = [0] * len(composed)
    configs: dict[int, Config] = {}
    for number, one in enumerate(composed):
        try:
            own = OmegaConf.masked_copy(one, [str(key) for key in one if key != "hydra"])
            configs[number] = config_of(own)
        except NervejaxError as error:  # a sweep written in YAML is only seen here
            statuses[number] = failed(error)
            ended(number, statuses[number])
    numbers = list(configs)

    def done(index: int, outcome: Path | Exception) -> None:
        number = numbers[index]
        if isinstance(outcome, Exception):
            print(f"nervejax: run {composed[number].hydra.job.num} failed", file=sys.stderr)
            statuses[number] = failed(outcome)
        else:
            shown(outcome)
        ended(number, statuses[number])
        if isinstance(outcome, NervejaxError):
            leave_nothing(folders[number])

    environment.prepare()
    from nervejax.simulate import simulate_many

    total_s = sum(config.duration.total_s for config in configs.values())
    words = [[str(w) for w in composed[n].hydra.overrides.task] for n in numbers]
    with Progress(total_s) as progress:
        simulate_many(
            list(configs.values()), [folders[n] for n in numbers], done,
            lambda share: progress(share * total_s), words,
        )  # fmt: skip
    return statuses
