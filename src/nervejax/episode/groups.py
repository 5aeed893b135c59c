"""Build the groups of fibres that a configuration asks for."""

from typing import Any

from nervejax.episode.engine import Engine, run_alone
from nervejax.episode.group import FibreGroup
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.episode.unmyelinated import UnmyelinatedGroup
from nervejax.population.classes import ABETA, ADELTA, C


def build_groups(config: Any, devices: list[Any], engine: Engine = run_alone) -> list[FibreGroup]:
    """Groups with at least one fibre, in the order A-beta, A-delta, C.

    A-beta starts on the first device, the others on the second: the default population then
    keeps two cores busy and compiles every program once.
    """
    population = config.population
    groups: list[FibreGroup] = []
    for kind, count, nodes, offset in (
        (ABETA, population.n_abeta, population.nodes_abeta, 0),
        (ADELTA, population.n_adelta, population.nodes_adelta, 1),
    ):
        if count:
            name = population.membrane_a
            groups.append(
                MyelinatedGroup(kind, count, nodes, name, config, devices, offset, engine)
            )
    if population.n_c:
        name = population.membrane_c
        groups.append(
            UnmyelinatedGroup(
                C, population.n_c, population.compartments_c, name, config, devices, 1, engine
            )
        )
    return groups
