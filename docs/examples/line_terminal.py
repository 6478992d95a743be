"""A worked payment driver: a made-up terminal that takes one text line per message. Owns its line; refuses to guess.

Every line is ``crc words LF``: eight hex digits of CRC-32 over the words. The register says SALE ref yen, STOP ref,
ACK ref, FIND ref; the terminal answers TAKEN ref, SOLD ref yen slip, NO ref reason, NONE ref, BUSY ref. ``ref`` is our
operation id, so that an answer to another charge is never taken for this one.
"""

from collections.abc import Mapping
from zlib import crc32

from drivers.context import Wake
from drivers.errors import DeviceError, NotDurableError, PortBusyError, ProtocolError
from drivers.payment import api
from drivers.payment.api import NotSentReason, PaymentContext, UnknownReason
from drivers.transport import ByteStream, OpenLine

ANSWER_S_MAX, FIND_PAUSE_S, SALE_S_MAX = 5.0, 2.0, 180.0
LINE_BYTES_MAX = 128
"""The longest line of the protocol is far shorter: more without an end is noise."""


def encode(*words: str) -> bytes:
    text = " ".join(words).encode("ascii")
    return b"%08x %b\n" % (crc32(text), text)


def decode(line: bytes) -> list[str]:
    """The words of one line without its LF. Raises ProtocolError."""
    check, _, text = line.partition(b" ")
    if check != b"%08x" % crc32(text) or not text.isascii():
        raise ProtocolError("a line whose check does not fit")
    return text.decode("ascii").split(" ")


class LineTerminal:
    """A PaymentDevice. Opens a line for each call, so that no answer outlives the call it belongs to."""

    capabilities = api.Capabilities(media=frozenset({api.Media.CREDIT}), can_inquire=True)

    def __init__(self, open_line: OpenLine) -> None:
        self._open_line = open_line

    def authorize_sales(self, request: api.AuthorizationRequest, context: PaymentContext) -> api.AuthorizationOutcome:
        if request.media not in self.capabilities.media:
            return api.NotSent(NotSentReason.NOT_SUPPORTED)
        try:
            line = Words(self._open_line(), context)
        except DeviceError as error:
            is_busy = isinstance(error, PortBusyError)
            return api.NotSent(NotSentReason.PORT_BUSY if is_busy else NotSentReason.PORT_MISSING)
        try:
            return _charge(line, request, context)
        except NotDurableError:
            return api.OutcomeUnknown(UnknownReason.NOT_DURABLE)
        except DeviceError:
            return api.OutcomeUnknown(UnknownReason.LINE_LOST)
        finally:
            line.close()

    def query_last_transaction(self, request: api.AuthorizationRequest, context: PaymentContext) -> api.InquiryOutcome:
        until_s = context.now_s() + SALE_S_MAX
        try:
            line = Words(self._open_line(), context)
            while context.now_s() < until_s:
                line.say("FIND", request.operation_id)
                match line.hear(request.operation_id, context.now_s() + ANSWER_S_MAX):
                    case ["SOLD", _, yen, slip]:
                        return approved_of(request, yen, slip) or api.OutcomeUnknown(UnknownReason.MISMATCH)
                    case ["NONE", _]:
                        return api.NotCharged(f"the terminal knows no sale {request.operation_id}")
                    case Wake():
                        break
                line.hear("", context.now_s() + FIND_PAUSE_S)
        except DeviceError:
            pass
        return api.OutcomeUnknown(UnknownReason.UNANSWERED)

    def authorize_void(self, request: api.AuthorizationRequest, context: PaymentContext) -> api.AuthorizationOutcome:
        return api.NotSent(NotSentReason.NOT_SUPPORTED)

    authorize_refund = authorize_void

    def access_daily_log(self, kind: api.DailyLogKind, context: PaymentContext) -> api.DailyLogOutcome:
        return api.LogUnavailable(NotSentReason.NOT_SUPPORTED)

    def read_baseline(self, context: PaymentContext) -> api.Baseline | None:
        return None  # this terminal is asked by reference

    def check_health(self, context: PaymentContext) -> api.Health:
        return api.Health(ready=True, detail="this terminal has no question for it")


def _charge(line: "Words", request: api.AuthorizationRequest, context: PaymentContext) -> api.AuthorizationOutcome:
    ref = request.operation_id
    deadline_s = context.now_s() + SALE_S_MAX
    context.show(api.Phase.WAIT_CARD)
    line.say("SALE", ref, str(request.amount_yen))
    while True:
        match line.hear(ref, deadline_s):
            case ["SOLD", _, yen, slip]:
                approved = approved_of(request, yen, slip)
                if approved is None:  # not acknowledged: what we cannot book we do not confirm
                    return api.OutcomeUnknown(UnknownReason.MISMATCH)
                context.commit(approved)
                line.say("ACK", ref)
                return approved
            case ["NO", _, reason]:
                return api.Declined(api.DeclineReason.CARD_REFUSED, reason)
            case Wake.CANCEL:
                line.say("STOP", ref)  # a request; the terminal's answer is the outcome
            case Wake.TIMED_OUT:
                return api.OutcomeUnknown(UnknownReason.SILENCE)


def approved_of(request: api.AuthorizationRequest, yen: str, slip: str) -> api.Approved | None:
    if yen != str(request.amount_yen):
        return None
    return api.Approved(request.amount_yen, request.media, brand="", approval_code="", slip_number=slip)


class Words:
    def __init__(self, line: ByteStream, context: PaymentContext) -> None:
        self._line, self._context, self._buffer = line, context, b""
        self.close = line.close

    def say(self, *words: str) -> None:
        self._line.write(encode(*words))

    def hear(self, ref: str, deadline_s: float) -> list[str] | Wake:
        """The next line about ``ref``, or why there is none. Raises DeviceError."""
        while True:
            while b"\n" in self._buffer:
                first, _, self._buffer = self._buffer.partition(b"\n")
                words = decode(first)
                if len(words) > 1 and words[1] == ref:
                    return words
            if len(self._buffer) > LINE_BYTES_MAX:
                raise ProtocolError("a line without an end")
            received = self._context.receive(self._line, deadline_s)
            if isinstance(received, Wake):
                return received
            self._buffer += received


def create(open_line: OpenLine, options: Mapping[str, str | int]) -> LineTerminal:
    """The entry point "counter_kiosk.payment_drivers" names this function."""
    if options:
        raise ValueError(f"unknown option {next(iter(options))}: this driver takes none")
    return LineTerminal(open_line)
