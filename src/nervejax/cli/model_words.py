"""What ``nervejax models`` says in words and cannot read from the code."""

from nervejax.membranes.mcintyre2002 import MRG
from nervejax.membranes.pena2024 import PENA
from nervejax.membranes.sensory_table import GAINES
from nervejax.membranes.sundt2015 import SOURCE as SUNDT
from nervejax.membranes.tigerholm2014_gates import SOURCE as TIGERHOLM

INTRO = """\
# The models: every equation and constant

Written by `nervejax models` from the code that is run; change the code, not this page, then
`./run models --write docs/models.md`. Tests compare the formulas below with what is stepped, and the
results with NEURON (`tests/reference`).

Single fibres are put on the bench with `nervejax fibre --type T --membrane NAME`. Episodes take their
membranes from `population.membrane_a` and `population.membrane_c`."""

CONVENTIONS = """\
## Conventions

V [mV] inside minus outside of the axolemma, T [degC], q the temperature factor of a gate, D the outer
fibre diameter [um]. Currents are outward positive. `linoid(x, w)` = x / (1 - exp(-x / w)), which is w
at x = 0. Gates obey x' = alpha (1 - x) - beta x or x' = (steady - x) / tau, rates in 1/ms, tau in ms.
The gate of Ih is called q too. Leaks and pump sizes without a row are solved for, so that each ion is
at rest where the fibre is. RT/F is {thermal:.2f} mV at 37 degC."""

# name: source, deviation in one line; what is left out comes from the docstring of the module
OVERVIEW = {
    "sensory": (
        f"{MRG}; {GAINES}; changed",
        "h, slow K, gap and slow inactivation fitted to ectopic discharge (decisions/003)",
    ),
    "mcintyre2002": (MRG, "none"),
    "pena2024": (PENA, ""),
    "sensory_c": (
        f"{TIGERHOLM}; changed",
        "10 of its 17 gates, leaks balanced anew; Na_i diluted by `volume_factor`",
    ),
    "tigerholm2014": (TIGERHOLM, ""),
    "sundt2015": (SUNDT, ""),
}

GEOMETRY_SOURCES = {
    "discrete": f"{MRG}; its 2 um row McIntyre et al. 2004, "
    "doi:10.1152/jn.00989.2003; its 1 um row doi:10.1088/1741-2552/aa6a5f",
    "interpolated": "Musselman et al. 2021, doi:10.1371/journal.pcbi.1009285",
    "pena2024": PENA,
}

# As in population/geometry.py; a test evaluates them. Later rows may use earlier ones.
POLYNOMIALS = {
    "interpolated": {
        "internode_um": "where(D >= 5.643, -8.215 * D**2 + 272.4 * D - 780.2, 81.08 * D + 37.84)",
        "flut_um": "-0.1652 * D**2 + 6.354 * D - 0.2862",
        "axon_um": "0.02361 * D**2 + 0.3673 * D + 0.7122",
        "node_um": "0.01093 * D**2 + 0.1008 * D + 1.099",
        "lamellae": "-0.4749 * D**2 + 16.85 * D - 0.7648",
    },
    "pena2024": {
        "internode_um": "-3.22 * D**2 + 148 * D - 128",
        "flut_um": "-0.171 * D**2 + 6.48 * D - 0.935",
        "axon_um": "0.553 * D - 0.024",
        "node_um": "0.321 * axon_um + 0.37",
        "lamellae": "trunc(17.4 * axon_um - 1.74)",
    },
}

DOUBLE_CABLE = """\
An internode is {layers} compartments, MYSA FLUT STIN x 6 FLUT MYSA, of length L, axon diameter d
(node_um in node and MYSA, axon_um elsewhere) and outer diameter D, between two nodes. Vi inside,
Vp in the periaxonal space, Ve outside, V = Vi - Vp:

```
pi d L (c_m V' + I) = sum (Vi_next - Vi) / R_i + I_stimulus
pi D L (c_myelin (Vp - Ve)' + g_myelin (Vp - Ve)) = pi d L (c_m V' + I) + sum (Vp_next - Vp) / R_p
c_myelin = c_my / (2 lamellae)      R_i = rho L / (pi d^2 / 4)
g_myelin = g_my / (2 lamellae)      R_p = rho L / (pi ((d/2 + gap)^2 - (d/2)^2))
```

Neighbours couple through half of each one's R. At a node Vp = Ve. The gap is a constant of the
membrane. On the bench an internode is reduced to its {bench} slow modes, in episodes to {episodes}
(decisions/002); the first and the last node of the bench are cut off inside."""

