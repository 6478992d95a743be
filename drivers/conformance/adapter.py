"""What a vendor hands to the conformance kit: a terminal without I/O, its book, its driver. Owns no check."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from drivers.context import Wake
from drivers.payment.api import Entry, Form, Media, PaymentDevice
from drivers.transport import OpenLine


class Scene(StrEnum):
    """What the simulated terminal does with the charge under test."""

    APPROVE = "approve"
    DECLINE = "decline"
    BUSY = "busy"
    """Says that it is busy, once or more, and then approves."""
    SILENT = "silent"
    """Takes the command in and says nothing; nothing is charged."""
    LOST_REPLY = "lost-reply"
    """Charges and says nothing."""
    WRONG_AMOUNT = "wrong-amount"
    """Charges another amount and says so."""
    PREVIOUS = "previous"
    """Tells of the previous sale first, then goes on with this one."""
    TOO_LATE = "too-late"
    """Takes a request to cancel in and approves all the same."""


class Core(Protocol):
    """A terminal without ports, threads and clock."""

    def step(self, now_s: float, received: bytes) -> Sequence[tuple[float, bytes]]:
        """Take in what arrived (empty: time has passed); return (delay in s, bytes) to send. ``b""`` hangs up."""

    @property
    def wake_at_s(self) -> float | None:
        """When the next step is due though nothing arrives; None when never."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """One fresh terminal. A wired one has ``core``; one worked by hand has ``answer``, the clerk."""

    read_sales: Callable[[], Sequence[int]]
    """Amounts in yen of the sales that stand (neither reversed nor voided), oldest first: the terminal's own book."""
    core: Core | None = None
    answer: Callable[[Form], Entry | Wake] | None = None
    """What the clerk answers; TIMED_OUT when nobody does, CANCEL when the clerk wants to stop."""
    withdraw: Callable[[Form], None] | None = None
    """A question was taken off the window, by a cancel, before the clerk had done anything about it."""
    read_acknowledged: Callable[[], int] | None = None
    """How many results the register has acknowledged; None where the protocol has no such message."""
    open_port: OpenLine | None = None
    """A real terminal, or an emulator's process: opens its port. The kit then works in real time, message by message,
    and ``read_sales`` tells of the sales since this Simulation was made."""
    rest: Callable[[], None] | None = None
    """With ``open_port``: returns when the terminal, left alone, has finished or taken back whatever it was doing."""
    close: Callable[[], None] | None = None
    """With ``open_port``: the kit is done with this terminal."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A driver and its terminal as the kit needs them; everything has to be repeatable: no clock, no randomness."""

    name: str
    media: Media
    simulate: Callable[[Scene], Simulation]
    """A fresh terminal with an empty book. It approves the first charge, does as told with the second and approves
    whatever comes after."""
    create_device: Callable[[OpenLine], PaymentDevice]
    """A fresh driver on a line; opens nothing yet."""
    scenes: frozenset[Scene] = frozenset(Scene)
    """What the terminal can play; APPROVE and DECLINE at least."""
    brands: tuple[str, ...] = ()
    on_port: bool = False
    """Its simulations have ``open_port``: nothing is cut within a message, and nothing is delayed."""

    def __post_init__(self) -> None:
        if not self.scenes >= {Scene.APPROVE, Scene.DECLINE}:
            raise ValueError(f"{self.name}: scenes must hold approve and decline")
