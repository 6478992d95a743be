"""How long the emulated terminal takes for everything. Owns the durations; refuses to wait."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take. ``speed`` divides the thinking (0: none at all); ``ack_wait_s`` is a real timer."""

    speed: float = 1.0
    ack_wait_s: float = 5.0
    """T2 and T3 of the terminal: for a link ACK, and for the positive reply."""
    card_s: float = 1.0
    """Until the citizen's card is in."""
    host_s: float = 0.6
    """Until the card's host has answered."""
    removal_s: float = 0.4
    reply_s: float = 0.005
    """Until a command is answered."""

    def scaled(self, thinking_s: float) -> float:
        return thinking_s / self.speed if self.speed else 0.0
