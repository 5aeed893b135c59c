"""The layout as data: units in names, and the table in the documentation."""

from pathlib import Path

import pytest

from nervejax.recording import layout
from nervejax.recording.layout import long_name, unit_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "file-format.md"


@pytest.mark.parametrize(
    ("name", "unit", "label"),
    [
        ("pressure_mmHg", "mmHg", "pressure"),
        ("sodium_mM", "mM", "sodium"),
        ("latency_ms", "ms", "latency"),
        ("failing_site_mm", "mm", "failing site"),
        ("diameter_um", "um", "diameter"),
        ("half_block_abeta_s", "s", "half block abeta"),
        ("ectopic_rate_abeta_hz", "Hz", "ectopic rate abeta"),
        ("resting_mV", "mV", "resting"),
        ("flow_rel", "1", "flow"),
        ("threshold_ratio", "1", "threshold"),
        ("leak_S_per_cm2", "S/cm2", "leak"),
        ("velocity_m_per_s", "m/s", "velocity"),
        ("opening_peak_S_per_cm2", "S/cm2", "opening peak"),
        ("diffusion_mm2_per_s", "mm2/s", "diffusion"),
        ("gradient_mmHg_per_mm", "mmHg/mm", "gradient"),
        ("washout_per_s", "1/s", "washout"),
        ("information_bits_per_s", "bit/s", "information"),
        ("axoplasm_ohm_cm", "Ohm cm", "axoplasm"),
        ("conducting", "1", "conducting"),
        ("spikes_per_burst", "1", "spikes per burst"),
        ("gate_m", "1", "gate m"),
        ("ms", "1", "ms"),
        ("s_per_s", "1/s", "s"),
    ],
)
def test_unit_is_read_from_the_name(name: str, unit: str, label: str) -> None:
    assert unit_of(name) == unit
    assert long_name(name) == label


def test_fixed_columns_say_the_same_as_their_names() -> None:
    for group in layout.GROUPS:
        for column in group.columns:
            if "_" in column.name and unit_of(column.name) != "1":
                assert unit_of(column.name) == column.unit, column.name


def test_every_path_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    paths = [group.path.replace("{population}", "<pop>") for group in layout.GROUPS]
    paths += [
        layout.READOUT.path,
        layout.SUMMARY,
        layout.PROVENANCE,
        layout.QUARANTINE,
        *layout.SCALARS,
    ]
    columns = [c.name for group in layout.GROUPS for c in group.columns]
    for path in paths:
        assert f"| `/{path}` |" in text, path
    for name in [*columns, *layout.DESCRIPTIONS]:
        assert f"`{name}`" in text, name
    for unit in layout.UNITS:
        assert f"`_{unit}`" in text, unit
