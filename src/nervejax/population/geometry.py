"""Dimensions of a myelinated fibre from its diameter: three published geometries.

``discrete``: the table of MRG (McIntyre et al. 2002, doi:10.1152/jn.00353.2001) at its own diameters,
with the later rows for 2 um (McIntyre et al. 2004, doi:10.1152/jn.00989.2003) and 1 um
(doi:10.1088/1741-2552/aa6a5f). ``interpolated``: polynomials through it (Musselman et al. 2021,
doi:10.1371/journal.pcbi.1009285), 2 to 16 um. ``pena2024``: small fibres (Pena et al. 2024,
doi:10.1371/journal.pcbi.1011833), 1.011 to 16 um, made for up to 5.7 um.
"""

import warnings

import numpy as np

from nervejax.errors import NervejaxError

LAYERS = 10  # compartments of an internode: MYSA FLUT STINx6 FLUT MYSA
NODE_LENGTH_UM = 1.0
MYSA_LENGTH_UM = 3.0
AXIAL_RESISTIVITY_OHM_CM = 70.0

Shape = dict[str, np.ndarray]

# fibre diameter: internode, FLUT length, axon, node [um], lamellae
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
COLUMNS = ("internode_um", "flut_um", "axon_um", "node_um", "lamellae")


def _discrete(d: np.ndarray) -> Shape:
    listed = np.array(list(DISCRETE))
    row = np.abs(listed - d[:, None]).argmin(-1)
    return dict(zip(COLUMNS, np.array(list(DISCRETE.values()), float)[row].T, strict=True))


def _interpolated(d: np.ndarray) -> Shape:
    return {
        "internode_um": np.where(
            d >= 5.643, -8.215 * d**2 + 272.4 * d - 780.2, 81.08 * d + 37.84
        ),
        "flut_um": -0.1652 * d**2 + 6.354 * d - 0.2862,
        "axon_um": 0.02361 * d**2 + 0.3673 * d + 0.7122,
        "node_um": 0.01093 * d**2 + 0.1008 * d + 1.099,
        "lamellae": -0.4749 * d**2 + 16.85 * d - 0.7648,
    }  # fmt: skip


def _pena2024(d: np.ndarray) -> Shape:
    axon = 0.553 * d - 0.024
    return {
        "internode_um": -3.22 * d**2 + 148.0 * d - 128.0,
        "flut_um": -0.171 * d**2 + 6.48 * d - 0.935,
        "axon_um": axon,
        "node_um": 0.321 * axon + 0.37,
        "lamellae": np.trunc(17.4 * axon - 1.74),
    }


GEOMETRIES = {"discrete": _discrete, "interpolated": _interpolated, "pena2024": _pena2024}
RANGE_UM = {"interpolated": (2.0, 16.0), "pena2024": (1.011, 16.0)}
MADE_FOR_UM = {"pena2024": 5.7}
"""Largest diameter a geometry was made for; beyond it the numbers come with a warning."""


def _check(d: np.ndarray, geometry: str) -> None:
    if geometry not in GEOMETRIES:
        raise NervejaxError(f"unknown geometry '{geometry}'; available: {', '.join(GEOMETRIES)}")
    if geometry == "discrete":
        listed = np.array(list(DISCRETE))
        good = np.isclose(d[..., None], listed, rtol=0, atol=1e-6).any(-1)
        allowed = "one of " + ", ".join(f"{x:g}" for x in listed)
    else:
        low, high = RANGE_UM[geometry]
        good, allowed = (d >= low) & (d <= high), f"between {low:g} and {high:g}"
    if not np.all(good):
        raise NervejaxError(
            f"diameter_um must be {allowed} um for a myelinated fibre in the {geometry} geometry, "
            f"got {d[~good].flat[0]:g}"
        )
    if np.any(d > MADE_FOR_UM.get(geometry, np.inf)):
        warnings.warn(
            f"the {geometry} geometry was made for fibres up to {MADE_FOR_UM[geometry]:g} um, "
            f"got {d.max():g} um: extrapolated",
            stacklevel=3,
        )


def myelinated_geometry(diameter_um: np.ndarray, geometry: str = "interpolated") -> Shape:
    """Dimensions of fibres.

    Args:
        diameter_um: outer fibre diameter, (fibre,), in the range of the geometry.
        geometry: a name of ``GEOMETRIES``.

    Returns:
        (fibre,) arrays internode_um (node to node), flut_um, axon_um, node_um, lamellae,
        node_area_cm2, axoplasm_fL (of one internode), and (fibre, 10) arrays length_um,
        inner_um (axon diameter), axolemma_cm2, myelin_cm2 (outer surface) of its compartments.

    Raises:
        NervejaxError: unknown geometry, or a diameter outside its range (with the range).
    """
    d = np.asarray(diameter_um, dtype=float)
    _check(d, geometry)
    shape = GEOMETRIES[geometry](d)
    node, axon, flut = shape["node_um"], shape["axon_um"], shape["flut_um"]
    stin = (shape["internode_um"] - NODE_LENGTH_UM - 2 * MYSA_LENGTH_UM - 2 * flut) / 6
    mysa = np.full_like(d, MYSA_LENGTH_UM)
    length = np.stack([mysa, flut] + [stin] * 6 + [flut, mysa], axis=-1)
    inner = np.stack([node] + [axon] * 8 + [node], axis=-1)
    return {
        "diameter_um": d, **shape, "length_um": length, "inner_um": inner,
        "node_area_cm2": np.pi * node * NODE_LENGTH_UM * 1e-8,
        "axolemma_cm2": np.pi * inner * length * 1e-8,
        "myelin_cm2": np.pi * d[:, None] * length * 1e-8,
        "axoplasm_fL": np.pi * (axon / 2) ** 2 * shape["internode_um"],
    }  # fmt: skip
