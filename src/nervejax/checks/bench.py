"""The fibres that the checks measure, and what several checks need of them, each once."""

import hashlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from nervejax.config import Config
from nervejax.fibre.measure import Measured, measure_fibres
from nervejax.fibre.models import OWN_MEMBRANE, prepare
from nervejax.fibre.myelinated import MyelinatedFibres
from nervejax.fibre.preparation import Preparation
from nervejax.membranes.constant import values
from nervejax.membranes.registry import MYELINATED, UNMYELINATED
from nervejax.population.classes import CLASSES
from nervejax.population.draw import draw_fibres, drawn_constants
from nervejax.population.geometry import myelinated_geometry
from nervejax.recording.model import EpisodeRecord

SEEDS = (0, 1, 2, 3, 4)
DRAWN_PER_SEED = 6
"""30 fibres: a chunk of the bench."""
A_TEMPERATURE_DEGC = 35.0
"""Human recordings of A fibres: limbs at 34-36 degC."""
C_TEMPERATURE_DEGC = 37.0
"""Slowing was fitted here."""
A_DT_US, C_DT_US = 5.0, 25.0
"""Velocity within 0.8 and 0.6 % of the finest step, a tenth of the narrowest band."""
ABETA_UM = (8.0, 9.5, 11.0, 12.5, 14.0)
ADELTA_UM = (2.5, 3.3, 4.1, 4.9, 5.6)
C_UM = (0.4, 0.55, 0.7, 0.85, 1.0, 1.3, 1.6)
SIZES_UM = {"abeta": ABETA_UM, "adelta": ADELTA_UM, "c": C_UM}
DT_US = {"abeta": A_DT_US, "adelta": A_DT_US, "c": C_DT_US}

Say = Callable[[str], Any]


class Episodes(Protocol):
    """Where the episodes of the experiments come from."""

    def config(self, physiology: str, experiment: str, seed: int = 0) -> Config:
        """The configuration of one episode."""
        ...

    def records(self, physiology: str, experiment: str) -> list[EpisodeRecord]:
        """Its episodes, one per seed.

        Raises:
            NotRun: they are not there; says why.
        """
        ...


class Bench:
    """What the checks share.

    say: called with what is being done.  slow: also run what takes many minutes.
    quick: leave out what does not fit into five minutes.
    store, physiology: where episodes come from and under which constants; checks of single fibres do
    without.
    """

    def __init__(
        self, say: Say = str, slow: bool = False, quick: bool = False,
        store: Episodes | None = None, physiology: str = "",
    ) -> None:  # fmt: skip
        self.say, self.slow, self.quick = say, slow, quick
        self.store, self.physiology = store, physiology
        self._measured: dict[str, Measured] = {}
        self._once: dict[str, Any] = {}

    def episodes(self, experiment: str) -> list[EpisodeRecord]:
        """The episodes of an experiment under this physiology, one per seed."""
        assert self.store is not None, "a check of episodes needs a store"
        return self.store.records(self.physiology, experiment)

    def config(self, experiment: str, seed: int = 0) -> Config:
        """The configuration of an experiment under this physiology."""
        assert self.store is not None, "a check of episodes needs a store"
        return self.store.config(self.physiology, experiment, seed)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made when first asked for."""
        if name not in self._once:
            self._once[name] = make()
        return self._once[name]

    def measured(self, kind: str) -> Measured:
        """Fibres of ``SIZES_UM`` at ``A_TEMPERATURE_DEGC``: spike, and recovery cycle of A fibres."""
        if kind not in self._measured:
            what = ("spike",) if kind == "c" else ("spike", "recovery")
            self.say(f"{CLASSES[kind].label} fibres: {', '.join(what)}")
            self._measured[kind] = measure_fibres(
                kind, SIZES_UM[kind], temperature_degC=A_TEMPERATURE_DEGC, dt_us=DT_US[kind],
                measures=what,
            )  # fmt: skip
        return self._measured[kind]

    def threshold_end_nA(self, kind: str, diameter_um: np.ndarray) -> np.ndarray:
        """Threshold of drawn fibres (F,), near enough for a stimulus of twice threshold."""
        known = self.measured(kind)
        return np.interp(diameter_um, known["diameter_um"], known["threshold_end_nA"])


def draw(kind: str) -> dict[str, np.ndarray]:
    """Columns (fibre,) of ``population.draw`` for ``DRAWN_PER_SEED`` fibres of each of ``SEEDS``."""
    tables = [draw_fibres(CLASSES[kind], DRAWN_PER_SEED, seed, 1.0, 1) for seed in SEEDS]
    return {k: np.concatenate([t[k] for t in tables]) for k in tables[0]}


def drawn_myelinated(kind: str, nodes: int, noise: float = 0.0) -> MyelinatedFibres:
    """Drawn fibres of ``abeta`` or ``adelta`` with the spread of their class, on the bench."""
    membrane, diameter_um, constants = _drawn(kind)
    return MyelinatedFibres(
        membrane, diameter_um, "interpolated", constants, A_TEMPERATURE_DEGC, A_DT_US,
        nodes=nodes, noise=noise,
    )  # fmt: skip


def drawn_constants_of(kind: str, temperature_degC: float = 37.0) -> dict[str, np.ndarray]:
    """Membrane constants (fibre,) of the drawn fibres of a class of A fibres, as in an episode."""
    membrane, diameter_um, constants = _drawn(kind)
    return membrane.constants(myelinated_geometry(diameter_um), constants, temperature_degC)


def _drawn(kind: str) -> tuple[ModuleType, np.ndarray, dict[str, Any]]:
    """Membrane, diameters (fibre,) and overrides of the drawn fibres of a class of A fibres."""
    name, table = OWN_MEMBRANE[kind], draw(kind)
    membrane = MYELINATED[name]
    constants = drawn_constants(CLASSES[kind], name, membrane.CONSTANTS, table)
    return membrane, table["diameter_um"], constants


def drawn_c(temperature_degC: float) -> Preparation:
    """Drawn C fibres on the bench."""
    drawn = draw("c")["diameter_um"].tolist()
    return prepare("c", drawn, temperature_degC=temperature_degC, dt_us=C_DT_US)


def parameters_sha256() -> str:
    """Hash of every constant of the membranes and classes that the checks measure, 64 hex digits."""
    modules = *(MYELINATED[name] for name in ("sensory", "mcintyre2002")), UNMYELINATED["sensory_c"]
    used = [values(module.CONSTANTS) for module in modules], CLASSES
    return hashlib.sha256(repr(used).encode()).hexdigest()
