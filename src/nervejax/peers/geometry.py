"""Layouts of the myelinated fibres, as published: lengths, diameters, lamellae of an internode.

A second statement of the tables, on purpose: the package's own are checked against it. It stays
free of JAX, because a peer may live in another environment.
"""

from typing import NamedTuple

from nervejax.errors import NervejaxError

NODE_UM = 1.0  # um, length of a node, McIntyre et al. 2002, doi:10.1152/jn.00353.2001
MYSA_UM = 3.0  # um, length of the paranode's attachment, same source
STIN_COUNT = 6  # compartments of the internode proper, same source

# Fibre diameter [um]: internode, FLUT [um], axon, node diameter [um], lamellae. McIntyre et al. 2002;
# 2 um: McIntyre et al. 2004, doi:10.1152/jn.00989.2003; 1 um: doi:10.1088/1741-2552/aa6a5f.
DISCRETE = {
    1.0: (100, 5, 0.8, 0.7, 15),
    2.0: (200, 10, 1.6, 1.4, 30),
    5.7: (500, 35, 3.4, 1.9, 80),
    7.3: (750, 38, 4.6, 2.4, 100),
    8.7: (1000, 40, 5.8, 2.8, 110),
    10.0: (1150, 46, 6.9, 3.3, 120),
    11.5: (1250, 50, 8.1, 3.7, 130),
    12.8: (1350, 54, 9.2, 4.2, 135),
    14.0: (1400, 56, 10.4, 4.7, 140),
    15.0: (1450, 58, 11.5, 5.0, 145),
    16.0: (1500, 60, 12.7, 5.5, 150),
}


class Internode(NamedTuple):
    """Lengths and diameters of one node-to-node period [um], and its number of lamellae [1]."""

    fibre_um: float
    period_um: float
    flut_um: float
    axon_um: float
    node_um: float
    lamellae: float

    @property
    def stin_um(self) -> float:
        """Length of one of the six compartments of the internode proper [um]."""
        return (self.period_um - NODE_UM - 2 * MYSA_UM - 2 * self.flut_um) / STIN_COUNT


def internode(geometry: str, diameter_um: float) -> Internode:
    """The period of a fibre of outer diameter ``diameter_um``.

    geometry: ``discrete`` (published diameters only), ``interpolated`` (Musselman et al. 2021,
    doi:10.1371/journal.pcbi.1009285, 2 to 16 um) or ``pena2024`` (Pena et al. 2024,
    doi:10.1371/journal.pcbi.1011833, 1.011 to 16 um).

    Raises:
        NervejaxError: unknown geometry, or a diameter outside its range.
    """
    D = float(diameter_um)
    if geometry == "discrete" and D in DISCRETE:
        return Internode(D, *DISCRETE[D])
    if geometry == "interpolated" and 2 <= D <= 16:
        long = D >= 5.643
        return Internode(
            fibre_um=D,
            period_um=-8.215 * D**2 + 272.4 * D - 780.2 if long else 81.08 * D + 37.84,
            flut_um=-0.1652 * D**2 + 6.354 * D - 0.2862,
            axon_um=0.02361 * D**2 + 0.3673 * D + 0.7122,
            node_um=0.01093 * D**2 + 0.1008 * D + 1.099,
            lamellae=-0.4749 * D**2 + 16.85 * D - 0.7648,
        )
    if geometry == "pena2024" and 1.011 <= D <= 16:
        axon = 0.553 * D - 0.024
        return Internode(
            fibre_um=D,
            period_um=-3.22 * D**2 + 148 * D - 128,
            flut_um=-0.171 * D**2 + 6.48 * D - 0.935,
            axon_um=axon,
            node_um=0.321 * axon + 0.37,
            lamellae=int(17.4 * axon - 1.74),
        )
    raise NervejaxError(f"no {geometry} geometry for a fibre of {D:g} um")
