"""Strips of the nerve: place against limb time for pressure, oxygen, block and ectopic origin."""

from typing import TYPE_CHECKING

import numpy as np

from nervejax.analysis.discharge import ectopic_discharge
from nervejax.analysis.readout import conducts, sound_fibres
from nervejax.analysis.steps import step_edges
from nervejax.recording.model import EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize

PLACES = 36
"""Pieces of the nerve in which failing sites and origins are counted."""
TISSUE = (
    ("pressure_mmHg", "Pressure (mmHg)", "Greys", 50.0),
    ("oxygen_rel", "Oxygen (1 = arterial)", "cividis", 0.5),
)
"""Name of a tissue quantity, title, colours from low to high, least value at their upper end: a run
in which little happens is to look like one."""
RATE_FLOOR_HZ = 1e-3
"""Lower end of the scale of origins: rates below look like none [Hz per fibre and piece]."""


def place_edges_mm(record: EpisodeRecord) -> np.ndarray:
    """Borders of ``PLACES`` equal pieces of the nerve [mm], (PLACES + 1,)."""
    x_mm = np.asarray(record.x_mm, dtype=float)
    return np.linspace(x_mm[0], max(x_mm[-1], x_mm[0] + 1e-6), PLACES + 1)


def blocked_share(record: EpisodeRecord) -> np.ndarray:
    """Where test spikes stop: share of all sound fibres that fail in each piece, (T, PLACES).

    A test spike comes from the receptors, so it stops at the first place that blocks, seen from
    there. Fibres whose failing site was not recorded are in no piece.
    """
    edges = place_edges_mm(record)
    stopped, fibres = np.zeros((len(record.time_s), PLACES)), 0
    for population in record.populations.values():
        sound = sound_fibres(population)
        fibres += int(sound.sum())
        sites = population.fibres.get("failing_site_mm")
        if sites is None:
            continue
        here = np.isfinite(sites) & ~conducts(population) & sound
        step, fibre = np.nonzero(here)
        piece = np.searchsorted(edges, np.asarray(sites)[step, fibre], side="right") - 1
        np.add.at(stopped, (step, np.clip(piece, 0, PLACES - 1)), 1.0)
    return stopped / max(fibres, 1)


def origin_rate_hz(record: EpisodeRecord) -> np.ndarray:
    """Ectopic spikes per second and fibre that arise in each piece, over all fibres, (T, PLACES).

    Each observed spike counts for what its window stands for.
    """
    edges_s, edges_mm = step_edges(record), place_edges_mm(record)
    count, fibres = np.zeros((len(record.time_s), PLACES)), 0
    for population in record.populations.values():
        fibres += int(sound_fibres(population).sum())
        found = ectopic_discharge(population)
        known = np.isfinite(found.origin_mm)
        count += np.histogram2d(
            found.time_s[known],
            np.clip(found.origin_mm[known], edges_mm[0], edges_mm[-1]),
            bins=(edges_s, edges_mm),
            weights=found.weight[known],
        )[0]
    return count / np.diff(edges_s)[:, None] / max(fibres, 1)


def draw_tissue_strip(axes: "Axes", record: EpisodeRecord, strip: tuple) -> None:
    """One quantity of ``TISSUE`` over place and time; says so where it was not recorded."""
    name, title, colours, top = strip
    axes.set_title(title)
    values = record.tissue.get(name)
    if values is None:
        axes.text(0.02, 0.5, "not recorded", transform=axes.transAxes, va="center")
        return
    values = np.asarray(values, dtype=float)
    x_mm = np.asarray(record.x_mm, dtype=float)
    x_edges = np.concatenate([x_mm[:1], 0.5 * (x_mm[1:] + x_mm[:-1]), x_mm[-1:]])
    from matplotlib.colors import Normalize

    top = max(top, float(np.nanmax(values, initial=0.0)))
    _mesh(axes, record, x_edges, values, colours, Normalize(0.0, top))


def draw_block(axes: "Axes", record: EpisodeRecord) -> None:
    """Where test spikes from the receptors stop."""
    from matplotlib.colors import Normalize

    share = blocked_share(record)
    axes.set_title("Where spikes stop (% of all fibres)")
    shown = np.ma.masked_equal(100 * share, 0.0)
    scale = Normalize(-5.0, max(10.0, 100 * float(share.max(initial=0.0))))  # the least share shows
    _mesh(axes, record, place_edges_mm(record), shown, "Purples", scale)


def draw_origin(axes: "Axes", record: EpisodeRecord) -> None:
    """Where ectopic spikes arise."""
    from matplotlib.colors import LogNorm

    rate = origin_rate_hz(record)
    axes.set_title("Where ectopic spikes arise (Hz/fibre)")
    shown = np.ma.masked_less(rate, RATE_FLOOR_HZ)
    scale = LogNorm(RATE_FLOOR_HZ, max(float(rate.max()), 100 * RATE_FLOOR_HZ))
    _mesh(axes, record, place_edges_mm(record), shown, "YlOrRd", scale)


def _mesh(
    axes: "Axes",
    record: EpisodeRecord,
    edges_mm: np.ndarray,
    values: np.ndarray,
    colours: str,
    scale: "Normalize",
) -> None:
    """Colours over time and place, with the bar of their scale at the right."""
    from matplotlib.colors import LogNorm

    mesh = axes.pcolorfast(step_edges(record) / 60, edges_mm, values.T, cmap=colours, norm=scale)
    mesh.set_zorder(1)  # over the shade of the pressure
    axes.set_ylim(edges_mm[0], edges_mm[-1])
    axes.set_ylabel("mm")
    bar = axes.figure.colorbar(mesh, cax=axes.inset_axes((1.02, 0.0, 0.025, 1.0)))
    bar.ax.minorticks_off()
    low, high = float(scale.vmin or 0.0), float(scale.vmax or 1.0)
    if isinstance(scale, LogNorm):
        powers = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
        bar.set_ticks(10.0**powers, labels=[f"{tick:g}" for tick in 10.0**powers])
    else:
        bar.ax.set_ylim(max(low, 0.0), high)
        bar.ax.locator_params(nbins=3)
