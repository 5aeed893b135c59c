"""Where on the limb: where ectopic spikes begin, where the brain refers them to, how both move.

The brain knows a spike by the fibre that brings it, so it refers it to the receptor of that fibre,
wherever along the nerve it began (labelled line, projected sensation). Two coordinates, both rising
towards the toes:

* along the nerve, ``origin_mm`` and ``failing_site_mm``: 0 = central end of the nerve;
* on the skin, ``receptor_mm``: length of nerve from the modelled stretch to the receptor.

Assumed: receptors lie along one line (``receptor_mm`` is drawn evenly and knows nothing of the fibre's
place in the nerve), every fibre of a class counts the same, and a fibre that fires is felt even if it
does not conduct stimuli from below, for its spikes are counted where they arrive.
"""

from typing import NamedTuple

import numpy as np

from nervejax.analysis.discharge import ectopic_discharge
from nervejax.analysis.readout import baseline_step, conducts, ectopic_rates, sound_fibres
from nervejax.analysis.steps import step_edges
from nervejax.analysis.travel import Travel, travel
from nervejax.recording.model import EpisodeRecord


class ProjectedMap(NamedTuple):
    """Sensation by place on the skin, (T, B) each, nan in a bin without receptors.

    conducting: share of the fibres from there that conduct (1 - it: numbness).
    rate_hz: mean ectopic rate of these fibres (tingling).
    """

    conducting: np.ndarray
    rate_hz: np.ndarray


class Turns(NamedTuple):
    """When each fibre is lost and comes back, and where it fails, (F,) each; nan if it does not.

    lost_s: since pressure on.  site_mm: where it fails then.  back_s: since release.
    """

    lost_s: np.ndarray
    site_mm: np.ndarray
    back_s: np.ndarray


def origin_map(record: EpisodeRecord, bins_mm: np.ndarray) -> dict[str, np.ndarray]:
    """Ectopic spikes by place of origin along the nerve.

    Args:
        bins_mm: (B + 1,) rising edges; what begins outside is left out.

    Returns:
        Class -> (T, B) spikes per sound fibre and second [Hz], each weighted by what its window stands
        for; over bins that hold all origins they sum to the mean rate. nan without sound fibres.
    """
    lasts_s = np.diff(step_edges(record))
    maps = {}
    for name, population in record.populations.items():
        found, bins = ectopic_discharge(population), len(bins_mm) - 1
        place = _bin_of(found.origin_mm, bins_mm)
        inside = place >= 0
        step = np.searchsorted(record.time_s, found.time_s + 1e-9, side="right") - 1
        at = np.maximum(step, 0) * bins + place
        total = np.bincount(at[inside], found.weight[inside], len(lasts_s) * bins)
        fibres = int(sound_fibres(population).sum())
        rate = total.reshape(-1, bins) / (lasts_s[:, None] * max(fibres, 1))
        maps[name] = rate if fibres else np.full_like(rate, np.nan)
    return maps


def projected_map(record: EpisodeRecord, bins_mm: np.ndarray) -> dict[str, ProjectedMap]:
    """Numbness and tingling by place on the skin.

    Args:
        bins_mm: (B + 1,) rising edges in ``receptor_mm``; receptors outside are left out.

    Returns:
        Class -> map of its sound fibres.
    """
    maps = {}
    for name, population in record.populations.items():
        place = _bin_of(np.asarray(population.nodes["receptor_mm"], dtype=float), bins_mm)
        place = np.where(sound_fibres(population), place, -1)
        member = (place[:, None] == np.arange(len(bins_mm) - 1)).astype(float)
        count = member.sum(0)
        share = member / np.maximum(count, 1.0)
        means = (values(population) @ share for values in (conducts, ectopic_rates))
        maps[name] = ProjectedMap(*(np.where(count > 0, mean, np.nan) for mean in means))
    return maps


def turns(record: EpisodeRecord, population: str = "abeta") -> Turns:
    """When the fibres of a class fail and conduct again, of those that conducted in the baseline.

    Lost is a fibre from when on it fails until the release (one probe alone may have met an ectopic
    spike); it is back when it first conducts after that. Steps are seen at their start, so times are as
    coarse as the probes.
    """
    fibres, time_s = record.populations[population], np.asarray(record.time_s, dtype=float)
    up = conducts(fibres)
    known = up[baseline_step(time_s)] & sound_fibres(fibres)
    pressed = np.flatnonzero((time_s >= 0) & (time_s < record.compression_s))
    after = np.flatnonzero(time_s >= record.compression_s)
    lost_s, site_mm, back_s = np.full((3, up.shape[1]), np.nan)
    failing = np.logical_and.accumulate(~up[pressed][::-1])[::-1] & known
    lost, step = _first_true(failing, pressed)
    lost_s[lost] = time_s[step]
    site_mm[lost] = np.asarray(fibres.fibres["failing_site_mm"], dtype=float)[step, lost]
    back, step = _first_true(up[after] & np.isfinite(lost_s), after)
    back_s[back] = time_s[step] - record.compression_s
    return Turns(lost_s, site_mm, back_s)


def _first_true(mask: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of (N, F) that hold a true, and the step (N,) of the first one in each."""
    column = np.flatnonzero(mask.any(0))
    return column, steps[mask[:, column].argmax(0)] if len(column) else column


def travels(record: EpisodeRecord, population: str = "abeta") -> dict[str, Travel]:
    """How loss, recovery and ectopic discharge of a class move, each by ``travel``.

    Returns:
        ``loss_projected`` receptors of the fibres against the time they fail, ``loss_site`` where along
        the nerve they then fail, ``recovery_projected`` receptors against the time they conduct again,
        ``source`` origins of the ectopic spikes after release, ``source_projected`` receptors of the
        fibres that bring them, these two by what each spike stands for, resampled by fibre.
    """
    fibres = record.populations[population]
    receptor_mm = np.asarray(fibres.nodes["receptor_mm"], dtype=float)
    when = turns(record, population)
    spikes = ectopic_discharge(fibres).between(record.compression_s, np.inf)
    return {
        "loss_projected": travel(when.lost_s, receptor_mm),
        "loss_site": travel(when.lost_s, when.site_mm),
        "recovery_projected": travel(when.back_s, receptor_mm),
        "source": travel(spikes.time_s, spikes.origin_mm, spikes.weight, spikes.fibre),
        "source_projected": travel(
            spikes.time_s, receptor_mm[spikes.fibre], spikes.weight, spikes.fibre
        ),
    }


def _bin_of(place_mm: np.ndarray, bins_mm: np.ndarray) -> np.ndarray:
    """Bin of each place, -1 = outside or not finite; the last edge belongs to the last bin."""
    edges = np.asarray(bins_mm, dtype=float)
    index = np.searchsorted(edges, place_mm, side="right") - 1
    index = np.where(place_mm == edges[-1], len(edges) - 2, index)
    return np.where(np.isfinite(place_mm) & (index < len(edges) - 1), index, -1)
