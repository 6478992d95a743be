"""POS Integrado commands and replies, field by field. Owns layouts; refuses a reply that breaks any field's rule.

Source: POS Integrado reference, "Mensajes". Amounts are whole units of the terminal's currency: here yen.
"""

import re
from dataclasses import dataclass

from drivers.errors import ProtocolError
from drivers.payment.stxlrc.frame import Message
from drivers.payment.stxlrc.results import APPROVED, DECLINE_REASONS

POLL = "0100"
SALE, SALE_REPLY = "0200", "0210"
LAST_SALE, LAST_SALE_REPLY = "0250", "0260"
DETAILS, DETAILS_REPLY = "0260", "0261"
CLOSE, CLOSE_REPLY = "0500", "0510"
TOTALS, TOTALS_REPLY = "0700", "0710"
LOAD_KEYS, LOAD_KEYS_REPLY = "0800", "0810"
STATUS = "0900"
VOID, VOID_REPLY = "1200", "1210"

AMOUNT_MAX = 999_999_999
OPERATION_NUMBER_MAX = 999_999
"""Counts from 1 and wraps to 1."""
TICKETS = 1_000_000
"""A ticket has six characters; ours are digits."""

_HEAD = ("function", "code", "commerce", "terminal", "ticket", "approval", "amount")
_CARD = ("card_type", "accounting_date", "account", "brand", "date", "time", "employee", "tip")
SALE_LAYOUT = (*_HEAD, "shares", "share_amount", "last4", "operation", *_CARD)
DETAIL_LAYOUT = (*_HEAD, "last4", "operation", *_CARD, "share_amount", "shares")
VOID_LAYOUT = ("function", "code", "commerce", "terminal", "approval", "operation")
TOTALS_LAYOUT = ("function", "code", "count", "amount")
PLAIN_LAYOUT = ("function", "code", "commerce", "terminal")
LAYOUTS: dict[str, tuple[str, ...]] = {
    SALE_REPLY: SALE_LAYOUT,
    LAST_SALE_REPLY: SALE_LAYOUT,
    DETAILS_REPLY: DETAIL_LAYOUT,
    CLOSE_REPLY: PLAIN_LAYOUT,
    TOTALS_REPLY: TOTALS_LAYOUT,
    LOAD_KEYS_REPLY: PLAIN_LAYOUT,
    VOID_REPLY: VOID_LAYOUT,
}

_RULES = {
    "code": r"\d{2}",
    "commerce": r"\d{1,12}",
    "terminal": r"[0-9A-Za-z]{1,8}",
    "ticket": r"[ -~]{0,6}",
    "approval": r"[0-9A-Za-z]{0,6}",
    "amount": r"\d{0,9}",
    "count": r"\d{0,4}",
    "shares": r"\d{0,2}",
    "share_amount": r"\d{0,9}",
    "last4": r"(\d{4})?",
    "operation": r"\d{0,6}",
    "card_type": r"(CR|DB)?",
    "accounting_date": r"\d{0,6}",
    "account": r"[0-9*xX]{0,19}",
    "brand": r"([A-Z]{2})?",
    "date": r"((0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{4})?",
    "time": r"(([01]\d|2[0-3])[0-5]\d[0-5]\d)?",
    "employee": r"\d{0,4}",
    "tip": r"\d{0,9}",
}
RULES = {name: re.compile(rule, re.ASCII) for name, rule in _RULES.items()}

BRANDS = {
    "VI": "Visa",
    "MC": "Mastercard",
    "AX": "American Express",
    "DC": "Diners Club",
    "JC": "JCB",
    "DB": "Redcompra",
}
"""Abbreviations of brands known here; any other is shown as the terminal writes it."""


@dataclass(frozen=True, slots=True)
class SaleRecord:
    """A sale as the terminal tells it, every field within its rule."""

    terminal_id: str
    ticket: str
    approval_code: str
    amount_yen: int
    operation_number: str
    """Six digits."""
    brand: str
    card_last4: str
    transacted_at: str
    tip_yen: int
    shares: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A code other than 00, from the table, in a reply without an approval."""

    code: str
    ticket: str
    terminal_id: str
    operation_number: str = ""


@dataclass(frozen=True, slots=True)
class Voided:
    """1210 with 00."""

    terminal_id: str
    approval_code: str
    operation_number: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Sales in the terminal's memory since its last close."""

    count: int
    amount_yen: int


def poll() -> Message:
    """0100: answered by ACK alone."""
    return Message((POLL,))


def ticket_of(sequence_number: int) -> str:
    """The six digits that a sale carries and its replies repeat."""
    return f"{sequence_number % TICKETS:06d}"


def sale(amount_yen: int, ticket: str) -> Message:
    """0200, with intermediate messages. Raises ProtocolError for an amount the dialect cannot carry."""
    if not 0 < amount_yen <= AMOUNT_MAX:
        raise ProtocolError(f"an amount must be 1 to {AMOUNT_MAX}")
    return Message((SALE, str(amount_yen), ticket, "", "", "1", ""))


