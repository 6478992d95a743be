"""Means of payment. Owns the tender kinds; which brands and trustees exist is data."""

from dataclasses import dataclass
from enum import StrEnum


class TenderKind(StrEnum):
    """What the citizen pays with; one per transaction."""

    CASH = "cash"
    CREDIT = "credit"
    EMONEY = "emoney"
    CODE = "code"


class RefundWay(StrEnum):
    """How 還付 of a sale goes: later by bank transfer (the usual rule), or on the terminal that took it."""

    TRANSFER = "transfer"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender this counter takes. ``trustee_name`` is the 指定納付受託者, empty for cash."""

    kind: TenderKind
    name: str
    device: str
    """Name of the device in the counter's profile that takes it."""
    brands: tuple[str, ...] = ()
    trustee_name: str = ""
    refund: RefundWay = RefundWay.TRANSFER
    """Where the terminal may give money back, a transfer may still be asked for instead."""
    without_terminal: bool = False
    """Paid by a code that the citizen's own application reads: there is no terminal and no slip to look at."""
    through_service: bool = False
    """Paid through a service on the network: there is no terminal; the service and the citizen's application tell."""
