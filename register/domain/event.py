"""What happens to a kiosk besides its journal: codes, keys, freezes. Owns the kinds and which are alarms."""

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """Kept for the auditor; a value never changes its meaning."""

    CODE_ISSUED = "code_issued"
    ENROLLED = "enrolled"
    KEY_ADDED = "key_added"
    """By a request of the key before it: rotation."""
    KEY_RETIRED = "key_retired"
    """Replaced by a newer key of the same kiosk."""
    KEY_REVOKED = "key_revoked"
    """By a person."""
    FROZEN = "frozen"
    THAWED = "thawed"
    CODE_REFUSED = "code_refused"
    KEY_REFUSED = "key_refused"
    """A key that is not valid any more was used."""
    SIGNATURE_REFUSED = "signature_refused"
    """A known key was named and another has signed, or the request was altered."""


ALARMS = frozenset({EventKind.FROZEN, EventKind.CODE_REFUSED, EventKind.KEY_REFUSED, EventKind.SIGNATURE_REFUSED})
"""What a person has to look at."""
REPEAT_MS = 60 * 60 * 1000
"""What anybody on the network can cause is kept once an hour for each key: a flood must not fill the disk."""


@dataclass(frozen=True, slots=True)
class KioskEvent:
    """One thing that happened. ``key_id`` and ``detail`` may be empty."""

    kiosk_id: str
    number: int
    at_ms: int
    kind: EventKind
    key_id: str
    detail: str
