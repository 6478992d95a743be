"""What a vendor hands to the conformance kit: a terminal without I/O, its book, its driver. Owns no check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from drivers.context import Wake
from drivers.payment.api import Entry, Form, Media, PaymentDevice, ShownCode
from drivers.transport import OpenLine


class Operation(StrEnum):
    """What is put to the test."""

    SALE = "sale"
    INQUIRY = "inquiry"
    """What became of a sale that nobody heard the end of."""
    VOID = "void"
    REFUND = "refund"
    REPORT = "report"
    """The daily log, read only."""
    SETTLEMENT = "settlement"
    """The daily log, and the terminal's next day begins."""


class Scene(StrEnum):
    """What the simulated terminal does with the operation under test; what is said of charges holds for all."""

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
    OTHER_SALE = "other-sale"
    """A void only: takes back another sale than it was asked to, and says so as far as its replies say which."""


PLAYABLE = {
    Operation.SALE: frozenset(Scene) - {Scene.OTHER_SALE},
    Operation.INQUIRY: frozenset({Scene.SILENT, Scene.LOST_REPLY}),
    Operation.VOID: frozenset(Scene) - {Scene.WRONG_AMOUNT},
    Operation.REFUND: frozenset(Scene) - {Scene.OTHER_SALE},
    Operation.REPORT: frozenset({Scene.APPROVE, Scene.DECLINE, Scene.BUSY, Scene.SILENT, Scene.LOST_REPLY}),
    Operation.SETTLEMENT: frozenset({Scene.APPROVE, Scene.DECLINE, Scene.BUSY, Scene.SILENT, Scene.LOST_REPLY}),
}
"""The scenes that an operation can have; what an adapter names beyond them is not asked for."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """A void or refund that stands in the terminal's own book."""

    operation: Operation
    amount_yen: int
    sale: int = 0
    """Which sale it takes back: 1 for the first the terminal ever booked; 0 where the terminal names none."""


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
    phone: Callable[[ShownCode | None], None] | None = None
    """The citizen's phone: it is held under every code that the driver shows; None when there is none any longer."""
    read_acknowledged: Callable[[], int] | None = None
    """How many results the register has acknowledged; None where the protocol has no such message."""
    line_opened: Callable[[], None] | None = None
    """With ``core``, on a network: another connection was made, and what the last one left half said is void."""
    open_port: OpenLine | None = None
    """A real terminal, or an emulator's process: opens its port. The kit then works in real time, message by message,
    and ``read_sales`` tells of the sales since this Simulation was made."""
    rest: Callable[[], None] | None = None
    """With ``open_port``: returns when the terminal, left alone, has finished or taken back whatever it was doing."""
    close: Callable[[], None] | None = None
    """With ``open_port``: the kit is done with this terminal."""
    read_reversals: Callable[[], Sequence[Reversal]] = tuple
    """Voids and refunds that stand, oldest first; needed where one of them is put to the test."""
    read_closes: Callable[[], int] = int
    """How often the terminal has closed its day; needed where the daily log is put to the test."""
    read_played: Callable[[], int] | None = None
    """How often the terminal has played its scene; where it does not say, only trials without other faults count."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """How a terminal plays an operation other than a sale."""

    simulate: Callable[[Scene], Simulation]
    """A fresh terminal with an empty book. It approves the first two charges, does as told with the operation that
    follows and approves whatever comes after."""
    scenes: frozenset[Scene] = frozenset({Scene.APPROVE, Scene.DECLINE})


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
    is_stream: bool = False
    """Its line is a TCP connection: bytes come once, whole and in order, or the connection is gone."""
    further: Mapping[Operation, Repertoire] = field(default_factory=dict)
    """The operations besides a sale. One that the driver's capabilities have and this lacks is named in the table."""
    own_faults: Mapping[str, Callable[[], Simulation]] = field(default_factory=dict)
    """What else can go wrong at this terminal, by name: a fresh one that approves the first charge, has that fault with
    the second and approves whatever comes after. Each is a scene of its own, with every fault between messages."""

    def __post_init__(self) -> None:
        if not self.scenes >= {Scene.APPROVE, Scene.DECLINE}:
            raise ValueError(f"{self.name}: scenes must hold approve and decline")

    def scenes_of(self, operation: Operation) -> tuple[str, ...]:
        """What its terminal can play with ``operation``, in a fixed order; its own faults with a sale."""
        if operation is Operation.SALE:
            return (*(scene for scene in Scene if scene in self.scenes & PLAYABLE[operation]), *self.own_faults)
        repertoire = self.further.get(operation)
        scenes = repertoire.scenes if repertoire else frozenset[Scene]()
        if operation is Operation.INQUIRY:
            scenes = self.scenes
        return tuple(scene for scene in Scene if scene in scenes & PLAYABLE[operation])

    def simulation(self, operation: Operation, scene: str) -> Simulation:
        """A fresh terminal that plays ``scene`` with ``operation``."""
        if scene in self.own_faults:
            return self.own_faults[scene]()
        is_sale = operation in (Operation.SALE, Operation.INQUIRY)
        simulate = self.simulate if is_sale else self.further[operation].simulate
        return simulate(Scene(scene))
