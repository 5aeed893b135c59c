"""What the groups of both kernels share: test sessions, balance, and their state for a later process."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from nervejax.episode.chunks import Chunk, dealt, gathered
from nervejax.episode.group import Window
from nervejax.episode.kept import Kept, Plain
from nervejax.episode.ledger import Ledger
from nervejax.episode.stimuli import Session, blended, held_session
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

    kind: FibreClass
    chunks: list[Chunk]
    state: list[Any]
    quarantined: dict[int, str]
    _means: Any
    _ledger: Ledger

    @abstractmethod
    def _observe(self, seconds: float, sent: Session | None) -> tuple[Window, Any]:
        """Step for ``seconds``, with what the receptors send: spikes, and means of sound fibres."""
        ...

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
