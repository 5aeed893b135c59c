"""What an episode file holds, as data: every path, axis, stored type, unit and explanation.

``docs/file-format.md`` explains it to people; ``writer`` and ``reader`` walk ``GROUPS``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from nervejax.recording.model import CAUSES, MODALITIES, EpisodeRecord, FibreRecord
from nervejax.recording.names import UNITS as UNITS
from nervejax.recording.names import long_name as long_name
from nervejax.recording.names import unit_of as unit_of

FORMAT = "nervejax-episode"
FORMAT_VERSION = 1
FILE_NAME = "episode.h5"
LIBVER = ("earliest", "v110")  # "latest" shuts out readers built on HDF5 1.14, libsonata among them
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
SONATA_MAGIC = 0x0A7A
SONATA_VERSION = (0, 1)
SONATA_SORTING = {"none": 0, "by_id": 1, "by_time": 2}


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
    "instant": Axis("s", "start of the slow step in which excitability was tested in full"),
    "width": Axis("ms", "duration of the stimulus"),
    "interval": Axis("ms", "from the conditioning stimulus, which makes a spike, to the test"),
    "current": Axis("1", "polarising current over the threshold for 1 ms; above 0 depolarises"),
    "delay": Axis(
        "ms", "from the start of the polarising current, which lasts 100 ms, to the test"
    ),
    "entry": Axis(None, "quarantined fibres"),
    "override": Axis(None, "command-line overrides in the order given"),
}


@dataclass(frozen=True)
class Column:
    """A dataset with a fixed name, type in the file and in memory.

    attribute: what it holds of the record; empty: the writer derives it, the reader skips it.
    axes: its dimensions, where they are not those of its group.
    """

    name: str
    attribute: str
    stored: str
    read: str
    unit: str
    description: str
    axes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A group of datasets over the same axes, below the root or once per population.

    columns: fixed datasets; empty: the datasets are the items of the record's dict ``attribute``.
    part: columns and axes are those of this part of the population's record; no group where it is None.
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
    part: str = ""

    @property
    def per_population(self) -> bool:
        """Whether there is one such group for each population."""
        return "{population}" in self.path

    def arrays(self, source: EpisodeRecord | FibreRecord) -> dict[str, np.ndarray]:
        """Dataset name -> array, taken from the record or from one of its populations."""
        if self.columns:
            held = [column for column in self.columns if column.attribute]
            holder = getattr(source, self.part) if self.part else source
            return {c.name: np.asarray(getattr(holder, c.attribute)) for c in held}
        return {name: np.asarray(a) for name, a in getattr(source, self.attribute).items()}

    def axes_of(self, name: str) -> tuple[str, ...]:
        """Dimensions of one of its datasets."""
        return next((c.axes for c in self.columns if c.name == name and c.axes), self.axes)

    def is_in(self, source: EpisodeRecord | FibreRecord) -> bool:
        """Whether the record, or one of its populations, has what the group holds."""
        return not self.part or getattr(source, self.part) is not None


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
EXCITABILITY = (
    Column(
        "threshold_nA", "threshold_nA", "<f8", "f8", "nA", "threshold; nan if not excitable",
        ("instant", "width", "fibre"),
    ),
    Column(
        "strength_duration_us", "strength_duration_us", "<f8", "f8", "us",
        "time constant of Weiss's law through the thresholds", ("instant", "fibre"),
    ),
    Column(
        "rheobase_nA", "rheobase_nA", "<f8", "f8", "nA",
        "threshold for a long stimulus by Weiss's law", ("instant", "fibre"),
    ),
    Column(
        "recovery_change_rel", "recovery_change_rel", "<f8", "f8", "1",
        "threshold after a spike over that without one, minus 1", ("instant", "interval", "fibre"),
    ),
    Column(
        "electrotonus_reduction_rel", "electrotonus_reduction_rel", "<f8", "f8", "1",
        "1 minus threshold under or after a polarising current over that without one",
        ("instant", "current", "delay", "fibre"),
    ),
)  # fmt: skip
PART_AXES = {
    "excitability": {
        "instant": "instant_s", "width": "width_ms", "interval": "interval_ms",
        "current": "current_rel", "delay": "delay_ms",
    },
}  # fmt: skip
"""Part of a population's record -> its coordinates: axis -> attribute."""
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
    Group(
        "excitability/{population}", ("instant", "width", "interval", "current", "delay", "fibre"),
        "full tests of nerve excitability at the middle node, on forks", columns=EXCITABILITY,
        optional=True, part="excitability",
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
