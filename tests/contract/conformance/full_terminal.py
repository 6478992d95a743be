"""A made-up terminal that also voids, refunds and closes its day, and a sound driver for it: the worked driver, grown.

Besides the worked driver's words the register says VOID ref yen slip, BACK ref yen, TOTAL ref and CLOSE ref; the
terminal answers VOIDED ref yen slip, GAVE ref yen slip, and SUM ref yen, before which CLOSE has closed the day.
"""

from dataclasses import dataclass, field
from functools import partial

from docs.examples.line_terminal import ANSWER_S_MAX, SALE_S_MAX, LineTerminal, Words, approved_of, decode, encode
from drivers.conformance.adapter import Adapter, Operation, Repertoire, Reversal, Scene, Simulation
from drivers.context import Wake
from drivers.errors import DeviceError, NotDurableError, ProtocolError
from drivers.payment import api

THINKING_S, REPLY_S = 1.0, 0.01
CANCELS_MAX = 3
DONE = {"SALE": "SOLD", "VOID": "VOIDED", "BACK": "GAVE"}
KINDS = {"VOIDED": Operation.VOID, "GAVE": Operation.REFUND}


@dataclass(frozen=True, slots=True)
class Booked:
    """One line of the book: what was done, for which command, and the slip of the sale that it is about."""

    done: str
    ref: str
    yen: int
    slip: str


@dataclass(slots=True)
class FullTerminal:
    """Approves, plays ``scene`` with the command after ``good`` ones, approves the rest. It checks nothing."""

    scene: Scene
    good: int
    takes_copies: bool = False
    """A command that comes twice is done twice."""
    wake_at_s: float | None = None
    acknowledged: int = 0
    closes: int = 0
    book: list[Booked] = field(default_factory=list)
    _heard: bytes = b""
    _running: list[list[str]] = field(default_factory=list)
    _begun: list[str] = field(default_factory=list)

    def step(self, now_s: float, received: bytes) -> list[tuple[float, bytes]]:
        self._heard += received
        out: list[bytes] = []
        while b"\n" in self._heard:
            line, _, self._heard = self._heard.partition(b"\n")
            try:
                out += self._obey(now_s, decode(line))
            except ProtocolError:
                continue
        while self._running and self.wake_at_s is not None and now_s >= self.wake_at_s:
            out += self._finish(self._running.pop(0))
        self.wake_at_s = self.wake_at_s if self._running else None
        return [(REPLY_S, line) for line in out]

    def _obey(self, now_s: float, words: list[str]) -> list[bytes]:
        match words:
            case ["SALE" | "VOID" | "BACK" | "CLOSE", ref, *_]:
                if ref in self._begun and not self.takes_copies:
                    return []
                self._begun += [ref] if ref not in self._begun else []
                if self._plays(Scene.SILENT):
                    return []
                self._running.append(words)
                self.wake_at_s = now_s + THINKING_S
                return [encode("TAKEN", ref)]
            case ["ACK", _]:
                self.acknowledged += 1
            case ["TOTAL", ref]:
                return [self._sum(ref)]
            case ["FIND", ref] if any(words[1] == ref for words in self._running):
                return [encode("BUSY", ref)]
            case ["FIND", ref]:
                found = [encode(one.done, ref, str(one.yen), one.slip) for one in self.book if one.ref == ref]
                return found[:1] or [encode("NONE", ref)]
        return []

    def _finish(self, words: list[str]) -> list[bytes]:
        verb, ref, *_ = words
        if self._plays(Scene.DECLINE):
            return [encode("NO", ref, "refused")]
        if verb == "CLOSE":
            self.closes += 1
            told = self._sum(ref)
        else:
            slip = f"{sum(one.done == 'SOLD' for one in self.book) + 1:04}" if verb != "VOID" else words[3]
            slip = "0002" if self._plays(Scene.OTHER_SALE) else slip
            self.book.append(Booked(DONE[verb], ref, int(words[2]), slip))
            told = encode(DONE[verb], ref, words[2], slip)
        return [] if self._plays(Scene.LOST_REPLY) else [told]

    def _sum(self, ref: str) -> bytes:
        given = sum(one.yen for one in self.book if one.done == "GAVE")
        return encode("SUM", ref, str(sum(self.standing()) - given))

    def _plays(self, scene: Scene) -> bool:
        return self.scene is scene and len(self._begun) == self.good + 1

    def standing(self) -> tuple[int, ...]:
        voided = {one.slip for one in self.book if one.done == "VOIDED"}
        return tuple(one.yen for one in self.book if one.done == "SOLD" and one.slip not in voided)

    def reversals(self) -> tuple[Reversal, ...]:
        return tuple(
            Reversal(KINDS[one.done], one.yen, int(one.slip) if one.done == "VOIDED" else 0)
            for one in self.book
            if one.done in KINDS
        )


