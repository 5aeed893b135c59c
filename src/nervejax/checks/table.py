"""Every check that can be run, by number. A new one is a module with a ``Check`` and a line here."""

from nervejax.checks import conduction, excitability, sizes, slowing, spikes, trains

CHECKS = {
    1: sizes.CHECK,
    2: conduction.CHECK_2,
    3: conduction.CHECK_3,
    4: spikes.CHECK,
    5: excitability.CHECK_5,
    6: excitability.CHECK_6,
    7: slowing.CHECK,
    8: trains.CHECK,
}
