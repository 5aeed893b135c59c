"""What instruments on the limb would show, as far as the file holds it, as HTML."""

from nervejax.analysis import nerve_states, page_figures, panels
from nervejax.analysis.page_figures import PageFigure, Panel, figure_html, keyed, stacked
from nervejax.analysis.readout import CLASS_LABELS, Series
from nervejax.recording.model import CLASSES, EpisodeRecord


def instrument_section(record: EpisodeRecord, series: Series) -> str:
    """Microneurography, nerve conduction, excitability, bedside tests: figures with a sentence each.

    Args:
        record: One episode.
        series: Its stored read-out, each (T,).
    """
    parts = [
        _shown(
            "Nerve conduction study",
            "An electrode at the receptors' end, one at the central end. The share of fibres that "
            "conduct stands for the size of the compound response; latency is over the whole stretch.",
            conduction_figure(record, series),
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
            "Nerve excitability",
            "Threshold of a stimulus in the middle of the pressed stretch: median and middle half of "
            "the fibres; no line where fewer than half are excitable.",
            excitability_figure(record),
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
        (1.15, keyed(panels.draw_conduction, record, series)),
        (1.15, keyed(nerve_states.draw_latency, record)),
    ]
    return stacked(record, rows, "Share of fibres that conduct and their latency over time")


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
