"""Arrays on their way to another process: the same bits, and few of them where rows repeat."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nervejax.episode.parcel import pack, unpack
from nervejax.errors import NervejaxError

NUMBERS = st.sampled_from([np.float32, np.float64, np.int32, np.uint8, np.bool_])


def buffer(rows, lanes, spikes):
    """An event buffer with some crossings, as a kernel leaves it."""
    rng = np.random.default_rng(1)
    times = np.full((rows, lanes), -1.0, np.float32)
    times[rng.integers(0, rows, spikes), rng.integers(0, lanes, spikes)] = rng.random(spikes)
    return times


@given(
    NUMBERS.flatmap(lambda kind: arrays(kind, array_shapes(max_dims=3, min_side=0, max_side=70)))
)
def test_the_same_bits_arrive(values):
    (found,) = unpack(pack([values]))
    assert found.dtype == values.dtype and found.shape == values.shape
    assert found.tobytes() == values.tobytes()


@pytest.mark.parametrize("spikes", [0, 1, 40, 4000])
def test_an_event_buffer_arrives_and_takes_little(spikes):
    times = buffer(5000, 24, spikes)
    times[7, 3] = np.nan
    text = pack([times, np.arange(3)])
    found, three = unpack(text)
    assert found.tobytes() == times.tobytes() and np.array_equal(three, [0, 1, 2])
    assert len(text) < 500 + 20 * spikes + times[0].nbytes


def test_nan_and_minus_zero_keep_their_bits():
    values = np.zeros((1000, 3), np.float32)
    values[500:, 0], values[:, 1] = -0.0, np.float32(np.nan)
    text = pack([values])
    assert unpack(text)[0].tobytes() == values.tobytes() and len(text) < 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + b"x",
        lambda text: text[:4] + b'[["|O",[1],-1]]' + text[4:],
        lambda text: text.replace(b"<f4", b"|V9"),
        lambda text: text.replace(b"[5000", b"[-500"),
        lambda text: b"",
    ],
)
def test_what_is_no_parcel_is_refused(spoil):
    with pytest.raises(NervejaxError, match="cannot be read"):
        unpack(spoil(pack([buffer(5000, 24, 3)])))


def test_only_numbers_travel():
    with pytest.raises(NervejaxError, match="cannot travel"):
        pack([np.array([None, {}])])
