"""Which sweeper ``run -m`` will use: one that runs every combination, or one that searches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.override_parser.types import Override
from omegaconf import OmegaConf

_GRIDS = ("BasicSweeper", "GridSweeper")
"""Sweepers that run every combination of the listed values."""


@dataclass(frozen=True)
class Sweeper:
    """What has to be known of a sweeper before it starts.

    searches: it chooses values itself and wants each run to give back a number.
    directions: how many numbers; None where the sweeper does not say.
    """

    searches: bool = False
    directions: int | None = None


def find_sweeper(
    overrides: Sequence[Override],
    groups: Mapping[str, Sequence[str]],
    config_dir: str,
    config_name: str,
    where: Sequence[str] = (),
) -> Sweeper:
    """The sweeper that the command line, or a file of the user's own, chooses.

    Args:
        overrides: the command line.
        groups: the alternatives there are.
        config_dir: folder of the primary file.
        config_name: its name.
        where: further words, such as the search path of the user's own files.

    Returns:
        The grid where the configuration cannot be put together: what is wrong with it is said by
        those who put together the runs.
    """
    words = [one.input_line or "" for one in overrides if one.is_hydra_override()]
    if not words and not where and config_name == "run":
        return Sweeper()
    words += [
        one.input_line or ""
        for one in overrides
        if one.key_or_group in groups and not one.is_sweep_override()
    ]
    try:
        with initialize_config_dir(config_dir, version_base="1.3"):
            composed = compose(config_name, [*words, *where], return_hydra_config=True)
        found: Any = OmegaConf.to_container(composed.hydra.sweeper)
    except Exception:  # the composition of the runs says it in one line
        return Sweeper()
    if str(found.get("_target_")).rpartition(".")[2] in _GRIDS:
        return Sweeper()
    wanted = found.get("direction")
    count = len(wanted) if isinstance(wanted, list) else None if wanted is None else 1
    return Sweeper(searches=True, directions=count)
