"""What an episode keeps of every slow step."""

from dataclasses import replace

import numpy as np

from nervejax.episode.group import FibreGroup, Probe, Window
from nervejax.episode.kept import Kept, Plain, plain
from nervejax.episode.stimuli import Session
from nervejax.recording.model import MODALITIES, Excitability, FibreRecord

TISSUE_NAMES = {
    "flow_rel": "flow_rel", "oxygen_rel": "oxygen_rel", "acid_rel": "acid_rel",
    "potassium_mM": "potassium_endoneurial_mM", "opening_S_per_cm2": "opening_S_per_cm2",
    "damage_rel": "damage_rel",
}  # fmt: skip


class TissueLog:
    """Rows of tissue state on the grid."""

    def __init__(self) -> None:
        self.time_s: list[float] = []
        self._rows: dict[str, list[np.ndarray]] = {}
        self._given = 0

    def row(
        self, time_s: float, tissue: dict[str, np.ndarray], pressure: np.ndarray, energy: np.ndarray
    ) -> None:
        """Keep one slow step; what differs between fascicles as their mean."""
        self.time_s.append(time_s)
        values = {new: tissue[old].mean(0) for old, new in TISSUE_NAMES.items()}
        for name, value in {
            "pressure_mmHg": pressure,
            "energy_rel": energy.mean(0),
            **values,
        }.items():
            self._rows.setdefault(name, []).append(np.asarray(value, dtype=np.float32))

    def arrays(self) -> dict[str, np.ndarray]:
        """Name -> (T, X)."""
        return {name: np.stack(rows) for name, rows in self._rows.items()}

    def new_rows(self) -> dict[str, Plain]:
        """Rows since the last call."""
        first, self._given = self._given, len(self.time_s)
        return {"time_s": np.array(self.time_s[first:]), "rows": _stacked(self._rows, first)}

    def take_rows(self, rows: dict[str, Plain]) -> None:
        """Add rows that ``new_rows`` gave."""
        self.time_s += rows["time_s"].tolist()
        _extend(self._rows, rows["rows"])
        self._given = len(self.time_s)


