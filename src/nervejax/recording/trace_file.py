"""The potential of one fibre in some windows of an episode, as HDF5; see docs/file-format.md."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nervejax.recording.seal import sealed
from nervejax.recording.whole_file import write_whole

FORMAT, FORMAT_VERSION = "nervejax-trace", 1


def write_trace(
    path: Path, time_s: np.ndarray, x_mm: np.ndarray, potential_mV: np.ndarray,
    window_start_s: np.ndarray, about: Mapping[str, Any],
) -> Path:  # fmt: skip
    """Write a trace that xarray opens as ``potential`` (time, x).

    Args:
        time_s: (N,) limb time.  x_mm: (P,) along the nerve.  potential_mV: (N, P).
        window_start_s: (W,) when the windows begin.
        about: name -> number or text, for the attributes of the file.

    Raises:
        NervejaxError: the disk refuses it; nothing is left of it.
    """
    image = io.BytesIO()
    with h5py.File(image, "w") as file:
        file.attrs.update({"format": FORMAT, "format_version": FORMAT_VERSION, **about})
        for name, values, units in (
            ("time", time_s, "s"), ("x", x_mm, "mm"), ("window", window_start_s, "s")
        ):  # fmt: skip
            axis = file.create_dataset(name, data=values)
            axis.attrs["units"] = units
            axis.make_scale(name)
        data = file.create_dataset(
            "potential", data=potential_mV, chunks=True, compression="gzip", compression_opts=1,
            shuffle=True,
        )  # fmt: skip
        data.attrs.update({"units": "mV", "long_name": "membrane potential"})
        for k, name in enumerate(("time", "x")):
            data.dims[k].attach_scale(file[name])
    return write_whole(path, [sealed(image.getvalue())])
