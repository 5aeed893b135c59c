"""Order of accuracy, precision, and independence of what is measured together; C: test_c_accuracy."""

import numpy as np
import pytest

from nervejax.errors import NervejaxError
from nervejax.fibre.electrode import ImportedField, PointSource
from nervejax.fibre.measure import measure_fibres
from nervejax.fibre.models import prepare
from nervejax.fibre.spike import spike_shape, travelling_spike
from nervejax.fibre.thresholds import BRACKET, Question, thresholds
from nervejax.population.geometry import myelinated_geometry

ABOVE_NA = 2.0


def velocity(membrane, dt_us, diameter_um, precision="float64"):
    fibres = prepare("abeta", diameter_um, membrane=membrane, dt_us=dt_us, precision=precision)
    return travelling_spike(fibres, np.full(fibres.count, ABOVE_NA)).velocity_m_per_s


@pytest.mark.parametrize(
    ("membrane", "diameter_um"), [("mcintyre2002", [5.7, 10.0]), ("sensory", [8.0, 12.0])]
)
def test_velocity_is_second_order_in_the_step(membrane, diameter_um):
    v = np.array([velocity(membrane, dt, diameter_um) for dt in (2.0, 4.0, 8.0)])
    order = np.log2((v[2] - v[1]) / (v[1] - v[0]))
    assert np.all(order > 1.9), order
    single = velocity(membrane, 2.0, diameter_um, "float32")
    np.testing.assert_allclose(single, v[0], rtol=1e-4)
    assert np.all(single != v[0])


@pytest.mark.parametrize("kind", ["abeta", "c"])
def test_a_fibre_alone_is_the_fibre_among_256(kind):
    low, high = {"abeta": (6.0, 16.0), "c": (0.4, 1.5)}[kind]
    diameter = np.linspace(low, high, 256)
    dt = {"abeta": 10.0, "c": 40.0}[kind]

    def crossings(d):
        fibres = prepare(kind, d, dt_us=dt)
        trials = fibres.trials(
            np.arange(fibres.count), [fibres.intracellular(fibres.end)] * fibres.count, 4.0
        )
        response = fibres.run(trials, 2.0, traced=True)
        return (
            response.trace_mV,
            response.last_ms,
            fibres.potential_mV(response.state, trials.fibre),
        )

    together = crossings(diameter)
    for k in (0, 100, 255):
        for all_, alone in zip(together, crossings(diameter[k : k + 1]), strict=True):
            np.testing.assert_array_equal(alone[:, 0], all_[:, k])


def test_thresholds_do_not_depend_on_what_else_is_asked():
    both = measure_fibres("abeta", [8.0, 12.0], dt_us=10.0, measures=("thresholds",))
    one = measure_fibres("abeta", [12.0], dt_us=10.0, measures=("thresholds",))
    for name, value in one.items():
        assert value[0] == both[name][1], name


def test_an_imported_field_of_a_point_source_is_the_point_source():
    source = PointSource(800.0, 0.2)
    length_mm = 50e-3 * myelinated_geometry(np.array([10.0]))["internode_um"][0]
    x = np.linspace(0, length_mm, 40001)
    field = ImportedField(x, -1 / (4 * np.pi * 0.2 * np.hypot(x - length_mm / 2, 0.8) * 1e-3))
    found = [
        measure_fibres("abeta", 10.0, dt_us=5.0, measures=("thresholds",), electrode=e)
        for e in (source, field)
    ]
    name = "threshold_extracellular_100us_mA"
    assert found[1][name][0] == pytest.approx(found[0][name][0], rel=1e-3)
    with pytest.raises(NervejaxError, match="covers 0 to 10 mm, the fibre spans 0 to 56"):
        ImportedField(np.array([0.0, 10.0]), np.array([0.0, 1.0])).pattern(prepare("abeta", 10.0))


def test_a_uniform_field_does_nothing_and_anodes_need_more():
    fibres = prepare("abeta", 10.0, membrane="mcintyre2002", dt_us=5.0)
    flat = fibres.extracellular(np.full(fibres.field_places_um().shape, 1000.0))
    assert np.abs(flat["stimulus"]).max() < 1e-6
    assert np.abs(flat["field"]).max() < 1e-6
    cathode = PointSource(1000.0).pattern(fibres)
    anode = {k: -v for k, v in cathode.items()}
    low, high = thresholds(fibres, [Question(0, p, 0.1) for p in (cathode, anode)])
    assert 2.0 < high / low < 8.0  # 3 to 7 in textbooks


def test_a_fibre_that_cannot_fire_has_no_threshold_and_no_velocity():
    fibres = prepare("abeta", 10.0, membrane="mcintyre2002", dt_us=10.0)
    found = thresholds(fibres, [Question(0, fibres.none(), 0.1)])
    assert np.isnan(found[0])
    spike = travelling_spike(fibres, found)
    assert np.isnan([spike.velocity_m_per_s[0], spike.peak_mV[0], spike.half_width_ms[0]]).all()
    assert BRACKET[1] / BRACKET[0] >= 1e4


def test_spike_shape_of_a_known_curve():
    dt, width = 0.01, 0.3
    t = np.arange(0, 5, dt) - 2.0034
    v = -80.0 + 110.0 * np.exp(-(t**2) / (2 * width**2))
    v[t > 1.5] -= 3.0
    peak, half_width, after = spike_shape(v, dt, -80.0)
    assert peak == pytest.approx(30.0, abs=1e-4)
    assert half_width == pytest.approx(2 * width * np.sqrt(2 * np.log(2)), rel=1e-3)
    assert after == pytest.approx(-83.0, abs=1e-3)
