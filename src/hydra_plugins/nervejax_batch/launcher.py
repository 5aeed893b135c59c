"""``hydra/launcher=batch``: the jobs of a sweep share lanes of the device; each keeps its own folder.

The task function carries ``batch_task(configs, folders, ended)``, which runs jobs in whatever order suits
it and calls ``ended(number, outcome)`` once for each; an exception among the outcomes is that job's
failure alone.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, configure_log, run_job, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

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
        log.info(f"{len(configs)} jobs share the device")
        returns: dict[int, JobReturn] = {}

        def ended(number: int, outcome: Any) -> None:
            returns[number] = self._recorded(configs[number], outcome)

        run(configs, folders, ended)
        configure_log(hydra.hydra_logging, hydra.verbose)
        return [returns[number] for number in range(len(configs))]

    def _folder(self, config: DictConfig) -> Path:
        """Where a job leaves its files, as Hydra's ``run_job`` has it."""
        instance, before = HydraConfig.instance(), HydraConfig.instance().cfg
        instance.set_config(config)  # for ${hydra:...}
        try:
            sweep = config.hydra.sweep
            return Path(os.path.abspath(os.path.join(str(sweep.dir), str(sweep.subdir))))
        finally:
            instance.cfg = before

    def _recorded(self, config: DictConfig, outcome: Any) -> JobReturn:
        """What Hydra notes of a job: .hydra/, its log, callbacks."""

        def told(_: DictConfig) -> Any:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return run_job(
            hydra_context=self._context, task_function=told, config=config,
            job_dir_key="hydra.sweep.dir", job_subdir_key="hydra.sweep.subdir",
        )  # fmt: skip
