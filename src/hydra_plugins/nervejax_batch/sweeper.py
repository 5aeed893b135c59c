"""``hydra/sweeper=grid``: Hydra's own sweeper without its second composition of every job.

``nervejax run`` and the batch launcher check every job before the first one runs.
"""

from dataclasses import dataclass

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper, BasicSweeperConf
from hydra.core.config_store import ConfigStore


@dataclass
class GridSweeperConf(BasicSweeperConf):
    """Settings of the basic sweeper."""

    _target_: str = "hydra_plugins.nervejax_batch.sweeper.GridSweeper"


ConfigStore.instance().store(
    group="hydra/sweeper", name="grid", node=GridSweeperConf, provider="nervejax"
)


class GridSweeper(BasicSweeper):
    """Every combination of the listed values."""

    def validate_batch_is_legal(self, batch: object) -> None:
        """Nothing: the launcher composes all jobs before it runs any."""
