"""The payment code that a scheme issued for a counter, as the journal knows it. Owns no rule of codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """``text`` is the sticker's payload, byte for byte; empty before one is enrolled."""

    device: str
    text: str = ""
    tested: tuple[str, ...] = ()
    """Brands at which a code with the amount in it passed its newest live test, by name."""
    failed: tuple[str, ...] = ()
    """Brands at which it did not."""
