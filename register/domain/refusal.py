"""Why the register refuses a request: rules the kiosk can act on. Owns the words; refuses to know HTTP."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.codec import Plain


class Rule(StrEnum):
    """Every reason for a refusal; kiosks match on these, so a value never changes its meaning."""

    INVALID = "invalid"
    NOT_CANONICAL = "not_canonical"
    HEADER_MISMATCH = "header_mismatch"
    CHAIN_BROKEN = "chain_broken"
    TOO_LARGE = "too_large"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    KEY_REVOKED = "key_revoked"
    WRONG_EPOCH = "wrong_epoch"
    GAP = "gap"
    FORK = "fork"
    FROZEN = "frozen"
    ROLLED_BACK = "rolled_back"
    STALE_HEARTBEAT = "stale_heartbeat"
    CODE_REFUSED = "code_refused"
    TOO_MANY_GUESSES = "too_many_guesses"
    NOT_FOUND = "not_found"
    METHOD = "method"
    SLOW_BODY = "slow_body"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Refused:
    """A business outcome: nothing was taken. ``detail`` is one English line for support people."""

    rule: Rule
    detail: str
    facts: dict[str, Plain] = field(default_factory=dict)
    """Further answers by name, such as ``expected_seq``."""


class Unusable(Exception):  # noqa: N818 - said to a person at the command line
    """Bad input or configuration: one clear line, exit code 2."""
