"""A scanned code where a citizen's wallet is asked for: what it is, and why it is not taken. Refuses to be shown."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WalletCode:
    """A code that pays here. Whoever holds ``text`` can charge the wallet for a minute: it goes to the driver alone."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OtherCode:
    """A code that does not pay here. ``rule`` keys the sentence about it; ``operator`` whose it is, where known."""

    rule: str
    operator: str = ""


ReadWallet = WalletCode | OtherCode
