"""Constants and gates of the ``sensory`` membrane, as data; its code is ``sensory``."""

from nervejax.membranes.constant import Constant, Gate
from nervejax.membranes.mcintyre2002 import GATES as MRG_GATES
from nervejax.membranes.mcintyre2002 import MRG, Q_H, Q_M, Q_S

GAINES = "Gaines et al. 2018, doi:10.1007/s10827-018-0689-5"
HOWELLS = "order of Howells et al. 2012, doi:10.1113/jphysiol.2011.225573; fitted"
NODAL, INTERNODAL = "per node area", "per internodal axolemma"
CONSTANTS = {
    "v_rest_mV": Constant(-82.2, "mV", "fitted to check 5", "-84 gives too short a time constant"),
    "g_na_S_per_cm2": Constant(2.3, "S/cm2", "fitted to checks 2 and 4", "MRG 3.0; " + NODAL),
    "g_nap_S_per_cm2": Constant(
        0.02, "S/cm2", "fitted to check 22", NODAL + "; MRG 0.01; the discharge needs it"
    ),
    "g_ks_S_per_cm2": Constant(0.55, "S/cm2", "fitted to check 23", "MRG 0.08; " + NODAL),
    "g_kf_node_S_per_cm2": Constant(0.0965, "S/cm2", HOWELLS, NODAL + "; 10 nS per 3.3 um node"),
    "g_na_leak_node_S_per_cm2": Constant(4.82e-4, "S/cm2", "fitted", "sets the nodal pump rate"),
    "g_na_leak_S_per_cm2": Constant(
        3.9e-6, "S/cm2", "fitted to check 16", INTERNODAL + "; resting pump rate"
    ),
    "g_kf_S_per_cm2": Constant(1.61e-4, "S/cm2", "order of " + GAINES + "; fitted", INTERNODAL),
    "g_ks_internode_S_per_cm2": Constant(4.04e-6, "S/cm2", "fitted", INTERNODAL),
    "g_h_S_per_cm2": Constant(1.21e-5, "S/cm2", HOWELLS, INTERNODAL),
    "e_h_mV": Constant(-54.9, "mV", GAINES),
    "na_e_mM": Constant(154.0, "mM", "textbook"),
    "na_i_mM": Constant(20.0, "mM", "literature range 10-25"),
    "k_i_mM": Constant(150.0, "mM", "literature range"),
    "k_e_mM": Constant(4.0, "mM", "textbook", "endoneurium at rest"),
    "k_na_mM": Constant(5.5, "mM", "literature 5.5-12", "pump affinity for Na; occupancy 48 % at rest"),
    "k_k_mM": Constant(1.0, "mM", "literature 0.6-1.5", "pump affinity for K"),
    "pump_k_ions": Constant(
        2.0, "1", "Post & Jolly 1957, Biochim Biophys Acta 25:118", "K taken up for 3 Na expelled"
    ),
    "capacitance_uF_per_cm2": Constant(2.0, "uF/cm2", MRG),
    "gap_mysa_um": Constant(0.002, "um", MRG, "periaxonal space"),
    "gap_internode_um": Constant(
        0.008, "um", "fitted to check 5",
        "MRG 0.004; Cohen et al. 2020, doi:10.1016/j.cell.2019.11.039: 0.0123",
    ),
    "shift_h_mV": Constant(5.0, "mV", "fitted to check 22", "without it no discharge at all"),
    "shift_s_mV": Constant(8.0, "mV", "fitted to check 22"),
    "speed_h": Constant(0.65, "1", "fitted to check 4", "on both rates of h"),
    "speed_s": Constant(1.0 / 7.0, "1", "fitted to check 23", "on both rates of s"),
    "z_share": Constant(0.6, "1", "fitted", "Na channels with slow inactivation; no second stable state"),
    "z_half_mV": Constant(-55.0, "mV", "assumed"),
    "z_width_mV": Constant(6.0, "mV", "assumed"),
    "node_space_fL": Constant(20.0, "fL", "fitted", "perinodal volume; a tight one blocks the node"),
    "tau_node_ms": Constant(4.0, "ms", "fitted", "its exchange with the endoneurium"),
    "periaxonal_depth_um": Constant(
        5.4, "um", "fitted to check 22", "K space with its buffers, per axolemma area"
    ),
    "tau_periaxonal_ms": Constant(360e3, "ms", "fitted to check 22", "its exchange with the endoneurium"),
    "channel_nS": Constant(0.015, "nS", "textbook", "single Na channel, 15 pS"),
}  # fmt: skip
GATES = {
    "m": MRG_GATES["m"],
    "h": Gate(Q_H, MRG + "; shifted by shift_h_mV, slowed by speed_h",
              "q * speed_h * 0.062 * linoid(-(V - shift_h_mV + 114), 11)",
              "q * speed_h * 2.3 / (1 + exp(-(V - shift_h_mV + 31.8) / 13.4))"),
    "p": MRG_GATES["p"],
    "s": Gate(Q_S, MRG + "; shifted by shift_s_mV, slowed by speed_s, beta constant",
              "q * speed_s * 0.3 / (1 + exp(-(V - shift_s_mV + 53) / 5))", "q * speed_s * 0.03"),
    "n": Gate(Q_M, GAINES + "; temperature factor assumed that of m, others use 3 about 36 degC",
              "q * 0.0462 * linoid(V + 83.2, 1.1)", "q * 0.0824 * linoid(-(V + 66), 10.5)"),
    "q": Gate(Q_S, GAINES, "q * 0.00522 * exp(-(V + 94.2) / 12.2)",
              "q * 0.00522 * exp((V + 94.2) / 12.2)"),
    "z": Gate("1.0", "form assumed; no temperature factor is known",
              steady="1 / (1 + exp((V - z_half_mV) / z_width_mV))", tau="600.0"),
}  # fmt: skip
CURRENTS = {
    "node": "(1 - z_share + z_share z) / rest (g_na m^3 h + g_nap p^3) (V - E_Na) + g_nal (V - E_Na)"
    " + (g_ks s + g_kf_node n^4 + g_kl) (V - E_K) + pump",
    "internode": "(g_kf n^4 + g_ks_internode s + g_kl) (V - E_K) + g_h q (V - e_h)"
    " + g_nal (V - E_Na) + pump",
    "pump": "I_max energy (Na_i / (Na_i + k_na))^3 (K / (K + k_k))^2; moves 3 Na for pump_k_ions K",
}
