"""Dimensions of a myelinated fibre from its diameter.

Sources: MRG, McIntyre et al. 2002, doi:10.1152/jn.00353.2001 (discrete table); polynomials through
it, Musselman et al. 2021, doi:10.1371/journal.pcbi.1009285, valid for 2 to 16 um.
"""

import numpy as np

from nervejax.errors import NervejaxError

LAYERS = 10  # compartments of an internode: MYSA FLUT STINx6 FLUT MYSA
NODE_LENGTH_UM = 1.0
MYSA_LENGTH_UM = 3.0
AXIAL_RESISTIVITY_OHM_CM = 70.0
SMALLEST_UM, LARGEST_UM = 2.0, 16.0


def myelinated_geometry(diameter_um: np.ndarray) -> dict[str, np.ndarray]:
    """Dimensions of fibres, interpolated MRG table.

    Args:
        diameter_um: outer fibre diameter, (fibre,), within [2, 16].

    Returns:
        (fibre,) arrays internode_um (node to node), flut_um, axon_um, node_um, lamellae,
        node_area_cm2, axoplasm_fL (of one internode), and (fibre, 10) arrays length_um,
        inner_um (axon diameter), axolemma_cm2, myelin_cm2 (outer surface) of its compartments.

    Raises:
        NervejaxError: a diameter outside the range of the polynomials.
    """
    d = np.asarray(diameter_um, dtype=float)
    if not np.all((d >= SMALLEST_UM) & (d <= LARGEST_UM)):
        raise NervejaxError(
            f"diameter_um must be between {SMALLEST_UM:g} and {LARGEST_UM:g} um for a myelinated fibre"
        )
    internode = np.where(d >= 5.643, -8.215 * d**2 + 272.4 * d - 780.2, 81.08 * d + 37.84)
    flut = -0.1652 * d**2 + 6.354 * d - 0.2862
    node = 0.01093 * d**2 + 0.1008 * d + 1.099
    axon = 0.02361 * d**2 + 0.3673 * d + 0.7122
    lamellae = -0.4749 * d**2 + 16.85 * d - 0.7648
    stin = (internode - NODE_LENGTH_UM - 2 * MYSA_LENGTH_UM - 2 * flut) / 6
    mysa = np.full_like(d, MYSA_LENGTH_UM)
    length = np.stack([mysa, flut] + [stin] * 6 + [flut, mysa], axis=-1)
    inner = np.stack([node] + [axon] * 8 + [node], axis=-1)
    return {
        "diameter_um": d, "internode_um": internode, "flut_um": flut, "axon_um": axon,
        "node_um": node, "lamellae": lamellae, "length_um": length, "inner_um": inner,
        "node_area_cm2": np.pi * node * NODE_LENGTH_UM * 1e-8,
        "axolemma_cm2": np.pi * inner * length * 1e-8,
        "myelin_cm2": np.pi * d[:, None] * length * 1e-8,
        "axoplasm_fL": np.pi * (axon / 2) ** 2 * internode,
    }  # fmt: skip
