"""What of an episode outlives its process: named attributes of objects, as plain trees and back.

A plain tree is nested lists and dictionaries with texts as keys; its leaves are NumPy arrays, numbers,
truth values, texts and None. A value comes back exactly: same bits, same types.
"""

from typing import Any, ClassVar

import jax
import numpy as np

Plain = Any


class Unfit(ValueError):
    """A saved state is not that of this object."""


class Kept:
    """An object whose state is that of its attributes ``KEPT``; all else it makes anew."""

    KEPT: ClassVar[tuple[str, ...]] = ()

    def saved(self) -> dict[str, Plain]:
        """Its state."""
        return {name: plain(getattr(self, name)) for name in self.KEPT}

    def restore(self, saved: dict[str, Plain]) -> None:
        """Take a state that ``saved`` gave, of an object that was made in the same way."""
        for name in self.KEPT:
            setattr(self, name, like(getattr(self, name), saved[name]))


def plain(value: Any) -> Plain:
    """A value as a plain tree."""
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {key: plain(part) for key, part in value.items()}
        return [[key, plain(part)] for key, part in value.items()]
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return np.asarray(value) if isinstance(value, np.ndarray | np.generic | jax.Array) else value


def like(template: Any, value: Plain) -> Any:
    """The value that a plain tree stands for, in the types of ``template``.

    Raises:
        Unfit: the tree has another form.
    """
    if isinstance(template, dict):
        pairs = value.items() if isinstance(value, dict) else [(int(k), v) for k, v in value]
        return {key: like(template.get(key), part) for key, part in pairs}
    if isinstance(template, tuple):
        if not isinstance(value, list) or len(value) != len(template):
            raise Unfit("parts are missing")
        parts = [like(t, v) for t, v in zip(template, value, strict=True)]
        return type(template)(*parts) if hasattr(template, "_fields") else tuple(parts)
    if isinstance(template, np.ndarray | jax.Array):
        if np.shape(value) != template.shape:
            raise Unfit(f"an array {np.shape(value)} instead of {template.shape}")
        return np.asarray(value)
    return value
