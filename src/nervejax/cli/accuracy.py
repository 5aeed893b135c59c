"""``nervejax bench --accuracy``: error against cost of every scheme, and NEURON's beside it."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.fibre.accuracy import (
    PRICED_STEPS,
    QUANTITIES,
    TEMPERATURE_DEGC,
    Progress,
    Scheme,
    ladder,
    limit,
    orders,
    prices_us,
    schemes,
)
from nervejax.fibre.preparation import LANES

SHORT = ("velocity", "threshold_end", "threshold_extracellular")
"""Of ``QUANTITIES``, in the names of errors and orders."""
NEURON_POWERS = (1, 2, 3)  # implicit Euler: the error begins with dt
NEURON_SCHEMES = (
    Scheme("NEURON, MRG 10 um", "MRG 10 um", "abeta", "mcintyre2002", 10.0, "interpolated",
           (0.625, 1.25, 2.5, 5.0, 10.0, 25.0), powers=NEURON_POWERS),
    Scheme("NEURON, Tigerholm 1 um", "Tigerholm 1 um", "c", "tigerholm2014", 1.0, "cylinder",
           (1.25, 2.5, 5.0, 10.0, 25.0, 50.0), powers=NEURON_POWERS),
)  # fmt: skip
NEURON_TOLERANCE = 1e-4  # of a threshold
NEURON_WITHIN = 0.03  # where to look for a threshold round that of the next coarser step

Measured = tuple[Scheme, np.ndarray, float]
"""A scheme, its quantities (step, 3), the microseconds of one step of one fibre."""


def measure(
    some: Sequence[Scheme] | None = None, repeats: int = 5, progress: Progress | None = None,
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """Errors, orders and costs.

    Args:
        some: schemes of ours, all by default; the first of a model gives its limit.
        repeats: timed runs of a scheme.  progress: called with a line of text.

    Returns:
        ``rows``, one for each step of a scheme, and ``limits``, one for each scheme; errors are
        relative to the model's limit of ours, but NEURON's to its own.
    """
    say = progress or (lambda _: None)
    ours = schemes() if some is None else list(some)
    ladders = [ladder(scheme, say) for scheme in ours]
    say("cost of a step")
    done: list[Measured] = list(zip(ours, ladders, prices_us(ours, repeats), strict=True))
    limits: dict[str, np.ndarray] = {}
    rows, ends = [], []
    for scheme, values, price in done + _peer({s.model for s in ours}, repeats, say):
        own = limit(scheme.steps_us, values, scheme.powers)
        model = limits.setdefault(scheme.model, own)
        peer = scheme in NEURON_SCHEMES
        ends.append(_limit(scheme, own, model, peer))
        if scheme.shown:
            rows += _rows(scheme, values, own, own if peer else model, price)
    return {"rows": rows, "limits": ends}


def _rows(
    scheme: Scheme, values: np.ndarray, own: np.ndarray, model: np.ndarray, price_us: float
) -> list[dict[str, Any]]:
    error = 100 * (values / model - 1)
    order = orders(scheme.steps_us, values / own - 1, scheme.powers)
    rows = []
    for dt, at, off, steep in zip(scheme.steps_us, values, error, order, strict=True):
        row: dict[str, Any] = {"scheme": scheme.name, "model": scheme.model}
        row |= {"kind": scheme.kind, "dt_us": dt}
        row |= {f"{name}_error_percent": float(x) for name, x in zip(SHORT, off, strict=True)}
        row["cost_s_per_fibre_s"] = price_us / dt
        row |= {
            f"{name}_order": float(x) if np.isfinite(x) else None
            for name, x in zip(SHORT, steep, strict=True)
        }
        row |= {name: float(x) for name, x in zip(QUANTITIES, at, strict=True)}
        rows.append(row | {"used_by": scheme.used.get(dt, "")})
    return rows


def _limit(scheme: Scheme, own: np.ndarray, model: np.ndarray, peer: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"scheme": scheme.name, "model": scheme.model, "peer": peer}
    row |= {name: float(x) for name, x in zip(QUANTITIES, own, strict=True)}
    apart = 100 * (own / model - 1)
    return row | {
        f"{name}_difference_percent": float(x) for name, x in zip(SHORT, apart, strict=True)
    }


def _peer(models: set[str], repeats: int, say: Progress) -> list[Measured]:
    """NEURON's ladders of these models; none where it is not installed or cannot be compiled for."""
    from nervejax.peers import neuron

    wanted = [s for s in NEURON_SCHEMES if s.model in models]
    if not neuron.available():
        say("NEURON is not installed: left out (pip install 'nervejax[neuron]')")
        return []
    with tempfile.TemporaryDirectory() as folder:
        try:
            neuron.load_mechanisms(neuron.compile_mechanisms(folder))
            return [(s, _neuron_ladder(s, say), _neuron_price_us(s, repeats)) for s in wanted]
        except NervejaxError as error:
            say(f"NEURON is left out: {str(error).splitlines()[0]}")
            return []


