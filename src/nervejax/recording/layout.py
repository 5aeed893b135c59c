"""What an episode file holds, as data: every path, axis, stored type, unit and explanation.

``docs/file-format.md`` explains it to people; ``writer`` and ``reader`` walk ``GROUPS``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nervejax.recording.model import CAUSES, MODALITIES, EpisodeRecord, FibreRecord

FORMAT = "nervejax-episode"
FORMAT_VERSION = 1
FILE_NAME = "episode.h5"
LIBVER = ("earliest", "v110")  # "latest" shuts out readers built on HDF5 1.14, libsonata among them
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
SONATA_MAGIC = 0x0A7A
SONATA_VERSION = (0, 1)
SONATA_SORTING = {"none": 0, "by_id": 1, "by_time": 2}

UNITS = {
    "rel": "1", "ratio": "1", "percent": "percent", "bits": "bit", "degC": "degC",
    "us": "us", "ms": "ms", "s": "s", "min": "min", "hz": "Hz", "Hz": "Hz",
    "um": "um", "mm": "mm", "cm": "cm", "um2": "um2", "mm2": "mm2", "cm2": "cm2", "fL": "fL",
    "mmHg": "mmHg", "kPa": "kPa", "uM": "uM", "mM": "mM", "mV": "mV",
    "pA": "pA", "nA": "nA", "uA": "uA", "mA": "mA", "nC": "nC", "pC": "pC",
    "pS": "pS", "nS": "nS", "uS": "uS", "pF": "pF", "nF": "nF", "uF": "uF",
    "kohm": "kOhm", "Mohm": "MOhm", "ohm_cm": "Ohm cm",
}  # fmt: skip
"""Last words of a name that are its unit."""
NUMERATORS = UNITS | {"m": "m", "S": "S", "W": "W", "g": "g"}
"""The same in front of ``_per_``; alone these letters are more often something else (gate m)."""


def unit_of(name: str) -> str:
    """Unit that a name ends in, as stored in ``units``; "1" where it ends in none.

    ``failing_site_mm`` -> "mm", ``leak_S_per_cm2`` -> "S/cm2", ``washout_per_s`` -> "1/s",
    ``flow_rel`` -> "1", ``conducting`` -> "1".
    """
    return _split(name)[1]


def long_name(name: str) -> str:
    """The name in words, without its unit, for labels: ``failing_site_mm`` -> "failing site"."""
    return _split(name)[0].replace("_", " ")


def _split(name: str) -> tuple[str, str]:
    """Name without its unit, and the unit. The first word of a name is never a unit."""
    above, _, below = name.rpartition("_per_")
    if above and below in UNITS:
        stem, unit = _strip(above, NUMERATORS)
        return stem, f"{unit}/{UNITS[below]}"
    return _strip(name, UNITS)


def _strip(name: str, units: dict[str, str]) -> tuple[str, str]:
    for n in (2, 1):
        words = name.rsplit("_", n)
        unit = units.get("_".join(words[1:])) if len(words) == n + 1 else None
        if unit is not None:
            return words[0], unit
    return name, "1"


@dataclass(frozen=True)
class Axis:
    """One dimension. ``unit`` None: only a length, no coordinate is stored for it."""

    unit: str | None
    description: str


AXES = {
    "time": Axis("s", "start of each slow step; 0 = pressure on, negative = baseline"),
    "x": Axis("mm", "place along the nerve; 0 = central end"),
    "fibre": Axis("1", "index of the fibre in its population, the node_id of SONATA"),
    "stimulus": Axis(None, "spikes from the receptors in order of time"),
    "spike": Axis(None, "spikes in order of time"),
    "window": Axis(None, "stretches of limb time that were stepped in full"),
    "entry": Axis(None, "quarantined fibres"),
    "override": Axis(None, "command-line overrides in the order given"),
}


@dataclass(frozen=True)
class Column:
    """A dataset with a fixed name, type in the file and in memory.

    attribute: what it holds of the record; empty: the writer derives it, the reader skips it.
    """

    name: str
    attribute: str
    stored: str
    read: str
    unit: str
    description: str


@dataclass(frozen=True)
class Group:
    """A group of datasets over the same axes, below the root or once per population.

    columns: fixed datasets; empty: the datasets are the items of the record's dict ``attribute``.
    compress: gzip and shuffle on large arrays; off where libsonata reads (it has no gzip).
    optional: files from before there was such a group lack it; what it holds is empty then.
    """

    path: str
    axes: tuple[str, ...]
    description: str
    attribute: str = ""
    columns: tuple[Column, ...] = ()
    compress: bool = True
    optional: bool = False

    @property
    def per_population(self) -> bool:
        """Whether there is one such group for each population."""
        return "{population}" in self.path

    def arrays(self, source: EpisodeRecord | FibreRecord) -> dict[str, np.ndarray]:
        """Dataset name -> array, taken from the record or from one of its populations."""
        if self.columns:
            held = [column for column in self.columns if column.attribute]
            return {c.name: np.asarray(getattr(source, c.attribute)) for c in held}
        return {name: np.asarray(a) for name, a in getattr(source, self.attribute).items()}


SPIKES = (
    # SONATA readers refuse negative times, and limb time is negative before the pressure.
    Column("timestamps", "", "<f8", "f8", "ms", "time since the first slow step, for SONATA"),
    Column("limb_time_ms", "spike_time_ms", "<f8", "f8", "ms", "limb time; 0 = pressure on"),
    Column("node_ids", "spike_fibre", "<u8", "i8", "1", "index of the fibre"),
    Column("origin_mm", "spike_origin_mm", "<f8", "f8", "mm", "place along the nerve of origin"),
    Column(
        "stimulus_id",
        "spike_stimulus",
        "<i8",
        "i8",
        "1",
        "stimulus it answers; -1 = none (ectopic)",
    ),
)
WINDOWS = (
    Column("start_s", "window_start_s", "<f8", "f8", "s", "limb time at which the window opens"),
    Column("length_s", "window_s", "<f8", "f8", "s", "limb time that was stepped in full"),
    Column("stands_for_s", "window_stands_for_s", "<f8", "f8", "s", "limb time it stands for"),
)
STIMULI = (
    Column("limb_time_ms", "stimulus_time_ms", "<f8", "f8", "ms", "limb time at which it comes in"),
    Column("node_ids", "stimulus_fibre", "<u8", "i8", "1", "index of the fibre"),
)
GROUPS = (
    Group("tissue", ("time", "x"), "slow state of the tissue along the nerve", "tissue"),
    Group(
        "nodes/{population}/0", ("fibre",), "what was drawn for each fibre (SONATA group 0)",
        "nodes", compress=False,
    ),
    Group(
        "spikes/{population}", ("spike",), "spikes that arrive at the central end (SONATA)",
        columns=SPIKES, compress=False,
    ),
    Group(
        "stimuli/{population}", ("stimulus",),
        "spikes that come in from the receptors in test sessions; the row is the stimulus id",
        columns=STIMULI, optional=True,
    ),
    Group("fibres/{population}", ("time", "fibre"), "what each fibre does", "fibres"),
    Group(
        "tissue/{population}", ("time", "fibre"),
        "slow state of each fibre at the middle of the compressed stretch", "states",
    ),
    Group(
        "windows/{population}", ("window",), "stretches of limb time stepped in full",
        columns=WINDOWS,
    ),
)  # fmt: skip
READOUT = Group("readout", ("time",), "what arrives at the central end, and the percept indices")
SUMMARY = "summary"
BALANCE = "balance"
WINDOWING = "windowing"
SCALARS = (BALANCE, WINDOWING)
"""Groups of one number per name: the record's dicts of the same names."""
PROVENANCE = "provenance"
QUARANTINE = "quarantine"

