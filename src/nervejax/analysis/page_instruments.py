"""What instruments on the limb would show, as far as the file holds it, as HTML."""

from typing import TYPE_CHECKING

from nervejax.analysis import nerve_states, page_figures, panels, plots
from nervejax.analysis.cnap import DISTANCE_MM, arrival_times_ms
from nervejax.analysis.instrument_conduction import nerve_conduction_study
from nervejax.analysis.instrument_conduction_plot import draw_traces
from nervejax.analysis.instrument_excitability import excitability_study
from nervejax.analysis.instrument_excitability_plot import draw_panels, instant_key
from nervejax.analysis.page_figures import (
    BOTTOM_IN,
    LEFT_IN,
    RIGHT_IN,
    TOP_IN,
    WORD_IN,
    PageFigure,
    Panel,
    figure_html,
    keyed,
    page_canvas,
    stacked,
)
from nervejax.analysis.readout import CLASS_LABELS, Series
from nervejax.recording.model import CLASSES, EpisodeRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRACES = 8
"""Instants at which a compound action potential is shown."""
TRACE_IN, INSTANT_IN, TEST_IN, NOTES_IN, KEY_LINE_IN = 0.28, 1.5, 1.6, 0.42, 0.2
"""Height of a trace, room for its instant, height of a panel of the test, of the small lines over it and
of a line of its key [in]."""


def instrument_section(record: EpisodeRecord, series: Series) -> str:
    """Microneurography, nerve conduction, excitability, bedside tests: figures with a sentence each.

    Args:
        record: One episode.
        series: Its stored read-out, each (T,).
    """
    parts = [
        _shown(
            "Nerve conduction study",
            "All fibres that conduct are stimulated at once and the sum of their spikes is seen "
            f"{DISTANCE_MM:g} mm on: spikes that come apart cancel one another. Latency is the median "
            "over the modelled stretch.",
            conduction_figure(record, series),
        ),
        *(
            _shown(
                f"Compound action potential, {CLASS_LABELS[name]}",
                "What the electrode sees after one stimulus, before, under and after the pressure.",
                compound_figure(record, name),
            )
            for name in CLASSES
        ),
        *(
            _shown(
                f"Microneurography, {CLASS_LABELS[name]}",
                "Single spikes without a stimulus, one row per fibre (thick above thin), in some of "
                "the windows that were stepped in full; times are minutes after release.",
                page_figures.raster_figure(record, name),
            )
            for name in CLASSES
        ),
        _shown(
            "Excitability over time",
            "Threshold of a stimulus in the middle of the pressed stretch: median and middle half of "
            "the fibres; no line where fewer than half are excitable.",
            excitability_figure(record),
        ),
        *(
            _shown(
                f"Nerve-excitability test, {CLASS_LABELS[name]}",
                "Median and middle half of the fibres, at the instants the run was asked to test "
                "(instruments.excitability_at_s).",
                excitability_test_figure(record, name),
            )
            for name in CLASSES
        ),
        _shown(
            "Bedside tests",
            "In test sessions the receptors of every fibre are stimulated: what arrives of each "
            "modality, and what arriving spikes tell about sent ones.",
            page_figures.arrival_figure(record, series),
        ),
    ]
    return f'<div class="figures">{"".join(parts)}</div>'


def _shown(title: str, words: str, figure: PageFigure | None) -> str:
    return "" if figure is None else figure_html(title, words, figure)


def conduction_figure(record: EpisodeRecord, series: Series) -> PageFigure:
    """Size and latency of the compound response, by class."""
    rows: list[Panel] = [
        (1.15, keyed(panels.draw_compound, record, series)),
        (1.15, keyed(nerve_states.draw_latency, record)),
    ]
    return stacked(record, rows, "Compound action potential and latency over time, by class")


def compound_figure(record: EpisodeRecord, name: str) -> PageFigure | None:
    """Traces of the compound action potential of a class; None if none of it ever conducted."""
    if name not in record.populations or not arrival_times_ms(record, name)[1].size:
        return None
    found = nerve_conduction_study(record, name, count=TRACES)
    alt = f"Compound action potential of {CLASS_LABELS[name]} fibres at {len(found.shown)} instants"
    with page_canvas(TOP_IN + BOTTOM_IN + TRACE_IN * (len(found.shown) + 1)) as fig:
        axes = fig.add_axes(_box(fig, TOP_IN, BOTTOM_IN, right_in=INSTANT_IN))
        draw_traces(axes, record, found)
        axes.set_title("")
        return PageFigure(plots.png_bytes(fig), alt)


def excitability_test_figure(record: EpisodeRecord, name: str) -> PageFigure | None:
    """The excitability tests of a class, one panel below the other; None if it was not tested."""
    if name not in record.populations or record.populations[name].excitability is None:
        return None
    found = excitability_study(record, name)
    key_in = KEY_LINE_IN * (len(found.instant_s) + 1)
    panel_in = TOP_IN + NOTES_IN + TEST_IN + BOTTOM_IN
    with page_canvas(3 * panel_in + key_in) as fig:
        tops = [k * panel_in + TOP_IN + NOTES_IN for k in range(3)]
        below = [(2 - k) * panel_in + BOTTOM_IN + key_in for k in range(3)]
        boxes = (_box(fig, *ends, left_in=WORD_IN) for ends in zip(tops, below, strict=True))
        first, second, third = (fig.add_axes(box) for box in boxes)
        draw_panels((first, second, third), found)
        fig.legend(*instant_key(record, found), loc="lower left", fontsize=9)
        words = "Strength-duration, recovery cycle and threshold electrotonus"
        return PageFigure(plots.png_bytes(fig), f"{words} of {CLASS_LABELS[name]} fibres")


def _box(
    fig: "Figure",
    top_in: float,
    bottom_in: float,
    left_in: float = LEFT_IN,
    right_in: float = RIGHT_IN,
) -> tuple[float, float, float, float]:
    """Place of axes with so much room around them, for ``add_axes``."""
    width_in, height_in = fig.get_size_inches()
    wide_in, high_in = width_in - left_in - right_in, height_in - top_in - bottom_in
    return left_in / width_in, bottom_in / height_in, wide_in / width_in, high_in / height_in


def excitability_figure(record: EpisodeRecord) -> PageFigure | None:
    """Medians of every excitability measure that the file holds; None if it holds none."""
    held = nerve_states.present(record, nerve_states.EXCITABILITY, "fibres")
    if not held:
        return None
    rows: list[Panel] = [
        (1.15, keyed(nerve_states.draw_medians, record, "fibres", name, title))
        for name, title in held.items()
    ]
    return stacked(record, rows, f"Over time, by class: {', '.join(held.values())}")
