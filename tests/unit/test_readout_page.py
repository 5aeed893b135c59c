"""docs/readout.md names every series, every number on firing and the whole percept formula."""

import re
from pathlib import Path

import numpy as np
import pytest

from nervejax.analysis.arrivals import arrival_series
from nervejax.analysis.bursts import MEANING
from nervejax.analysis.cnap import DISTANCE_MM, WIDTH_MS, cnap_series
from nervejax.analysis.readout import PERCEPTS, readout
from nervejax.analysis.summary import key
from nervejax.analysis.travel import LEAST_GROUPS, RESAMPLES
from nervejax.recording import layout
from nervejax.recording.model import CLASSES, MODALITIES
from tests.format.example import example_episode

PAGE = (Path(__file__).parents[2] / "docs" / "readout.md").read_text()
FORMAT = (Path(__file__).parents[2] / "docs" / "file-format.md").read_text()


@pytest.fixture(scope="module")
def series():
    record = example_episode()
    return readout(record) | cnap_series(record) | arrival_series(record)


def pattern_of(name):
    """``latency_dull_pain_ms`` -> ``latency_<modality>_ms``."""
    words = "|".join(sorted((m.replace(" ", "_") for m in MODALITIES), key=len, reverse=True))
    name = re.sub(rf"_({words})_", "_<modality>_", name)
    return re.sub(rf"_({'|'.join(CLASSES)})_", "_<pop>_", name)


def test_every_series_is_explained(series):
    patterns = {pattern_of(name) for name in series}
    assert {"latency_<modality>_ms", "cnap_duration_<pop>_ms", "tingling_rel"} <= patterns
    missing = sorted(p for p in patterns if f"`{p}`" not in PAGE)
    assert not missing
    assert not [
        p for p in patterns if "<" in p and p.startswith(("cnap", "latency")) and p not in FORMAT
    ]


def test_series_can_be_stored(series):
    assert all(layout.NAME.fullmatch(name) and layout.unit_of(name) for name in series)
    assert {np.shape(values) for values in series.values()} == {(len(example_episode().time_s),)}


def test_every_modality_is_named():
    assert all(m.replace(" ", "_") in PAGE for m in MODALITIES)


def test_the_percept_formula_is_told_in_full():
    for percept in PERCEPTS:
        half = "" if percept.half_rate_hz is None else f"{percept.half_rate_hz:g} Hz"
        reason = percept.reason.removeprefix("assumed: ")
        row = f"| {percept.name} | {percept.formula} | {half} | {reason} |"
        assert re.sub(" +", " ", row) in PAGE


def test_the_example_of_another_formula_runs(series):
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1)
    made = {}
    exec(re.search(r"def masked_touch.*?\n\n", code, re.DOTALL).group(0), made)
    numb = readout(example_episode(), percepts=made["masked_touch"])["numbness_rel"]
    assert (numb >= series["numbness_rel"] - 1e-12).all() and numb.max() <= 1.0
    assert (numb > series["numbness_rel"]).any()


def test_numbers_on_firing_are_explained():
    assert all(f"`{key(quantity, '<pop>')}`" in PAGE for quantity in MEANING)


def test_constants_are_those_of_the_code():
    widths = [f"{WIDTH_MS[name]:g} ms" for name in CLASSES]
    told = [*widths, f"{DISTANCE_MM:g} mm", f"bootstrap over fibres ({RESAMPLES}"]
    assert not [text for text in told if text not in PAGE]
    assert LEAST_GROUPS == 5 and "under five fibres" in PAGE
