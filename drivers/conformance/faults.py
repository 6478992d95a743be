"""One fault at one place of one operation. Owns what passes the line; refuses time and money."""

from dataclasses import dataclass, field
from enum import StrEnum

DELAY_S = 45.0
"""Longer than link timers, shorter than a charge: a reply that comes when a hasty driver has given up."""


class FaultKind(StrEnum):
    """What goes wrong; each strikes once, at its place, in either direction."""

    NONE = "none"
    CUT_BYTE = "cut at byte"
    DROP_BYTE = "drop byte"
    DOUBLE_BYTE = "double byte"
    FLIP_BIT = "flip bit"
    CUT_MESSAGE = "cut at message"
    LOSE_MESSAGE = "lose message"
    DELAY_MESSAGE = "delay message"
    DOUBLE_MESSAGE = "double message"
    SILENCE = "silence from message"
    COMMIT_FAILS = "commit fails"
    CANCEL = "cancel at wait"


BYTE_KINDS = frozenset({FaultKind.CUT_BYTE, FaultKind.DROP_BYTE, FaultKind.DOUBLE_BYTE, FaultKind.FLIP_BIT})
MESSAGE_KINDS = frozenset(
    {
        FaultKind.CUT_MESSAGE,
        FaultKind.LOSE_MESSAGE,
        FaultKind.DELAY_MESSAGE,
        FaultKind.DOUBLE_MESSAGE,
        FaultKind.SILENCE,
    }
)
UNKNOWN_TO_STREAMS = (BYTE_KINDS - {FaultKind.CUT_BYTE}) | {FaultKind.LOSE_MESSAGE, FaultKind.DOUBLE_MESSAGE}
"""What a TCP connection keeps away from a driver."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``at`` counts bytes, messages, commits or waits from the start of the operation, as ``kind`` needs it."""

    kind: FaultKind = FaultKind.NONE
    at: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """What is left of a message behind the fault: parts with their delay in s; ``cut``: then the line is gone."""

    parts: tuple[tuple[float, bytes], ...]
    cut: bool = False


@dataclass(slots=True)
class Gate:
    """Everything on the line passes here while an operation is under test."""

    fault: Fault
    is_armed: bool = False
    hits: int = 0
    seen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("bytes", "messages", "waits", "commits"), 0))

    def pass_message(self, payload: bytes) -> Passed:
        """What arrives of ``payload`` at the other end."""
        if not self.is_armed:
            return Passed(((0.0, payload),))
        kind = self.fault.kind
        index = self._count("messages")
        if kind in MESSAGE_KINDS and (index == self.fault.at or (kind is FaultKind.SILENCE and index > self.fault.at)):
            self.hits += 1
            match kind:
                case FaultKind.CUT_MESSAGE:
                    return Passed((), cut=True)
                case FaultKind.DELAY_MESSAGE:
                    return Passed(((DELAY_S, payload),))
                case FaultKind.DOUBLE_MESSAGE:
                    return Passed(((0.0, payload), (0.0, payload)))
                case _:
                    return Passed(())
        return self._pass_bytes(payload)

    def strikes(self, kind: FaultKind, counted: str) -> bool:
        """Whether this commit or wait is the one the fault is meant for."""
        if not self.is_armed:
            return False
        is_hit = self._count(counted) == self.fault.at and self.fault.kind is kind
        self.hits += is_hit
        return is_hit

    def _pass_bytes(self, payload: bytes) -> Passed:
        start = self.seen["bytes"]
        self.seen["bytes"] = start + len(payload)
        place = self.fault.at - start
        if self.fault.kind not in BYTE_KINDS or not 0 <= place < len(payload):
            return Passed(((0.0, payload),))
        self.hits += 1
        before, byte, after = payload[:place], payload[place : place + 1], payload[place + 1 :]
        match self.fault.kind:
            case FaultKind.CUT_BYTE:
                return Passed(((0.0, before),) if before else (), cut=True)
            case FaultKind.DROP_BYTE:
                left = before + after
            case FaultKind.DOUBLE_BYTE:
                left = before + byte + byte + after
            case _:
                left = before + bytes([byte[0] ^ (1 << self.fault.at % 8)]) + after
        return Passed(((0.0, left),) if left else ())

    def _count(self, what: str) -> int:
        index = self.seen[what]
        self.seen[what] = index + 1
        return index
