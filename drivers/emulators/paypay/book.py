"""The emulated provider's codes, payments and refunds, each change durable before it is told. Owns them; no HTTP."""

from collections.abc import Callable
from dataclasses import dataclass

from drivers.emulators.paypay.ledger import EntryKind, Ledger, LedgerEntry

CODE_LIFE_S = 300
URL = "https://qr.provider.example/"


@dataclass(slots=True)
class Code:
    """A dynamic code."""

    code_id: str
    amount_yen: int
    expires_at_s: int
    is_deleted: bool = False


@dataclass(slots=True)
class Payment:
    """A payment, however it was begun."""

    payment_id: str
    amount_yen: int
    at_s: int
    state: str
    refunded_yen: int = 0


class Book:
    """Rebuilt from its ledger at every start."""

    def __init__(self, ledger: Ledger, wall_s: Callable[[], float], *, url: str = URL) -> None:
        """``url``: what a code's symbol holds before the code's own id."""
        self._ledger, self._wall_s, self._url = ledger, wall_s, url
        self.codes: dict[str, Code] = {}
        self.payments: dict[str, Payment] = {}
        self.canceled: set[str] = set()
        self.refunds: dict[tuple[str, str], int] = {}
        """(merchantRefundId, paymentId) to yen."""
        for entry in ledger.entries():
            self._apply(entry)

    def create_code(self, number: str, amount_yen: int) -> Code:
        """A code that anybody may pay for five minutes."""
        self._write(EntryKind.CODE, number, amount_yen, code_id=f"04-{len(self.codes) + 1:012d}")
        return self.codes[number]

    def url_of(self, code: Code) -> str:
        """What its symbol holds."""
        return self._url + code.code_id

    def is_payable(self, number: str) -> bool:
        """Whether somebody could still pay the code."""
        code = self.codes.get(number)
        return (
            code is not None
            and not code.is_deleted
            and number not in self.payments
            and self._wall_s() <= code.expires_at_s
        )

    def delete_code(self, code_id: str) -> bool:
        """False when there is none to delete."""
        number = next((number for number, code in self.codes.items() if code.code_id == code_id), None)
        if number is None or self.codes[number].is_deleted:
            return False
        self._write(EntryKind.DELETED, number)
        return True

    def pay(self, number: str, amount_yen: int, wallet_last4: str = "") -> Payment:
        """Take the money; it goes back at once where that number has been cancelled."""
        payment_id = f"0440553{len(self.payments) + 1:013d}"
        self._write(EntryKind.PAID, number, amount_yen, payment_id=payment_id, wallet_last4=wallet_last4)
        if number in self.canceled:
            self.fail(number, "FAILED")
        return self.payments[number]

    def fail(self, number: str, state: str) -> None:
        """The payment ends without money."""
        self._write(EntryKind.FAILED, number, state=state)

    def cancel(self, number: str) -> None:
        """Whatever is paid under this number, now or later, goes back."""
        if number not in self.canceled:
            self._write(EntryKind.CANCEL, number)
        payment = self.payments.get(number)
        if payment is not None and payment.state == "COMPLETED":
            self.fail(number, "FAILED")

    def refund(self, number: str, payment_id: str, amount_yen: int) -> None:
        """Give money back, once for each number."""
        if (number, payment_id) not in self.refunds:
            self._write(EntryKind.REFUND, number, amount_yen, payment_id=payment_id)

    def payment_by_id(self, payment_id: str) -> Payment | None:
        return next((each for each in self.payments.values() if each.payment_id == payment_id), None)

    def _write(self, kind: EntryKind, number: str, amount_yen: int = 0, **more: str) -> None:
        entry = LedgerEntry(kind, number, int(self._wall_s()), amount_yen, **more)
        self._ledger.append(entry)
        self._apply(entry)

    def _apply(self, entry: LedgerEntry) -> None:
        match entry.kind:
            case EntryKind.CODE:
                self.codes[entry.number] = Code(entry.code_id, entry.amount_yen, entry.at_s + CODE_LIFE_S)
            case EntryKind.DELETED:
                self.codes[entry.number].is_deleted = True
            case EntryKind.PAID:
                self.payments[entry.number] = Payment(entry.payment_id, entry.amount_yen, entry.at_s, "COMPLETED")
            case EntryKind.FAILED:
                known = self.payments.get(entry.number) or Payment("", 0, entry.at_s, "")
                known.state = entry.state
                self.payments[entry.number] = known
            case EntryKind.CANCEL:
                self.canceled.add(entry.number)
            case EntryKind.REFUND:
                self.refunds[entry.number, entry.payment_id] = entry.amount_yen
                payment = self.payment_by_id(entry.payment_id)
                if payment is not None:
                    payment.refunded_yen += entry.amount_yen
                    payment.state = "REFUNDED" if payment.refunded_yen >= payment.amount_yen else payment.state
