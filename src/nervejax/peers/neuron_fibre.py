"""Fibres built in NEURON: sections, myelin, membranes, electrodes. The mechanisms must be loaded."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nervejax.errors import NervejaxError
from nervejax.peers.geometry import MYSA_UM, NODE_UM, STIN_COUNT, internode

NODES = 51  # nodes of a myelinated fibre
COMPARTMENTS = 301  # compartments of an unmyelinated fibre
COMPARTMENT_UM = 8.333  # um, 2.5 mm in 300
DISCONNECTED_OHM_CM = 1e10  # ohm cm, axial resistivity of a passive end: it is not part of the axon
MEDIUM_S_PER_M = 0.3  # S/m, infinite medium round the point source
SHORT_S_PER_CM2 = 1e10  # S/cm2, a node has no myelin: its periaxonal space is the outside
SETTLE_STEPS, SETTLE_MS = 40, 5.0  # implicit steps before time zero, and their length [ms]

# Model: rest it starts from [mV], axial resistivity [ohm cm]. Sources are in the NMODL texts.
START = {
    "mcintyre2002": (-80.0, 70.0),
    "pena2024": (-80.0, 70.0),
    "sundt2015": (-60.0, 100.0),
    "tigerholm2014": (-55.0, 35.4),
}


class Fibre:
    """One fibre in NEURON's memory; it is freed with the last reference to it.

    segments: every compartment from end to end.    centres_um (compartment,): along the fibre.
    nodes: those that fire (nodes of Ranvier, or all compartments of an unmyelinated fibre).
    outside: whether the sections have an ``extracellular`` layer.
    """

    def __init__(
        self,
        model: str,
        geometry: str,
        diameter_um: float,
        temperature_degC: float = 37.0,
        *,
        outside: bool = False,
    ) -> None:
        """Build it at rest; ``outside`` is implied by myelin."""
        from neuron import h  # pyright: ignore[reportMissingImports]

        if model not in START:
            raise NervejaxError(f"no model {model!r} in NEURON; choose from {', '.join(START)}")
        h.load_file("stdrun.hoc")
        h.celsius = temperature_degC
        h.secondorder = 0
        self.h = h
        self.model = model
        self.start_mV, self.axial_ohm_cm = START[model]
        self.myelinated = model in ("mcintyre2002", "pena2024")
        self.outside = outside or self.myelinated
        self.sections: list[Any] = []
        self.segments: list[Any] = []
        self.nodes: list[Any] = []
        if self.myelinated:
            self._double_cable(geometry, diameter_um)
        else:
            self._single_cable(diameter_um)
        lengths = np.array([segment.sec.L / segment.sec.nseg for segment in self.segments])
        self.centres_um = np.cumsum(lengths) - lengths / 2
        places = {segment: place for place, segment in enumerate(self.segments)}
        self.nodes_um = self.centres_um[[places[segment] for segment in self.nodes]]
        self.clamps: dict[int, Any] = {}

    def _append(self, length_um: float, diameter_um: float, compartments: int = 1) -> Any:
        """One more section at the end, with axial resistivity and, where wanted, an outer layer."""
        section = self.h.Section(name=f"section{len(self.sections)}")
        section.L, section.diam, section.nseg = length_um, diameter_um, compartments
        section.Ra = self.axial_ohm_cm
        if self.sections:
            section.connect(self.sections[-1](1), 0)
        if self.outside:
            section.insert("extracellular")
        self.sections.append(section)
        self.segments.extend(section)
        return section

    def _passive(self, section: Any, siemens_per_cm2: float, reversal_mV: float) -> None:
        section.insert("pas")
        for segment in section:
            segment.pas.g, segment.pas.e = siemens_per_cm2, reversal_mV

    def _single_cable(self, diameter_um: float) -> None:
        for place in range(COMPARTMENTS):
            section = self._append(COMPARTMENT_UM, diameter_um)
            section.cm = 1.0  # uF/cm2
            self.nodes.append(self.segments[-1])
            if self.model == "tigerholm2014":
                section.insert("nvj_tigerholm2014")
                continue
            # leak of Sundt et al. 2015; its reversal is the resting potential they start from
            self._passive(section, 1e-4, self.start_mV)
            if place in (0, COMPARTMENTS - 1):
                section.Ra = DISCONNECTED_OHM_CM
            else:
                section.insert("nvj_sundt2015")

    def _double_cable(self, geometry: str, diameter_um: float) -> None:
        """McIntyre et al. 2002 in true axon diameters: myelin terms are scaled to the axon's area."""
        form = internode(geometry, diameter_um)
        parts = (  # length, axon diameter, compartments, leak [S/cm2], periaxonal gap [um]
            (MYSA_UM, form.node_um, 1, 1e-3, 0.002),
            (form.flut_um, form.axon_um, 1, 1e-4, 0.004),
            (form.stin_um * STIN_COUNT, form.axon_um, STIN_COUNT, 1e-4, 0.004),
            (form.flut_um, form.axon_um, 1, 1e-4, 0.004),
            (MYSA_UM, form.node_um, 1, 1e-3, 0.002),
        )
        for number in range(NODES):
            self._node(form.node_um, active=0 < number < NODES - 1)
            if number == NODES - 1:
                break
            for length, axon, compartments, leak, gap in parts:
                section = self._append(length, axon, compartments)
                section.cm = 2.0  # uF/cm2
                self._passive(section, leak, self.start_mV)
                on_axon = form.fibre_um / axon / (2 * form.lamellae)  # 2 membranes a lamella
                self._sheath(section, gap, 1e-3 * on_axon, 0.1 * on_axon)

    def _node(self, diameter_um: float, *, active: bool) -> None:
        section = self._append(NODE_UM, diameter_um)
        self._sheath(section, 0.002, SHORT_S_PER_CM2, 0.0)
        self.nodes.append(self.segments[-1])
        if not active:
            section.Ra, section.cm = DISCONNECTED_OHM_CM, 1.0
            self._passive(section, 1e-4, self.start_mV)
            return
        section.cm = 2.0  # uF/cm2
        section.insert("nvj_mcintyre2002")
        if self.model == "pena2024":  # Pena et al. 2024, small fibres
            for segment in section:
                segment.nvj_mcintyre2002.gnaf = 2.333333
                segment.nvj_mcintyre2002.gks = 0.115556

    def _sheath(self, section: Any, gap_um: float, siemens: float, microfarad: float) -> None:
        """Myelin per cm2 of axon, and the periaxonal resistance of a gap under it.

        The second layer keeps NEURON's default, a short to the applied potential: with one layer
        the myelin capacitance would not see that potential change.
        """
        inner = section.diam / 2
        area_um2 = np.pi * ((inner + gap_um) ** 2 - inner**2)
        for segment in section:
            segment.xraxial[0] = self.axial_ohm_cm * 100 / area_um2  # Mohm/cm
            segment.xg[0], segment.xc[0] = siemens, microfarad

    def rest(self) -> None:
        """Settle from the starting potential and call that time zero."""
        h = self.h
        self.apply(np.zeros(len(self.segments)))
        for clamp in self.clamps.values():
            clamp.amp = 0.0
        h.finitialize(self.start_mV)
        h.t, h.dt = -SETTLE_STEPS * SETTLE_MS, SETTLE_MS
        for _ in range(SETTLE_STEPS):
            h.fadvance()
        h.t = 0.0

    def inject(self, node: int, current_nA: float) -> None:
        """Current into a node from now on."""
        if node not in self.clamps:
            clamp = self.h.IClamp(self.nodes[node])
            clamp.delay, clamp.dur = 0.0, 1e9  # ms
            self.clamps[node] = clamp
        self.clamps[node].amp = current_nA

    def apply(self, potential_mV: Sequence[float] | np.ndarray) -> None:
        """Potential outside every compartment from now on, (compartment,)."""
        if self.outside:
            for segment, value in zip(self.segments, potential_mV, strict=True):
                segment.e_extracellular = value

    def point_source_mV_per_mA(self, distance_um: float) -> np.ndarray:
        """Potential along the fibre of a source over its centre node, (compartment,)."""
        along = self.centres_um - self.nodes_um[len(self.nodes) // 2]
        return 1e6 / (4 * np.pi * MEDIUM_S_PER_M * np.hypot(along, distance_um))