class GroupLog(Kept):
    """Rows of one group of fibres; probe results are held until the next probe."""

    KEPT = ("_held", "_threshold", "_threshold_0", "_latency_0", "_excitability")

    def __init__(self, group: FibreGroup) -> None:
        self._group = group
        nan = np.full(group.count, np.nan)
        self._held = Probe(nan, nan, nan, np.zeros(group.count, np.uint8))
        self._threshold = self._threshold_0 = self._latency_0 = nan
        self._excitability: dict[str, np.ndarray] = {}
        self._tests: list[Excitability] = []
        self._fibres: dict[str, list[np.ndarray]] = {}
        self._states: dict[str, list[np.ndarray]] = {}
        self._windows: list[tuple[float, float, float]] = []
        self._spikes: list[tuple[np.ndarray, ...]] = []
        self._sent: list[tuple[np.ndarray, np.ndarray]] = []
        self._given = self._counts()

    def probe(self, found: Probe) -> None:
        """Take the result of a conduction probe."""
        self._held = found
        self._latency_0 = np.where(np.isnan(self._latency_0), found.latency_ms, self._latency_0)

    def threshold(self, found_nA: np.ndarray) -> None:
        """Take measured thresholds; the first one of a fibre is its baseline."""
        self._threshold_0 = np.where(np.isnan(self._threshold_0), found_nA, self._threshold_0)
        self._threshold = found_nA / self._threshold_0

    def excitability(self, found: dict[str, np.ndarray]) -> None:
        """Take measures of excitability, name -> (F,); before the first row, or never."""
        self._excitability = found

    def excitability_test(self, found: Excitability | None) -> None:
        """Take a full test of one instant."""
        self._tests += [] if found is None else [found]

    def row(
        self, time_s: float, dt_s: float, window: Window,
        session: tuple[Session, Window] | None = None,
    ) -> None:  # fmt: skip
        """Keep one slow step; a test session follows on its window and stands for itself."""
        group, held = self._group, self._held
        alive = np.array([f not in group.quarantined for f in range(group.count)])
        count = np.bincount(window.fibre, minlength=group.count)
        values = {
            "conducting": np.where(alive, held.conducting, np.nan),
            "latency_ms": held.latency_ms, "failing_site_mm": held.failing_site_mm,
            "cause": held.cause, "threshold_ratio": self._threshold,
            "ectopic_rate_hz": np.where(alive, count / window.seconds, np.nan), **self._excitability,
        }  # fmt: skip
        for name, value in values.items():
            dtype = np.uint8 if name == "cause" else np.float32
            self._fibres.setdefault(name, []).append(np.asarray(value, dtype=dtype))
        for name, value in group.snapshot().items():
            self._states.setdefault(name, []).append(np.asarray(value, dtype=np.float32))
        tested_s = 0.0 if session is None else session[1].seconds
        self._windows.append((time_s, window.seconds, dt_s - tested_s))
        self._keep(time_s, window, np.full(len(window.time_ms), -1), alive)
        if session is not None:
            sent, found = session
            start_s, before = time_s + window.seconds, sum(len(t) for t, _ in self._sent)
            self._windows.append((start_s, tested_s, tested_s))
            assert found.stimulus is not None
            ids = np.where(found.stimulus >= 0, found.stimulus + before, -1)
            self._keep(start_s, found, ids, alive)
            self._sent.append((1e3 * start_s + sent.time_ms, sent.fibre))

    def _keep(self, time_s: float, window: Window, ids: np.ndarray, alive: np.ndarray) -> None:
        k = alive[window.fibre]
        self._spikes.append((
            1e3 * time_s + window.time_ms[k], window.fibre[k], window.origin_mm[k], ids[k],
        ))  # fmt: skip

    def _counts(self) -> tuple[int, ...]:
        rows = max((len(column) for column in self._fibres.values()), default=0)
        return rows, len(self._windows), len(self._spikes), len(self._sent), len(self._tests)

    def new_rows(self) -> dict[str, Plain]:
        """What was kept since the last call."""
        (row, window, spike, sent, test), self._given = self._given, self._counts()
        return {
            "fibres": _stacked(self._fibres, row), "states": _stacked(self._states, row),
            "windows": np.array(self._windows[window:]).reshape(-1, 3),
            "spikes": _columns(self._spikes[spike:], float, int, float, int),
            "sent": _columns(self._sent[sent:], float, int),
            "tests": [plain(vars(test)) for test in self._tests[test:]],
        }  # fmt: skip

    def take_rows(self, rows: dict[str, Plain]) -> None:
        """Add what ``new_rows`` gave."""
        _extend(self._fibres, rows["fibres"])
        _extend(self._states, rows["states"])
        self._windows += [tuple(window) for window in rows["windows"].tolist()]
        self._spikes.append(tuple(rows["spikes"]))
        sent_ms, fibre = rows["sent"]
        self._sent.append((sent_ms, fibre))
        self._tests += [Excitability(**test) for test in rows["tests"]]
        self._given = self._counts()

    def headline(self) -> str:
        """Share that conducts, for the progress line."""
        held = self._held.conducting
        share = np.nanmean(held) if np.isfinite(held).any() else np.nan
        return f"{self._group.kind.label} {100 * share:.0f} %"

    def record(self) -> FibreRecord:
        """Everything kept, spikes sorted and carried on to the central end of the nerve."""
        group, table = self._group, self._group.table
        monitor_mm = group.x_mm[group.monitor]
        resolved_mm = group.x_mm[-1] - monitor_mm - table["shortened_mm"]
        velocity = resolved_mm / self._latency_0  # mm/ms = m/s
        time, fibre, origin, stimulus = _columns(self._spikes, float, int, float, int)
        sent_ms, sent_fibre = _columns(self._sent, float, int)
        time = time + np.nan_to_num(monitor_mm / velocity)[fibre]
        order = np.argsort(time, kind="stable")
        windows = np.array(self._windows).reshape(-1, 3)
        nodes = {
            "diameter_um": table["diameter_um"], "conduction_velocity_m_per_s": velocity,
            "threshold_nA": self._threshold_0, "first_resolved_mm": group.x_mm[0],
            "last_resolved_mm": group.x_mm[-1],
            "modality": np.array([MODALITIES[name] for name in table["modality"].tolist()], np.uint8),
            **{k: table[k] for k in table if k not in HIDDEN},
        }  # fmt: skip
        return FibreRecord(
            name=group.kind.name, nodes=nodes, spike_time_ms=time[order], spike_fibre=fibre[order],
            spike_origin_mm=origin[order], spike_stimulus=stimulus[order],
            stimulus_time_ms=sent_ms, stimulus_fibre=sent_fibre,
            fibres={k: np.stack(v) for k, v in self._fibres.items()},
            states={k: np.stack(v) for k, v in self._states.items()},
            window_start_s=windows[:, 0], window_s=windows[:, 1], window_stands_for_s=windows[:, 2],
            quarantined=dict(group.quarantined), excitability=_joined(self._tests),
        )  # fmt: skip


def _joined(tests: list[Excitability]) -> Excitability | None:
    """Tests of several instants as one; they share the other axes."""
    if not tests:
        return None
    per_instant = (
        "instant_s", "threshold_nA", "strength_duration_us", "rheobase_nA", "recovery_change_rel",
        "electrotonus_reduction_rel",
    )  # fmt: skip
    columns = {k: np.concatenate([getattr(test, k) for test in tests]) for k in per_instant}
    return replace(tests[0], **columns)


def _stacked(columns: dict[str, list[np.ndarray]], first: int) -> dict[str, np.ndarray]:
    """Name -> rows from ``first`` on, (rows, ...)."""
    return {name: np.stack(rows[first:]) for name, rows in columns.items() if rows[first:]}


def _extend(columns: dict[str, list[np.ndarray]], more: dict[str, np.ndarray]) -> None:
    for name, rows in more.items():
        columns.setdefault(name, []).extend(rows)


def _columns(rows: list[tuple[np.ndarray, ...]], *kinds: type) -> list[np.ndarray]:
    """Rows of column parts, joined; empty columns of these kinds where there is no row."""
    if not rows:
        return [np.zeros(0, kind) for kind in kinds]
    return [np.concatenate(parts) for parts in zip(*rows, strict=True)]


HIDDEN = ("diameter_um", "modality", "energy_site_factor")
"""Columns of the draw that are not one number per fibre, or stand elsewhere."""
