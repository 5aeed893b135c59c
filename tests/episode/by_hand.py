"""Groups of fibres driven by hand, without tissue around them."""

from nervejax.episode.engine import Alone
from nervejax.episode.myelinated import MyelinatedGroup
from nervejax.episode.unmyelinated import UnmyelinatedGroup
from nervejax.population.classes import ABETA, ADELTA, C
from nervejax.tissue import laws
from tests.episode.conftest import short_config

NODES = {"abeta": 36, "adelta": 44}


def alike(**changes):
    """``short_config`` without noise, fibres that differ in size only."""
    return short_config(**{"numerics__noise": 0.0, "population__heterogeneity": 0.0} | changes)


def myelinated(config, kind=ABETA, count=2, membrane="sensory"):
    """A group of A fibres, coupled to tissue at rest."""
    return coupled(MyelinatedGroup(kind, count, NODES[kind.name], membrane, config, Alone()))


def unmyelinated(config, count=2, membrane="sensory_c"):
    """A group of C fibres, coupled to tissue at rest."""
    return coupled(UnmyelinatedGroup(C, count, 96, membrane, config, Alone()))


def coupled(group, **shift):
    """The group in tissue that is off its rest by these amounts."""
    rest = laws.rest(group.x_mm, group.config)
    group.couple(rest | {k: rest[k] + v for k, v in shift.items()}, rest)
    return group


def each_class(config):
    """One group of every class."""
    return [myelinated(config), myelinated(config, ADELTA), unmyelinated(config)]