def last_sale() -> Message:
    """0250."""
    return Message((LAST_SALE, ""))


def void(operation_number: str) -> Message:
    """1200 for the sale with this operation number."""
    return Message((VOID, str(int(operation_number)), ""))


def details() -> Message:
    """0260, to be sent to us and not printed."""
    return Message((DETAILS, "1", ""))


def totals() -> Message:
    """0700."""
    return Message((TOTALS, "", ""))


def close() -> Message:
    """0500."""
    return Message((CLOSE, "", ""))


def read_fields(message: Message) -> dict[str, str]:
    """Fields by name, spaces around them removed, each within its rule. Raises ProtocolError naming field and rule.

    A refusal may leave out the fields at its end; everything else must be whole.
    """
    layout = LAYOUTS.get(message.function)
    if layout is None:
        raise ProtocolError(f"function {message.function} is not a reply")
    told = message.fields[:-1] if len(message.fields) > 1 and message.fields[-1] == "" else message.fields
    if len(told) < len(layout) and len(message.fields) == len(layout):
        told = message.fields  # the last field itself is empty
    fields = {name: text.strip(" ") for name, text in zip(layout, told, strict=False)}
    refused = fields.get("code") != APPROVED
    if len(told) > len(layout) or (len(told) < len(layout) and not (refused and len(told) >= len(PLAIN_LAYOUT))):
        raise ProtocolError(f"function {message.function} has {len(told)} fields, not {len(layout)}")
    for name, text in fields.items():
        if name != "function" and not RULES[name].fullmatch(text):
            raise ProtocolError(f"field {name} breaks its rule")
    return fields


def read_sale(message: Message) -> SaleRecord | Refused:
    """0210, 0260 or 0261. Raises ProtocolError, also for a refusal that carries an approval and the reverse."""
    fields = read_fields(message)
    if fields["code"] != APPROVED:
        return _refused(fields)
    needed = ("ticket", "approval", "amount", "operation", "card_type")
    if any(not fields[name] for name in needed):
        raise ProtocolError("an approval lacks a field it must have")
    amount_yen, operation = int(fields["amount"]), int(fields["operation"])
    if amount_yen == 0 or operation == 0:
        raise ProtocolError("an approval of nothing, or without a number")
    date, time = fields["date"], fields["time"]
    return SaleRecord(
        terminal_id=fields["terminal"],
        ticket=fields["ticket"],
        approval_code=fields["approval"],
        amount_yen=amount_yen,
        operation_number=f"{operation:06d}",
        brand=BRANDS.get(fields["brand"], fields["brand"]),
        card_last4=fields["last4"],
        transacted_at=f"{date[2:4]}{date[:2]}{time}" if date and time else "",
        tip_yen=int(fields["tip"] or 0),
        shares=int(fields["shares"] or 0),
    )


def read_detail(message: Message) -> SaleRecord | None:
    """One row of 0261; None for the row without an approval that ends the list. Raises ProtocolError."""
    fields = read_fields(message)
    if not fields.get("approval"):
        if any(fields.get(name) for name in ("operation", "amount", "last4")):
            raise ProtocolError("a row of the list is half empty")
        return None
    record = read_sale(message)
    if isinstance(record, Refused):
        raise ProtocolError("a row of the list is refused")
    return record


def read_void(message: Message) -> Voided | Refused:
    """1210. Raises ProtocolError."""
    fields = read_fields(message)
    if fields["code"] != APPROVED:
        return _refused(fields)
    if not fields["approval"] or not int(fields["operation"] or 0):
        raise ProtocolError("a void lacks a field it must have")
    return Voided(fields["terminal"], fields["approval"], f"{int(fields['operation']):06d}")


def read_totals(message: Message) -> Totals | None:
    """0710; None when the terminal refuses. Raises ProtocolError."""
    fields = read_fields(message)
    if fields["code"] != APPROVED:
        return None
    if not fields["count"] or not fields["amount"]:
        raise ProtocolError("totals without numbers")
    return Totals(int(fields["count"]), int(fields["amount"]))


def read_close(message: Message) -> str:
    """0510: its code. Raises ProtocolError."""
    return read_fields(message)["code"]


def read_status(message: Message) -> str:
    """0900: its code; empty when it has none. Only the window depends on it."""
    return message.fields[1] if len(message.fields) > 1 else ""


def _refused(fields: dict[str, str]) -> Refused:
    if fields["code"] not in DECLINE_REASONS:
        raise ProtocolError("a code that is not in the table")
    if fields.get("approval"):
        raise ProtocolError("a refusal carries an approval")
    operation = int(fields.get("operation") or 0)
    return Refused(
        fields["code"], fields.get("ticket", ""), fields.get("terminal", ""), f"{operation:06d}" if operation else ""
    )