def _neuron_ladder(scheme: Scheme, say: Progress) -> np.ndarray:
    from nervejax.peers import neuron

    fibre = (scheme.membrane, scheme.geometry, scheme.diameter_um)
    found = np.zeros((len(scheme.steps_us), len(QUANTITIES)))
    guess: list[Any] = [None, None]
    for k in reversed(range(len(found))):
        dt_us = scheme.steps_us[k]
        say(f"{scheme.name}: {dt_us:g} us")
        where = (1e-3 * dt_us, TEMPERATURE_DEGC)
        guess = [  # quick where the next coarser step has said where to look
            neuron.threshold(
                *fibre, kind, *where, near=near, within=NEURON_WITHIN, tolerance=NEURON_TOLERANCE
            )[0]
            for kind, near in zip(("end", "extracellular"), guess, strict=True)
        ]
        found[k] = neuron.velocity(*fibre, *where)[0], *guess
    return found


def _neuron_price_us(scheme: Scheme, repeats: int) -> float:
    """Microseconds of one core for one step of one fibre alone, settling and reading left out."""
    from nervejax.peers.neuron_fibre import Fibre

    fibre = Fibre(scheme.membrane, scheme.geometry, scheme.diameter_um, TEMPERATURE_DEGC)
    fibre.rest()
    step: Callable[[], Any] = fibre.h.fadvance
    fibre.h.dt = 1e-3 * scheme.steps_us[-1]
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        for _ in range(PRICED_STEPS):
            step()
        taken.append(time.process_time() - start)
    return 1e6 * statistics.median(taken) / PRICED_STEPS


def table(found: dict[str, list[dict[str, Any]]]) -> str:
    """The rows as text, and under them the limits."""
    lines = [
        f"{'':<25}{'':>7}{'error (%)':>29}{'cost':>12}{'order':>20}",
        f"{'scheme':<25}{'dt (us)':>7}{'velocity':>10}{'thr. end':>10}{'thr. ext.':>10}"
        f"{'(s per s)':>11}{'velocity':>10}{'end':>6}{'ext.':>6}  used by",
    ]
    for row in found["rows"]:
        error = "".join(f"{row[f'{name}_error_percent']:>10.4f}" for name in SHORT)
        steep = "".join(
            "-".rjust(width)
            if row[f"{name}_order"] is None
            else f"{row[f'{name}_order']:>{width}.2f}"
            for name, width in zip(SHORT, (10, 6, 6), strict=True)
        )
        cost = f"{row['cost_s_per_fibre_s']:>11.3g}"
        text = f"{row['scheme']:<25}{row['dt_us']:>7g}{error}{cost}{steep}  {row['used_by']}"
        lines.append(text.rstrip())
    lines += [
        "",
        "error: from the limit of the model at dt -> 0, in float64; NEURON's from its own limit",
        "cost: seconds of one core per fibre and second of limb time, float32, "
        f"{LANES} fibres at once; NEURON: one fibre",
        "",
        "limit at dt -> 0, and how far it is from the first one of its model:",
        f"{'scheme':<25}{'velocity (m/s)':>19}{'thr. end (nA)':>21}{'thr. ext. (mA)':>21}",
    ]
    first: set[str] = set()
    for row in found["limits"]:
        alone = row["model"] not in first
        first.add(row["model"])
        cells = [
            f"{row[key]:>11.5f}"
            + " " * 10 * alone
            + f"{row[f'{name}_difference_percent']:>+8.3f} %" * (not alone)
            for key, name in zip(QUANTITIES, SHORT, strict=True)
        ]
        lines.append(f"{row['scheme']:<25}{''.join(cells)}".rstrip())
    return "\n".join(lines)


def report_progress(text: str) -> None:
    """Say on standard error what is being done; a terminal shows one line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text} ", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)
