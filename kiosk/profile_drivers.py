"""The drivers a counter file may name, and what its table for each may say. Owns the rules; refuses to read a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.tender import TenderKind


@dataclass(frozen=True, slots=True)
class DriverRule:
    """What a driver's table in a counter file may say."""

    kinds: frozenset[TenderKind] = frozenset()
    needs_port: bool = False
    can_refund: bool = False
    without_terminal: bool = False
    """It shows a code, and the result stands on the citizen's own screen."""
    takes_network: bool = False
    """Its port may be ``tcp://host:port`` as well."""
    is_service: bool = False
    """Its port is a service's address, ``https://host``."""
    needs: tuple[str, ...] = ()
    """Options that must be there."""
    brands: frozenset[str] = frozenset()
    """Whose wallets it charges, where it is bound to them."""
    options: Mapping[str, type | tuple[str, ...]] = field(default_factory=dict)
    """Name to str, int, or the texts it may be."""


DRIVERS: Mapping[str, DriverRule] = {
    "zvt": DriverRule(
        frozenset({TenderKind.CREDIT}),
        needs_port=True,
        can_refund=True,
        takes_network=True,
        options={
            "password": str,
            "mirrors_receipt": int,
            "prints_here": int,
            "character_set": ("cp437", "iso-8859-1", "iso-8859-15", "utf-8"),
        },
    ),
    "attended": DriverRule(frozenset({TenderKind.CREDIT, TenderKind.EMONEY, TenderKind.CODE})),
    "cash": DriverRule(frozenset({TenderKind.CASH})),
    "stxlrc": DriverRule(frozenset({TenderKind.CREDIT}), needs_port=True),
    "jpqr": DriverRule(frozenset({TenderKind.CODE}), without_terminal=True),
    "paypay": DriverRule(
        frozenset({TenderKind.CODE}),
        needs_port=True,
        can_refund=True,
        is_service=True,
        needs=("key_file",),
        brands=frozenset({"PayPay"}),
        options={
            "key_file": str,
            "ca_file": str,
            "store_id": str,
            "terminal_id": str,
            "description": str,
            "presents": ("either", "counter", "citizen"),
        },
    ),
}
"""Payment drivers by the name a counter file uses; a new driver is a new row here and in the composition root."""
PAYMENT_DRIVER_GROUP = "counter_kiosk.payment_drivers"
"""The entry-point group under which other packages bring payment drivers."""
PRINTER_DRIVERS: Mapping[str, DriverRule] = {
    "escpos": DriverRule(needs_port=True, options={"drawer": int}),
    "pdf": DriverRule(),
}
"""``pdf``: documents are files beside the journal, for a counter without a printer."""
