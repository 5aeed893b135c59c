"""What happened, in plain sentences that say no more than the summary does."""

import math
from collections.abc import Mapping
from typing import Any

from nervejax.analysis.readout import CLASS_LABELS
from nervejax.analysis.summary import QUIET_S, key
from nervejax.recording.model import CLASSES

Summary = Mapping[str, Any]

SENSE = {"abeta": "touch", "adelta": "pinprick and cold", "c": "dull pain and warmth"}


def minutes(seconds: float) -> str:
    """``3.2 min``, below a minute ``48 s``."""
    return f"{seconds / 60:.1f} min" if seconds >= 59.5 else f"{seconds:.0f} s"


def counted(number: float, noun: str) -> str:
    """``1 spike``, ``12,345 spikes``."""
    return f"{number:,.0f} {noun}{'' if round(number) == 1 else 's'}"


def when(summary: Summary, time_s: float) -> str:
    """An instant told from the nearest event before it: pressure on, or release."""
    if not _pressed(summary):
        return f"{minutes(time_s)} into the episode"
    after_s = time_s - summary["compression_duration_s"]
    if after_s > 0:
        return f"{minutes(after_s)} after release"
    return f"{minutes(time_s)} into the pressure"


def percent(share: float) -> str:
    """``35 %``; not rounded up to 100 % nor down to 0 %."""
    if 0 < share < 1:
        share = min(max(share, 0.001 if share < 0.01 else 0.01), 0.99)
    return f"{share * 100:.1f} %" if 0 < share < 0.01 else f"{share * 100:.0f} %"


def tell(summary: Summary) -> list[str]:
    """Sentences on one episode: setting, loss, ghost spikes, return, what was observed.

    Args:
        summary: What ``summarise`` returned, or the same read from a file.

    Returns:
        Plain text, one sentence or two an entry, most important first.
    """
    classes = _present(summary)
    if not classes:
        return ["There are no fibres in this episode."]
    tale = [_setting(summary), *_loss(summary, classes), *_ghosts(summary, classes)]
    return [*tale, *_return(summary, classes), _observed(summary), *_quarantine(summary, classes)]


def headline(summary: Summary) -> list[str]:
    """The sentences that stand over the picture: setting, loss, first ghost spike, return."""
    classes = _present(summary)
    if not classes:
        return tell(summary)
    loss = [text for text in _loss(summary, classes) if not text.startswith("Order")]
    return [_setting(summary), *loss, *_ghosts(summary, classes)[:2], *_return(summary, classes)]


def _present(summary: Summary) -> list[str]:
    return [name for name in CLASSES if summary[key("fibres_count", name)] > 0]


def _pressed(summary: Summary) -> bool:
    return summary["pressure_peak_mmHg"] >= 0.5 and summary["compression_duration_s"] > 0


def _setting(summary: Summary) -> str:
    peak_mmHg = summary["pressure_peak_mmHg"]
    if not _pressed(summary):
        phases = ("baseline", "compression", "recovery")
        total_s = sum(summary[f"{phase}_duration_s"] for phase in phases)
        return f"No pressure was applied; the nerve was followed for {minutes(total_s)}."
    return (
        f"The nerve was pressed with up to {peak_mmHg:.0f} mmHg for "
        f"{minutes(summary['compression_duration_s'])} and followed for "
        f"{minutes(summary['recovery_duration_s'])} after release."
    )


def _loss(summary: Summary, classes: list[str]) -> list[str]:
    conducting = [n for n in classes if summary[key("conducting_before_rel", n)] > 0]
    if not conducting:
        return ["No fibre conducted before the pressure, so no loss can be told."]
    lost = [n for n in conducting if summary[key("conducting_min_rel", n)] < 1]
    dead = [n for n in conducting if summary[key("conducting_before_rel", n)] < 1]
    dead += [n for n in classes if n not in conducting]
    told = []
    if not lost:
        told.append("All fibres conducted throughout." if not dead else "No fibre lost conduction.")
    for name in lost:
        told.append(_loss_of(summary, name))
    if any(not math.isnan(summary[key("numb_onset_s", n)]) for n in conducting):
        told.append(f"Order of loss: {summary['order_of_loss']}.")
    for name in dead:
        share = 1 - summary[key("conducting_before_rel", name)]
        told.append(f"{percent(share)} of {CLASS_LABELS[name]} fibres did not conduct beforehand.")
    return told


def _loss_of(summary: Summary, name: str) -> str:
    label = f"{CLASS_LABELS[name]} fibres ({SENSE[name]})"
    least = percent(summary[key("conducting_min_rel", name)])
    onset_s = summary[key("numb_onset_s", name)]
    if math.isnan(onset_s):
        first_s = summary[key("first_block_s", name)]
        start = when(summary, first_s)
        return f"{label} lost some conduction, first {start}: at worst {least} of them conducted."
    end_s = summary[key("numb_end_s", name)]
    until = "and still at the end" if math.isnan(end_s) else f"until {when(summary, end_s)}"
    span = f"{when(summary, onset_s)} {until}"
    return f"{label} were numb from {span}: at worst {least} of them conducted."


