"""Check 7: what trains and pairs of stimuli do to C fibres."""

import numpy as np

from nervejax.checks.bench import C_TEMPERATURE_DEGC, Bench, drawn_c
from nervejax.checks.reading import Check, Quantity
from nervejax.fibre.pairs import arriving_pairs, shortest_after_ms
from nervejax.fibre.train import train

TRAIN_S, MACRO_S = 180.0, 3.0
APART_MS = np.concatenate([np.arange(3.0, 8.0, 0.5), np.arange(8.0, 24.5, 2.0)])
TRUNK_MM = 100.0
"""Of nerve between electrode and recording; assumed, of the order of the published recordings."""
SERRA, WEIDNER = "Serra et al. 1999", "Weidner et al. 2002"
NO_COLD = "there is one C membrane, that of a nociceptor"


def _measure(bench: Bench) -> dict[str, np.ndarray | float]:
    fibres = drawn_c(C_TEMPERATURE_DEGC)
    threshold = bench.threshold_end_nA("c", fibres.diameter_um)
    found = {}
    for rate in (2.0, 4.0):
        bench.say(f"C fibres: {rate:g} Hz for 3 min")
        found[rate] = train(fibres, threshold, rate, TRAIN_S, macro_s=MACRO_S)
    bench.say("C fibres: pairs of stimuli")
    pairs = arriving_pairs(fibres, threshold, APART_MS)
    return {
        "slowing": 100 * found[2.0].slowing,
        "dropping": 100 * np.mean(found[4.0].failed > 0),
        "pair": np.min(np.nan_to_num(pairs.far_ms, nan=np.inf), axis=1),
        "pair_trunk": shortest_after_ms(pairs, TRUNK_MM),
    }


CHECK = Check(
    {
        "slowing": Quantity(
            "nociceptor latency after 2 Hz x 3 min", "%", 9, 48, SERRA, judged="most",
            fitted="volume_factor",
        ),
        "dropping": Quantity(
            "nociceptors that drop spikes at 4 Hz x 3 min", "%", 30, 85, SERRA,
            why="no spike of an even cylinder of 2.5 mm fails; branch points and thin endings, where "
            "those of a slowed fibre might, are not modelled",
        ),
        "pair": Quantity(
            "shortest interval of a pair that arrives over 2 mm", "ms", 8, 14, WEIDNER, judged="mean",
            why="over so short a way a spike can follow closer than over the length of a nerve",
        ),
        "pair_trunk": Quantity(
            f"the same over {TRUNK_MM:g} mm, from its growth over 1 mm", "ms", 8, 14, WEIDNER,
            hard=False, judged="mean",
            why="in the wake of a spike a second one is slower, until it has fallen back that far",
        ),
        "cold": Quantity("cold fibre latency after 2 Hz x 3 min", "%", 2, 9, SERRA, absent=NO_COLD),
        "cold_dropping": Quantity(
            "cold fibres that drop spikes at 4 Hz x 3 min", "%", 0, 0, SERRA, absent=NO_COLD
        ),
    },
    _measure,
    shared=True,
)  # fmt: skip