class FullDriver(LineTerminal):
    """A PaymentDevice that does everything the interface has."""

    capabilities = api.Capabilities(
        media=frozenset({api.Media.CREDIT}), can_inquire=True, can_void=True, can_refund=True, can_daily_log=True
    )

    def authorize_void(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        slip = request.original.slip_number if request.original else ""
        return self.reverse(request, context, ["VOID", request.operation_id, str(request.amount_yen), slip])

    def authorize_refund(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.AuthorizationOutcome:
        return self.reverse(request, context, ["BACK", request.operation_id, str(request.amount_yen)])

    def reverse(
        self, request: api.AuthorizationRequest, context: api.PaymentContext, command: list[str]
    ) -> api.AuthorizationOutcome:
        try:
            return self.converse(Words(self._open_line(), context), request, context, command)
        except NotDurableError:
            return api.OutcomeUnknown(api.UnknownReason.NOT_DURABLE)
        except DeviceError:
            return api.OutcomeUnknown(api.UnknownReason.LINE_LOST)

    def converse(
        self, line: Words, request: api.AuthorizationRequest, context: api.PaymentContext, command: list[str]
    ) -> api.AuthorizationOutcome:
        line.say(*command)
        while True:
            match line.hear(command[1], context.now_s() + SALE_S_MAX):
                case ["VOIDED" | "GAVE" | "SOLD", _, yen, slip] if self.is_of(request, command, slip):
                    return self.approve(line, request, context, yen, slip)
                case ["VOIDED" | "GAVE" | "SOLD", *_]:
                    return api.OutcomeUnknown(api.UnknownReason.MISMATCH)
                case ["NO", _, reason]:
                    return api.Declined(api.DeclineReason.CARD_REFUSED, reason)
                case Wake.TIMED_OUT:
                    return self.silence(line, request, context, command)

    def is_of(self, request: api.AuthorizationRequest, command: list[str], slip: str) -> bool:
        return command[0] != "VOID" or slip == command[3]

    def approve(
        self, line: Words, request: api.AuthorizationRequest, context: api.PaymentContext, yen: str, slip: str
    ) -> api.AuthorizationOutcome:
        approved = approved_of(request, yen, slip)
        if approved is None:
            return api.OutcomeUnknown(api.UnknownReason.MISMATCH)
        context.commit(approved)
        line.say("ACK", request.operation_id)
        return approved

    def silence(
        self, line: Words, request: api.AuthorizationRequest, context: api.PaymentContext, command: list[str]
    ) -> api.AuthorizationOutcome:
        return api.OutcomeUnknown(api.UnknownReason.SILENCE)

    def query_last_transaction(
        self, request: api.AuthorizationRequest, context: api.PaymentContext
    ) -> api.InquiryOutcome:
        if request.transaction_type is api.TransactionType.SALES:
            return super().query_last_transaction(request, context)
        wanted = request.original.slip_number if request.original else ""
        try:
            line = Words(self._open_line(), context)
            line.say("FIND", request.operation_id)
            match line.hear(request.operation_id, context.now_s() + ANSWER_S_MAX):
                case ["GAVE", _, yen, slip]:
                    return approved_of(request, yen, slip) or api.OutcomeUnknown(api.UnknownReason.MISMATCH)
                case ["VOIDED", _, yen, slip] if slip == wanted:
                    return approved_of(request, yen, slip) or api.OutcomeUnknown(api.UnknownReason.MISMATCH)
                case ["NONE", _]:
                    return api.NotCharged("the terminal knows nothing of it")
        except DeviceError:
            pass
        return api.OutcomeUnknown(api.UnknownReason.UNANSWERED)

    def access_daily_log(self, kind: api.DailyLogKind, context: api.PaymentContext) -> api.DailyLogOutcome:
        is_close = kind is api.DailyLogKind.SETTLEMENT
        try:
            line = Words(self._open_line(), context)
            line.say("CLOSE" if is_close else "TOTAL", "day")
            for _ in range(CANCELS_MAX):
                match line.hear("day", context.now_s() + SALE_S_MAX):
                    case ["SUM", _, yen]:
                        return api.DailyLog((api.BrandTotal("", 0, int(yen)),), settled=is_close)
                    case ["NO", *_]:
                        return api.LogUnavailable(api.NotSentReason.NO_ANSWER)
                    case Wake.TIMED_OUT:
                        break
        except DeviceError:
            pass
        return api.LogUnavailable(api.UnknownReason.SILENCE, settled_unknown=is_close)


def simulation(scene: Scene, *, good: int, takes_copies: bool = False) -> Simulation:
    """A fresh terminal and its book."""
    terminal = FullTerminal(scene, good, takes_copies)
    return Simulation(
        terminal.standing,
        terminal,
        read_acknowledged=lambda: terminal.acknowledged,
        read_reversals=terminal.reversals,
        read_closes=lambda: terminal.closes,
    )


PLAIN = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT, Scene.LOST_REPLY})


def adapter(name: str, create_device: type[FullDriver] | partial[FullDriver], *, takes_copies: bool = False) -> Adapter:
    """The kit's view of such a driver and its terminal."""
    after_two = partial(simulation, good=2, takes_copies=takes_copies)
    return Adapter(
        name,
        api.Media.CREDIT,
        partial(simulation, good=1, takes_copies=takes_copies),
        create_device,
        scenes=PLAIN,
        further={
            Operation.VOID: Repertoire(after_two, PLAIN | {Scene.OTHER_SALE}),
            Operation.REFUND: Repertoire(after_two, PLAIN),
            Operation.REPORT: Repertoire(after_two, frozenset({Scene.APPROVE})),
            Operation.SETTLEMENT: Repertoire(after_two, PLAIN),
        },
    )


FULL = adapter("full terminal", FullDriver)