def _ghosts(summary: Summary, classes: list[str]) -> list[str]:
    total = summary["ghost_spikes_total"]
    if total == 0:
        return ["0 ghost spikes."]
    seen = (
        f"{counted(total, 'ghost spike')} (without a stimulus) observed"
        f"{_estimate(total, summary['ghost_spikes_estimated_total'])}"
    )
    if not _pressed(summary):
        return [f"{seen}."]
    told = [f"{seen}: {_by_phase(summary)}."]
    firsts = {n: summary[key("ectopic_first_s", n)] for n in classes}
    firsts = {n: first_s for n, first_s in firsts.items() if not math.isnan(first_s)}
    if summary["recovery_duration_s"] <= 0:
        return told
    if not firsts:
        return [*told, "No ghost spike was observed after release."]
    earliest = min(firsts, key=lambda name: firsts[name])
    last_s = max(summary[key("ectopic_last_s", name)] for name in firsts)
    told.append(
        f"After release the first ghost spike was seen at {minutes(firsts[earliest])} "
        f"({CLASS_LABELS[earliest]}), the last at {minutes(last_s)}."
    )
    return told + [_firing_of(summary, name) for name in firsts]


def _estimate(observed: float, estimated: float) -> str:
    """``, about 28,000 in all``: two digits, for more cannot be known; nothing if all was seen."""
    if estimated <= 1.001 * observed:
        return ""
    digits = max(len(f"{estimated:.0f}") - 2, 0)
    return f", about {round(estimated, -digits):,.0f} in all"


def _by_phase(summary: Summary) -> str:
    names = {
        "baseline": "before pressure",
        "compression": "under pressure",
        "recovery": "after release",
    }
    return ", ".join(f"{summary[f'ghost_spikes_{p}_count']:,.0f} {n}" for p, n in names.items())


def _firing_of(summary: Summary, name: str) -> str:
    share = percent(summary[key("ectopic_fibres_rel", name)])
    parts = [f"{share} of {CLASS_LABELS[name]} fibres fired after release"]
    cv = summary[key("interval_cv_rel", name)]
    if not math.isnan(cv):
        manner = "irregularly" if cv > 0.5 else "fairly regularly"
        parts.append(f"{manner} (coefficient of variation of intervals {cv:.2f})")
    if summary[key("bursts_count", name)] > 0:
        size = summary[key("spikes_per_burst_count", name)]
        interval_ms = summary[key("intraburst_interval_ms", name)]
        parts.append(f"in bursts of {size:g} spikes {interval_ms:.1f} ms apart (medians)")
    return ", ".join(parts) + "."


def _return(summary: Summary, classes: list[str]) -> list[str]:
    if not _pressed(summary):
        return []
    if summary["recovery_duration_s"] <= 0:
        return ["The episode ends with the pressure on: nothing can be said of recovery."]
    again_s = summary["baseline_again_s"]
    if again_s > 0:
        return [
            f"Back to baseline {minutes(again_s)} after release: every class conducts and "
            "no ghost spike was observed later."
        ]
    if again_s == 0:
        return []
    missing = [
        f"{CLASS_LABELS[n]} conducts in {percent(summary[key('conducting_end_rel', n)])} of fibres"
        for n in classes
        if math.isnan(summary[key("recovery_s", n)])
        and summary[key("conducting_before_rel", n)] > 0
    ]
    last_s = [summary[key("ectopic_last_s", n)] for n in classes]
    if any(summary["recovery_duration_s"] - s < QUIET_S for s in last_s):
        missing.append(f"ghost spikes came in the last {QUIET_S:.0f} s")
    return [f"Not back to baseline when the episode ends: {'; '.join(missing)}."] if missing else []


def _observed(summary: Summary) -> str:
    share = summary["observed_rel"]
    if share >= 0.999:
        return "All of the limb time was stepped in full, so every spike is counted."
    rest = (
        "silence in between is inferred"
        if summary["ghost_spikes_total"] == 0
        else "totals are scaled by the time that each window stands for"
    )
    return (
        f"{percent(share)} of the limb time was stepped in full; spikes exist only there, "
        f"and {rest}."
    )


def _quarantine(summary: Summary, classes: list[str]) -> list[str]:
    names = [n for n in classes if summary[key("quarantined_count", n)] > 0]
    if not names:
        return []
    counts = [f"{CLASS_LABELS[n]} {summary[key('quarantined_count', n)]:.0f}" for n in names]
    listed = ", ".join(counts)
    return [f"Left out of every number, for values beyond the finite range: {listed} (fibres)."]
