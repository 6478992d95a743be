"""A terminal's end of day, 06 50: its totals per card scheme. Owns asking once and reading; refuses to ask again.

Source: PA00P015, command 06 50 and field 60: first and last receipt number, then count (1 byte) and turnover (6 BCD
bytes) for each scheme in a fixed order.
"""

from drivers.errors import DeviceError, LineLostError, ProtocolError
from drivers.payment.api import (
    BrandTotal,
    DailyLog,
    DailyLogOutcome,
    LogUnavailable,
    NotSentReason,
    PaymentContext,
    UnknownReason,
)
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.dialogue import CanceledError, Finished, RefusedError, run_when_idle
from drivers.payment.zvt.fields import decode_fields
from drivers.payment.zvt.link import LineSilentError, Link, Timers
from drivers.payment.zvt.protocol import end_of_day
from drivers.payment.zvt.slips import Slips

SCHEMES = ("girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners Club", "")
"""The order in field 60; the last is all others."""
RECEIPT_RANGE_DIGITS = 8
"""Digits here are hex digits: half a byte each."""
COUNT_DIGITS = 2
TURNOVER_DIGITS = 12
TOTALS_DIGITS = RECEIPT_RANGE_DIGITS + len(SCHEMES) * (COUNT_DIGITS + TURNOVER_DIGITS)


class Settlement:
    """Runs once. ``in_step`` is False when the line must be closed."""

    def __init__(self, link: Link, timers: Timers, password: str, slips: Slips) -> None:
        self._link = link
        self._timers = timers
        self._slips = slips
        self._command = end_of_day(password)
        self.in_step = True

    def run(self, context: PaymentContext, until_s: float) -> DailyLogOutcome:
        """Settle and tell; a busy terminal is asked again until ``until_s``. Raises no DeviceError."""
        try:
            finished = run_when_idle(
                self._link,
                context,
                self._command,
                self._timers,
                until_s,
                repeat_on_silence=False,
                hear_print=lambda message: self._slips.hear(message, context),
            )
            self._slips.end(context)
            return _log_of(finished)
        except RefusedError as refused:
            # a refusal of a second copy says nothing about the first
            return LogUnavailable(_reason_refused(refused), settled_unknown=self._link.transmissions > 1)
        except DeviceError as error:
            self.in_step = False
            return LogUnavailable(_reason_unknown(error), settled_unknown=True)


def _log_of(finished: Finished) -> DailyLogOutcome:
    """Raises ProtocolError when the totals cannot be read."""
    if not finished.is_complete:
        return LogUnavailable(UnknownReason.UNANSWERED)
    if finished.information is None:
        return LogUnavailable(UnknownReason.PROTOCOL, settled_unknown=True)
    return DailyLog(read_totals(finished.information), settled=True)


def read_totals(information: Apdu) -> tuple[BrandTotal, ...]:
    """The totals in a 04 0F. What the schemes leave of the grand total stands under no brand, with count 0.

    Raises ProtocolError when a field is malformed or no total is there.
    """
    assert information.command == messages.STATUS_INFORMATION
    fields = decode_fields(information.body)
    digits, total_yen = fields.text("totals"), fields.number("amount")
    if digits and len(digits) != TOTALS_DIGITS:
        raise ProtocolError(f"totals of {len(digits) // 2} bytes; {TOTALS_DIGITS // 2} make {len(SCHEMES)} schemes")
    totals = [] if not digits else _schemes(digits)
    if total_yen is None:
        if not digits:
            raise ProtocolError("an end of day without totals")
        return tuple(totals)
    left_yen = total_yen - sum(total.amount_yen for total in totals)
    if left_yen:
        totals.append(BrandTotal("", 0, left_yen))
    return tuple(totals)


def _schemes(digits: str) -> list[BrandTotal]:
    totals = []
    position = RECEIPT_RANGE_DIGITS
    for brand in SCHEMES:
        count = int(digits[position : position + COUNT_DIGITS], 16)
        position += COUNT_DIGITS
        turnover = digits[position : position + TURNOVER_DIGITS]
        position += TURNOVER_DIGITS
        if not turnover.isdecimal():
            raise ProtocolError("a turnover in the totals is not BCD")
        amount_yen = int(turnover)
        if count or amount_yen:
            totals.append(BrandTotal(brand, count, amount_yen))
    return totals


def _reason_refused(refused: RefusedError) -> NotSentReason:
    if refused.is_busy:
        return NotSentReason.TERMINAL_BUSY
    return NotSentReason.NOT_SUPPORTED if refused.code == messages.UNSUPPORTED_CODE else NotSentReason.NO_ANSWER


def _reason_unknown(error: DeviceError) -> UnknownReason:
    match error:
        case LineLostError():
            return UnknownReason.LINE_LOST
        case LineSilentError():
            return UnknownReason.SILENCE
        case CanceledError():
            return UnknownReason.UNANSWERED
        case _:
            return UnknownReason.PROTOCOL
