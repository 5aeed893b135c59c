"""The 17 claims by number."""

from nervejax.claims.axon import C2, C4, C8
from nervejax.claims.claim import Claim, Result
from nervejax.claims.discharge import C6, C7, C9, C13, C17
from nervejax.claims.loss import C1, C3, C5, C11
from nervejax.claims.recovery import C10, C12, C14, C15, C16

Found = dict[str, dict[str, Result]]
"""Physiology: id of the claim: what was found."""
CLAIMS: dict[str, Claim] = {
    "C1": C1, "C2": C2, "C3": C3, "C4": C4, "C5": C5, "C6": C6, "C7": C7, "C8": C8, "C9": C9,
    "C10": C10, "C11": C11, "C12": C12, "C13": C13, "C14": C14, "C15": C15, "C16": C16, "C17": C17,
}  # fmt: skip
