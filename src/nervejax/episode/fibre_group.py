"""What the groups of both kernels share: test sessions, balance, and their state for a later process."""

from abc import ABC, abstractmethod
from copy import copy
from typing import Any, ClassVar

import numpy as np

from nervejax.episode.chunks import Chunk, dealt, gathered
from nervejax.episode.group import Window
from nervejax.episode.kept import Kept, Plain
from nervejax.episode.ledger import Ledger
from nervejax.episode.stimuli import Session, blended, held_session
from nervejax.episode.windows import Part
from nervejax.population.classes import FibreClass


class FibreGroup(Kept, ABC):
    """Fibres of one class.

    Attributes:
        state: that of the kernel, chunk by chunk.  block: of the noise, the next one.
        lively: the last window held a spike.  quarantined: fibre -> reason.
    """

    KEPT = ("na_i", "energy", "block", "lively", "quarantined", "_means")
    LONGEST_MS: ClassVar[float]
    """Longest way of a spike through the stretch."""
    PER_CHUNK: ClassVar[tuple[str, ...]]
    """Attributes that are lists with an item per chunk."""
    BLOCK_STEPS: ClassVar[int]
    REST: ClassVar[str]
    """Constant that holds the resting potential."""

    kind: FibreClass
    count: int
    x_mm: np.ndarray
    p: dict[str, Any]
    chunks: list[Chunk]
    state: list[Any]
    quarantined: dict[int, str]
    _means: Any
    _ledger: Ledger

    @abstractmethod
    def _observe(self, seconds: float, sent: Session | None) -> tuple[Window, Any]:
        """Step for ``seconds``, with what the receptors send: spikes, and means of sound fibres."""
        ...

    @abstractmethod
    def step_blocks(
        self, first: int, blocks: int, settle_ms: float, sent: Session | None, dt_us: float
    ) -> list[Part]:
        """Move the states on by some blocks, from block ``first`` of a window or session on."""
        ...

    def block_s(self, dt_us: float) -> float:
        """Length of a block [s]."""
        return self.BLOCK_STEPS * dt_us * 1e-6

    def trace_mV(
        self, fibre: int, first: int, blocks: int, sent: Session | None, dt_us: float
    ) -> np.ndarray:
        """Potential of a fibre at the end of each block that ``step_blocks`` would step, (blocks, P).

        On a fork, by the same program a block at a time: the same bits.
        """
        number = next(k for k, c in enumerate(self.chunks) if c.first <= fibre < c.first + c.count)
        fork, lane = copy(self), fibre - self.chunks[number].first
        for name in self.PER_CHUNK:
            setattr(fork, name, [getattr(self, name)[number]])
        seen = []
        for block in range(first, first + blocks):
            type(self).step_blocks(fork, block, 1, 0.0, sent, dt_us)
            seen.append(np.asarray(fork.state[0].u)[:, lane])
        rest_mV = np.broadcast_to(self.p[self.REST], (self.count,))
        return np.array(seen, dtype=np.float64) + rest_mV[fibre]

    def session(self, number: int, dt_s: float) -> tuple[Session, Window]:
        """A test session; its fluxes count for its own length of the slow step.

        Potentials, gates and shell ions are afterwards what they were before: what a session leaves in
        them lasts for a second or a few, and short windows would count it for minutes.
        """
        before = self.state
        sent, found, means = held_session(self, number, self.LONGEST_MS, self._observe)
        self.state = before
        self._means = blended(self._means, means, found.seconds / dt_s)
        return sent, found

    def balance(self) -> dict[str, float]:
        """What does not add up since the start, see ``ledger.Ledger.balance``."""
        return self._ledger.balance(self.kind.name, self.quarantined)

    def saved(self) -> dict[str, Plain]:
        """State of the fibres, in their order whatever the chunks."""
        own = {"state": gathered(self.state, self.chunks), "ledger": self._ledger.saved()}
        return super().saved() | own

    def restore(self, saved: dict[str, Plain]) -> None:
        """Take the state of such a group."""
        super().restore(saved)
        self.state = dealt(saved["state"], self.state, self.chunks)
        self._ledger.restore(saved["ledger"])