C_CABLE = """\
One layer, both ends sealed, {count} compartments of {spacing:.2f} um on the bench:

```
capacitance V' + I = diameter / (4 axial_ohm_cm) d2V/dx2 + stimulus
```"""

IONS = {
    "myelinated": """\
```
E_ion = RT/F ln(outside / inside)
Na_i' = -(I_Na + 3 pump) / (F axoplasm)                                         node and internode
K_p'  = (I_K - 2 pump) / (F periaxonal volume) - (K_p - K_endoneurium) / tau_periaxonal  internode
K_n'  = (I_K - 2 pump) / (F node_space) - (K_n - K_endoneurium) / tau_node                    node
K_i   = k_i_mM - (Na_i - na_i_mM)
```

Channel noise: g_na and g_nap of a node are increased by sqrt(channel_nS g (1 - open)) xi, where open is
m^3 h or p^3 and xi a Gaussian of variance 1 that forgets with {:g} and {:g} ms.""",
    "c": """\
```
E_ion = RT/F ln(outside / inside)
Na_i' = -4 I_Na / (F diameter volume_factor)
Na_o' = I_Na / (F shell) - shell_exchange (Na_o - bath) / shell          K_o alike with I_K
K_i   = k_i_rest - (Na_i - na_i_rest)
```""",
}

# (class, membrane): constants -> why they differ
TUNED_WHY = {
    ("adelta", "sensory"): {
        ("na_i_mM", "k_na_mM"): "fitted: larger pump reserve, for a small axon has 20 times more "
        "nodal membrane per axoplasm",
        ("z_share", "z_half_mV"): "fitted: without it a second stable state near -50 mV",
        ("shift_h_mV", "g_na_S_per_cm2", "g_ks_S_per_cm2"): "fitted: narrower sodium window, one "
        "spike per stimulus",
        ("v_rest_mV", "g_nap_S_per_cm2"): "fitted: silent under ischaemia (decision 008)",
    },
}

MRG_LIKE = ("sensory", "mcintyre2002", "pena2024")
# which membranes, what
CONFLICTS = (
    (MRG_LIKE, "**Half-activation of m.** The appendix of McIntyre et al. 2002 is quoted with 20.4 mV, "
     "and Gaines et al. 2018 use it; the public code of 2002 has 21.4 mV. Here: 21.4."),
    (("sensory",), "**Temperature of n.** Codes of Gaines et al. 2018 give it a Q10 of 3 about 34 or "
     "36 degC. Here it goes with m, 2.2 about 20 degC: at 37 degC three times as fast as theirs."),
    (MRG_LIKE, "**Outside of the myelin.** NEURON's `extracellular` with one layer loses the term "
     "c_myelin dVe/dt: the 0.1 ms threshold of a 2 um fibre comes out 29 % too low, that of 1 ms 2 %; "
     "velocity is untouched. Here the term is there, and the reference runs keep two layers."),
    (MRG_LIKE, "**Time step.** NEURON's customary 5 us step makes a double cable 7 to 11 % too slow. "
     "The reference runs are extrapolated to a zero step."),
    (("mcintyre2002",), "**MRG, 1 um.** The fibre of the 1 um row answers one stimulus with several "
     "spikes; in between its potential returns no further than about -65 mV."),
    (("mcintyre2002",), "**MRG, table and polynomials.** The interpolated geometry does not pass "
     "through the table: at 10 um its internode is 1122 um, not 1150, and velocity 2 % lower. Its "
     "lamellae are not rounded."),
    (("pena2024",), "**Pena, geometry and conductances.** Some codes run this geometry with the nodal "
     "conductances of MRG (PyFibers 0.13.0 under the older name SMALL_MRG_INTERPOLATION). Here the "
     "two belong together."),
    (("pena2024",), "**Pena, range.** Made for fibres up to 5.7 um; above, it is extrapolated, with a "
     "warning. Near 1.011 um a STIN compartment is less than 0.1 um long."),
    (("sundt2015",), "**Sundt, leak.** The paper balances the leak at rest; PyFibers evaluates that "
     "balance before there are currents and gets a reversal of -60 mV. Here: -60; the fibre rests at "
     "-59.93 mV."),
    (("sensory_c", "tigerholm2014"), "**Tigerholm, jumps.** As published, the time constant of n jumps "
     "by 10 % at -31 mV, those of km_s and hcn by 1 % at -60 and -70 mV; the steady state of h17 "
     "exceeds 1 below -89 mV, by 2 % at most."),
)  # fmt: skip
