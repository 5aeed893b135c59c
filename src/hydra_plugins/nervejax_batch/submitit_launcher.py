"""``hydra/launcher=batch_submitit``: the runs of a sweep in groups, each group a job of a cluster.

As under ``batch`` the runs of a group share the device; several groups use several devices. This process
waits, and keeps the folders, the logs and the ledger as ``batch`` does.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from hydra_plugins.nervejax_batch.launcher import BatchLauncher

log = logging.getLogger(__name__)


@dataclass
class BatchSubmititLauncherConf:
    """How the runs are dealt, and what is asked of the cluster for each group.

    cluster: slurm, local (processes of this machine) or debug (this process).
    groups: how many groups; null: as many as runs_per_group needs.
    runs_per_group: most runs of a group.
    timeout_min: most wall time of a group.
    max_num_timeout: how often a group that ran out of it is queued again, to do the rest.
    cpus_per_task, gpus_per_node, mem_GB: what a group gets.
    partition, account, qos, constraint: words for Slurm.
    array_parallelism: how many groups at a time; null: Slurm 256, local as there are cores for.
    signal_delay_s: how long before the end of its time a group is told.
    setup: lines of shell before a group starts.
    additional_parameters: further words for sbatch.
    job_name: what squeue shows.
    folder: where submitit keeps its files and logs.
    """

    _target_: str = "hydra_plugins.nervejax_batch.submitit_launcher.BatchSubmititLauncher"
    cluster: str = "slurm"
    groups: int | None = None
    runs_per_group: int = 64
    timeout_min: int = 60
    max_num_timeout: int = 0
    cpus_per_task: int = 2
    gpus_per_node: int = 0
    mem_GB: float | None = None
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    constraint: str | None = None
    array_parallelism: int | None = None
    signal_delay_s: int = 90
    setup: list[str] = field(default_factory=list)
    additional_parameters: dict[str, Any] = field(default_factory=dict)
    job_name: str = "nervejax"
    folder: str = "${hydra.sweep.dir}/.submitit"


ConfigStore.instance().store(
    group="hydra/launcher",
    name="batch_submitit",
    node=BatchSubmititLauncherConf,
    provider="nervejax",
)

_LEAST = {
    "groups": 1, "runs_per_group": 1, "timeout_min": 1, "max_num_timeout": 0, "cpus_per_task": 1,
    "gpus_per_node": 0, "mem_GB": 0.001, "array_parallelism": 1, "signal_delay_s": 1,
}  # fmt: skip
"""Setting -> its smallest value."""


class BatchSubmititLauncher(BatchLauncher):
    """Deals the jobs into groups and has submitit run each group in a process of its own."""

    def __init__(self, **settings: Any) -> None:
        self._settings = OmegaConf.structured(BatchSubmititLauncherConf(**settings))

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Keep what Hydra gives, and refuse what cannot work before anything is written.

        Raises:
            UsageError: submitit or Slurm is missing, or a setting is out of its range.
        """
        from nervejax.cli.usage import UsageError

        super().setup(hydra_context=hydra_context, task_function=task_function, config=config)
        bad = _problems(self._settings)
        if bad:
            raise UsageError(*bad)

    def _hand_over(
        self, run: Callable[..., Any], configs: Sequence[DictConfig], *given: Any
    ) -> None:
        """Let the task run the jobs by ``_run_many``."""
        run(configs, *given, self._run_many)

    def _run_many(
        self, configs: Sequence[Any], folders: Sequence[Path], ended: Callable[..., Any],
        progress: Callable[[float], Any], words: Sequence[list[str]],
    ) -> None:  # fmt: skip
        """What stands in for ``simulate_many``."""
        from hydra_plugins.nervejax_batch._clusters import CLUSTERS
        from hydra_plugins.nervejax_batch._watch import deal, run_groups

        settings = self._settings
        costs_s = [config.duration.total_s for config in configs]
        parts = deal(costs_s, settings.groups, settings.runs_per_group)
        log.info(f"{len(configs)} jobs in {len(parts)} groups ({settings.cluster})")
        where = Path(str(settings.folder))
        cluster = CLUSTERS[settings.cluster](settings, where)
        run_groups(parts, configs, folders, words, cluster, where, ended, progress)


def _problems(settings: Any) -> list[str]:
    """One line for each setting that cannot be, or for what is missing on this machine."""
    from hydra_plugins.nervejax_batch._clusters import CLUSTERS, missing
    from nervejax.config import did_you_mean

    found = [
        f"hydra.launcher.{name}={settings[name]}: must be at least {least}"
        for name, least in _LEAST.items()
        if settings[name] is not None and settings[name] < least
    ]
    if settings.cluster not in CLUSTERS:
        hint = did_you_mean(settings.cluster, CLUSTERS)
        found.append(
            f"hydra.launcher.cluster={settings.cluster}: must be one of {', '.join(CLUSTERS)}{hint}"
        )
    if find_spec("submitit") is None:
        found.append(
            "hydra/launcher=batch_submitit needs submitit: pip install 'nervejax[cluster]'"
        )
    lacking = missing(settings.cluster)
    return found or ([lacking] if lacking else [])
