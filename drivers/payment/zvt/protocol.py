"""ZVT messages of a payment terminal, built and read. Owns their meaning; refuses lines, time and decisions.

Source: PA00P015 (commands 06 00, 06 01, 06 20, 06 30, 06 31, 06 50, 06 70, 06 B0, 05 01, 04 0F, 04 FF, 06 0F, 06 1E).
"""

from dataclasses import dataclass

from drivers.errors import ProtocolError
from drivers.payment.zvt import apdu as messages
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.fields import CARD_DIGITS_SHOWN, Fields, bcd, decode_fields, take_lllvar

CURRENCY_YEN = 392
"""ISO 4217 numeric; yen has no minor unit, so 1,500 yen is 000000001500."""
PASSWORD_DIGITS = 6
SLIP_DIGITS = 4
MIRRORED_RECEIPT = b"\x1f\x1f"
"""TLV of the 2016 option: the receipt number the register last heard; the terminal settles an unconfirmed one by it."""

CONFIG_PAYMENT_RECEIPT_BY_ECR = 0x02
CONFIG_ADMIN_RECEIPT_BY_ECR = 0x04
CONFIG_INTERMEDIATE_STATUS = 0x08
CONFIG_PRINT_LINES = 0x80
"""The receipts that we print are the terminal's own lines; without it we make ours from 04 0F alone."""
CONFIG = CONFIG_PAYMENT_RECEIPT_BY_ECR | CONFIG_ADMIN_RECEIPT_BY_ECR | CONFIG_INTERMEDIATE_STATUS
PERMITTED_COMMANDS, PERMITTED_COMMAND = 0x26, 0x0A
"""TLV: what the register takes besides the commands of old; only then does a terminal send 06 D3."""

SERVICE_SEND_STATUS = 0x01
SERVICE_NO_PRINT = 0x02


@dataclass(frozen=True, slots=True)
class Status:
    """What a 04 0F says of one transaction. Empty text and None where the terminal left a field out."""

    result: int
    amount: int | None
    currency: str
    terminal_id: str
    slip_number: str
    trace_number: str
    brand: str
    approval_code: str
    card_last4: str
    transacted_at: str
    """The terminal's own clock as MMDDHHMMSS, or empty."""
    original_trace_number: str = ""
    """A reversal names the trace number of what it takes back; empty where it is none or does not say."""

    @property
    def is_numbered(self) -> bool:
        """It can be told from another transaction; numbers count from 1, so that zeros are no number."""
        return bool(self.slip_number.strip("0") or self.trace_number.strip("0"))


def registration(password: str, *, prints_here: bool = False) -> Apdu:
    """06 00: we print the receipts, the terminal tells its intermediate states, amounts are in yen.

    ``prints_here``: it sends its own receipts to us, as 06 D3 where it can, else as 06 D1.
    """
    config, container = CONFIG, b""
    if prints_here:
        config |= CONFIG_PRINT_LINES
        permitted = bytes([PERMITTED_COMMAND, 2]) + messages.PRINT_TEXT_BLOCK.to_bytes(2, "big")
        container = _container(bytes([PERMITTED_COMMANDS, len(permitted)]) + permitted)
    return Apdu(messages.REGISTRATION, _password(password) + bytes([config]) + bcd(CURRENCY_YEN, 2) + container)


def authorization(amount_yen: int, *, mirrored_slip: str = "") -> Apdu:
    """06 01: the one message that charges."""
    return Apdu(messages.AUTHORIZATION, _amount(amount_yen) + _mirrored(mirrored_slip))


def reversal(password: str, slip_number: str, amount_yen: int, *, mirrored_slip: str = "") -> Apdu:
    """06 30: takes the whole sale with that receipt number back, before the terminal's end of day.

    Raises ValueError when ``slip_number`` is none: 1 to 4 digits, not zero.
    """
    if not is_slip_number(slip_number):
        raise ValueError(f"a receipt number is 1 to {SLIP_DIGITS} digits above zero")
    body = _password(password) + b"\x87" + bytes.fromhex(slip_number.zfill(SLIP_DIGITS)) + _amount(amount_yen)
    return Apdu(messages.REVERSAL, body + _mirrored(mirrored_slip))


def refund(password: str, amount_yen: int, *, mirrored_slip: str = "") -> Apdu:
    """06 31: gives the amount to the card that is put in."""
    return Apdu(messages.REFUND, _password(password) + _amount(amount_yen) + _mirrored(mirrored_slip))


