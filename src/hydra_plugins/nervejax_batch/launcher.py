"""``hydra/launcher=batch``: the jobs of a sweep share lanes of the device; each keeps its own folder.

The task function carries ``batch_task(configs, folders, ended, run_many=None)``, which runs jobs in
whatever order suits it and calls ``ended(number, outcome)`` once for each; an exception among the
outcomes is that job's failure alone, anything else what the job returns to the sweeper. ``run_many``
takes the place of ``nervejax.simulate.simulate_many`` where the jobs run elsewhere.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, configure_log, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from hydra_plugins.nervejax_batch._record import record
from hydra_plugins.nervejax_batch.composer import Composer

log = logging.getLogger(__name__)


@dataclass
class BatchLauncherConf:
    """Settings: none yet."""

    _target_: str = "hydra_plugins.nervejax_batch.launcher.BatchLauncher"


ConfigStore.instance().store(
    group="hydra/launcher", name="batch", node=BatchLauncherConf, provider="nervejax"
)


class BatchLauncher(Launcher):
    """Composes every job, hands them all to the task, and lets Hydra record each as it ends."""

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Keep what Hydra gives."""
        self._context, self._task, self._config = hydra_context, task_function, config

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run the jobs; what each returned, in their order."""
        setup_globals()
        hydra = self._config.hydra
        configure_log(hydra.hydra_logging, hydra.verbose)
        Path(str(hydra.sweep.dir)).mkdir(parents=True, exist_ok=True)
        run: Any = getattr(self._task, "batch_task", None)
        if run is None:
            raise RuntimeError("hydra/launcher=batch: this application runs no batches")
        compose = Composer(self._context.config_loader, self._config)
        configs = [
            compose(words, initial_job_idx + number) for number, words in enumerate(job_overrides)
        ]
        folders = [self._folder(config) for config in configs]
        returns: dict[int, JobReturn] = {}

        def ended(number: int, outcome: Any) -> None:
            returns[number] = record(self._context, configs[number], folders[number], outcome)
            configure_log(hydra.hydra_logging, hydra.verbose)  # what is said next is no job's

        self._hand_over(run, configs, folders, ended)
        return [returns[number] for number in range(len(configs))]

    def _hand_over(
        self, run: Callable[..., Any], configs: Sequence[DictConfig], *given: Any
    ) -> None:
        """Let the task run the jobs here."""
        log.info(f"{len(configs)} jobs share the device")
        run(configs, *given)

    def _folder(self, config: DictConfig) -> Path:
        """Where a job leaves its files, as Hydra's ``run_job`` has it."""
        instance: Any = HydraConfig.instance()
        before = instance.cfg
        instance.cfg = config  # for ${hydra:...}
        try:
            sweep = config.hydra.sweep
            return Path(os.path.abspath(os.path.join(str(sweep.dir), str(sweep.subdir))))
        finally:
            instance.cfg = before
