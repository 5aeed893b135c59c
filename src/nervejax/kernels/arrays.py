"""Arrays of a kernel: on the device, or NumPy while a state or a mean is being put together."""

from typing import Any

import jax
import numpy as np

Array = jax.Array | np.ndarray[Any, Any]