def end_of_day(password: str) -> Apdu:
    """06 50: the terminal settles, tells its totals and starts its next day."""
    return Apdu(messages.END_OF_DAY, _password(password))


def is_slip_number(text: str) -> bool:
    """It can stand in field 87."""
    return text.isascii() and text.isdecimal() and len(text) <= SLIP_DIGITS and int(text) > 0


def status_enquiry(password: str) -> Apdu:
    """05 01: changes nothing, prints nothing."""
    return Apdu(messages.STATUS_ENQUIRY, _password(password) + bytes([0x03, SERVICE_NO_PRINT]))


def repeat_receipt(password: str) -> Apdu:
    """06 20: the last transaction once more, as 04 0F, nothing printed."""
    return Apdu(messages.REPEAT_RECEIPT, _password(password) + bytes([0x03, SERVICE_SEND_STATUS | SERVICE_NO_PRINT]))


def diagnosis(password: str) -> Apdu:
    """06 70: the terminal tries its way to the card's host; it takes up to a minute and moves no money."""
    return Apdu(messages.DIAGNOSIS, _password(password))


def abort_request() -> Apdu:
    """06 B0: asks the terminal to stop; what becomes of the transaction it tells as ever."""
    return Apdu(messages.ABORT_BY_ECR)


def read_status(message: Apdu) -> Status:
    """Read a 04 0F. Raises ProtocolError when a field is malformed or the result is missing."""
    fields = decode_fields(message.body)
    result = fields.number("result")
    if result is None:
        raise ProtocolError("status information without a result")
    date, time = fields.text("date"), fields.text("time")
    original = fields.text("original_trace_number")
    last4 = fields.text("card_number")[-CARD_DIGITS_SHOWN:]
    return Status(
        result=result,
        amount=fields.number("amount"),
        currency=fields.text("currency"),
        terminal_id=fields.text("terminal_id"),
        slip_number=fields.text("slip_number"),
        trace_number=fields.text("trace_number"),
        brand=fields.text("card_name").strip(),
        approval_code=fields.text("approval_code").strip(),
        card_last4=last4 if last4.isdecimal() else "",
        transacted_at=date + time if date and time else "",
        original_trace_number=original if original.strip("0") else "",
    )


def is_yen(status: Status) -> bool:
    """The amount is in yen: said so, or no currency said (then it is the registered one)."""
    return status.currency in ("", f"{CURRENCY_YEN:04d}")


def read_result(message: Apdu) -> int | None:
    """The result code that opens a 06 1E; None when the terminal gave none."""
    return message.body[0] if message.body else None


def read_intermediate(message: Apdu) -> int | None:
    """The state that opens a 04 FF; None when it is missing."""
    return message.body[0] if message.body else None


def read_registered_terminal(message: Apdu) -> str:
    """The terminal's id in the completion of 06 00; empty when it does not say."""
    return _lenient_fields(message.body).text("terminal_id")


def read_terminal_state(message: Apdu) -> int | None:
    """The state byte in the completion of 05 01 (00 = ready); None when it has no such form.

    Terminals write it after an optional LLLVAR software version; some write text alone.
    """
    body = message.body
    if not body:
        return None
    if body[0] >> 4 != 0xF:
        return body[0] if len(body) == 1 or body[1] == 0x06 else None
    try:
        _, position = take_lllvar(body, 0)
    except ProtocolError:
        return None
    return body[position] if position < len(body) else None


def _lenient_fields(body: bytes) -> Fields:
    try:
        return decode_fields(body)
    except ProtocolError:
        return Fields({})


def _amount(amount_yen: int) -> bytes:
    return b"\x04" + bcd(amount_yen, 6) + b"\x49" + bcd(CURRENCY_YEN, 2)


def _mirrored(slip_number: str) -> bytes:
    if not is_slip_number(slip_number):
        return b""
    return _container(MIRRORED_RECEIPT + b"\x02" + bytes.fromhex(slip_number.zfill(SLIP_DIGITS)))


def _container(elements: bytes) -> bytes:
    return b"\x06" + bytes([len(elements)]) + elements


def _password(password: str) -> bytes:
    if len(password) != PASSWORD_DIGITS or not password.isdecimal() or not password.isascii():
        raise ValueError(f"a terminal password is {PASSWORD_DIGITS} digits")
    return bytes.fromhex(password)
