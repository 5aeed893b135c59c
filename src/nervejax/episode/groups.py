"""Build the groups of fibres that a configuration asks for."""

from typing import Any

from nervejax.episode.engine import Engine
from nervejax.episode.group import FibreGroup
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.episode.unmyelinated import UnmyelinatedGroup
from nervejax.population.classes import ABETA, ADELTA, C


def build_groups(config: Any, engine: Engine) -> list[FibreGroup]:
    """Groups with at least one fibre, in the order A-beta, A-delta, C.

    A-beta starts on the first device, the others on the second: two devices are then both busy.
    """
    population = config.population
    groups: list[FibreGroup] = []
    for kind, count, nodes, offset in (
        (ABETA, population.n_abeta, population.nodes_abeta, 0),
        (ADELTA, population.n_adelta, population.nodes_adelta, 1),
    ):
        if count:
            name = population.membrane_a
            groups.append(MyelinatedGroup(kind, count, nodes, name, config, engine, offset))
    if population.n_c:
        name = population.membrane_c
        places = population.compartments_c
        groups.append(UnmyelinatedGroup(C, population.n_c, places, name, config, engine, 1))
    return groups