DESCRIPTIONS = {
    "diameter_um": "outer diameter of the fibre (A: with myelin)",
    "modality": "what the receptor answers to",
    "conducting": "1 = a probe spike crosses the whole stretch, 0 = it does not",
    "latency_ms": "time of a probe spike over the whole stretch; nan if it fails",
    "threshold_ratio": "threshold over the fibre's own baseline; nan if not excitable",
    "ectopic_rate_hz": "spikes without a stimulus per second of observed limb time",
    "failing_site_mm": "place where the probe spike stops; nan if it conducts",
    "cause": "which of pressure and ischaemia, taken away on a fork, restores conduction; or lost",
    "strength_duration_us": "time constant of Weiss's law at the middle node; nan if not excitable",
    "refractoriness_rel": "threshold 2.5 ms after a spike over the threshold at rest, minus 1",
    "superexcitability_rel": "threshold 7 ms after a spike over the threshold at rest, minus 1",
    "depth_rel": "place in the fascicle: 0 at its surface, 1 at its centre",
    "fascicle": "bundle that holds the fibre; those of one share blood, oxygen and potassium",
    "k_endoneurial_mM": "potassium outside the fibre, in its fascicle",
    "lost": "1 = the axon is lost: it neither conducts nor fires",
    "pressure_mmHg": "tissue pressure on the nerve",
    "flow_rel": "blood flow over its resting value",
}
"""Explanations of names in the record's dicts that the name alone does not give."""
FLAGS = {"cause": CAUSES, "modality": MODALITIES}
"""Datasets whose numbers are codes: stored beside them as flag_values and flag_meanings (CF)."""


def groups_of(populations: Iterable[str]) -> Iterator[tuple[str, Group, str | None]]:
    """Every group of an episode: path, group and the population it belongs to (None: the root)."""
    for group in GROUPS:
        for name in populations if group.per_population else [None]:
            yield group.path.format(population=name), group, name
