"""The passive double cable once more, written without the program: every compartment, both layers.

Potentials are absolute: inside Vi, periaxonal Vp, and the outside Ve is imposed, so that the myelin
capacitance sees dVe/dt explicitly. Compartments and constants from McIntyre et al. 2002.
"""

import numpy as np
from scipy.linalg import expm

RHO = 70e4  # ohm um


def build(g, nodes, leak_node):
    """Matrices of C V' = -G V + D Ve + E Ve' + current, for one fibre with cut ends.

    g: geometry of one fibre (scalars and lists of ten). leak_node: S/cm2.
    Returns C, G, D, E, positions [um], index of the inside of each node.
    """
    inside, place, x = [], [], 0.0
    for k in range(nodes):
        inside.append((k, "node", g["node"], 1.0))
        if k < nodes - 1:
            inside += [
                (k, "internode", d, length)
                for d, length in zip(g["inner"], g["length"], strict=True)
            ]
    for j, (_, _, _, length) in enumerate(inside):
        x += length / 2 + (inside[j - 1][3] / 2 if j else -length / 2)
        place.append(x)
    n = len(inside)
    gap = [0.002 if kind == "node" or d == g["node"] else 0.004 for _, kind, d, _ in inside]
    c, conduct, from_ve, from_dve = (np.zeros((2 * n, 2 * n)) for _ in range(4))
    for j, (_, kind, d, length) in enumerate(inside):
        area = np.pi * d * length * 1e-8  # cm2
        if kind == "node":
            leak, shunt, coat = leak_node, 1e6, 0.0
        else:
            leak = 1e-3 if d == g["node"] else 1e-4
            outer = np.pi * g["D"] * length * 1e-8
            shunt, coat = 1e-3 / (2 * g["lamellae"]) * outer, 0.1 / (2 * g["lamellae"]) * outer
            shunt, coat = shunt * 1e9, coat * 1e6  # nS, pF
        membrane, capacity = leak * area * 1e9, 2.0 * area * 1e6
        p = n + j
        for matrix, value, outside in ((conduct, membrane, shunt), (c, capacity, coat)):
            matrix[j, j] += value
            matrix[j, p] -= value
            matrix[p, j] -= value
            matrix[p, p] += value + outside
        from_ve[p, p], from_dve[p, p] = shunt, coat
    for j in range(n - 1):
        a, b = inside[j], inside[j + 1]
        cut = j == 0 or j == n - 2  # the outer nodes are cut off inside
        axial = sum(RHO * s[3] / 2 / (np.pi * s[2] ** 2 / 4) for s in (a, b))
        slit = sum(
            RHO * s[3] / 2 / (np.pi * ((s[2] / 2 + w) ** 2 - (s[2] / 2) ** 2))
            for s, w in ((a, gap[j]), (b, gap[j + 1]))
        )
        for layer, link in ((0, 0.0 if cut else 1e9 / axial), (n, 1e9 / slit)):
            i, k = layer + j, layer + j + 1
            conduct[i, i] += link
            conduct[k, k] += link
            conduct[i, k] -= link
            conduct[k, i] -= link
    node_index = [11 * k for k in range(nodes)]
    # a node's periaxonal place has no capacity of its own: eliminated through a tiny one
    tiny = np.array([n + j for j in node_index])
    c[tiny, tiny] += 1e-6
    return c, conduct, from_ve, from_dve, np.array(place), node_index


def after_a_pulse(model, current_pA, ve_mV, width_ms, time_ms):
    """Membrane potential of the nodes (minus rest) at a time after a rectangular pulse.

    current_pA: (2n,) injected, or 0.  ve_mV: (n,) outside potential during the pulse.
    """
    c, g, from_ve, from_dve, _, nodes = model
    n = len(c) // 2
    outside = np.concatenate([np.zeros(n), ve_mV])
    a = -np.linalg.solve(c, g)
    # jump with Ve at the edges of the pulse; the grounded periaxonal places follow at once
    jump = np.linalg.solve(c, from_dve @ outside)
    steady = np.linalg.solve(g, current_pA + from_ve @ outside)
    v = expm(a * width_ms) @ (jump - steady) + steady - jump
    v = expm(a * (time_ms - width_ms)) @ v
    return (v[:n] - v[n:])[nodes]
