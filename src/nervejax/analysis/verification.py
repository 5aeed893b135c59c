"""What a stored episode tells of its own soundness, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from nervejax.analysis.page_budget import budgets
from nervejax.analysis.page_origin import quarantine_text, windowing_text
from nervejax.config import from_mapping, problems
from nervejax.errors import NervejaxError
from nervejax.recording import content, reader

WORDS = {content.NUMBERS: "numbers", content.ORIGIN: "provenance"}


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, whether it is as it should be; None: it is only told."""

    what: str
    told: str
    sound: bool | None


def findings(path: Path) -> Iterator[Finding]:
    """Look at a stored episode, without simulating.

    Args:
        path: an episode file.

    Yields:
        Schema, fingerprints, settings, budgets with their bounds, what was left out, what windows cost.

    Raises:
        NervejaxError: the file cannot be read as an episode.
    """
    record = reader.read_episode(path)
    rows = sum(len(p.spike_time_ms) for p in record.populations.values())
    steps, fibres = len(record.time_s), sum(_fibres(p) for p in record.populations.values())
    yield Finding("schema", f"whole: {steps} steps, {fibres} fibres, {rows} spikes", True)
    for name, (stored, now) in content.compare(path).items():
        if not stored:
            yield Finding(WORDS[name], "no fingerprint in the file, which is older", None)
        else:
            told = f"as written, sha256 {now[:16]}" if stored == now else "CHANGED since written"
            yield Finding(WORDS[name], told, stored == now)
    yield _settings(path)
    for name, left, bound in budgets(record):
        if bound is None:
            yield Finding(name, f"{left:.1e} is left over", None)
        else:
            yield Finding(name, f"{left:.1e} is left over, at most {bound:g}", left <= bound)
    yield Finding("left out", quarantine_text(record), not any(
        population.quarantined for population in record.populations.values()
    ))  # fmt: skip
    yield Finding("windows", windowing_text(record), None)


def _fibres(population: object) -> int:
    return len(population.nodes["diameter_um"])  # pyright: ignore[reportAttributeAccessIssue]


def _settings(path: Path) -> Finding:
    text = str(reader.read_provenance(path).get("config_yaml", ""))
    try:
        mapping = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        bad = problems(from_mapping(mapping)) if isinstance(mapping, dict) else ["there are none"]
    except (NervejaxError, yaml.YAMLError) as error:
        bad = [" ".join(str(error).split())]
    return Finding("settings", "; ".join(bad) or "sound in this version", not bad)
