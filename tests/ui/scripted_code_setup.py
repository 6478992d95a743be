"""The payment code's page of a desk in memory. Owns what a test enrolled and tried out; refuses to read a code."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from drivers.payment.api import ShownCode
from kiosk.domain.payment_code import PaymentCode
from kiosk.services.notices import CodeKnown, Notice
from kiosk.services.show_code import code_shown

DYNAMIC = (
    "00020101021226680019jp.or.paymentsjapan0113000000000000102040001030600000104060000015204939953033925403900"
    "5802JP5917TOYOTA CITY INABU6006TOYOTA6107444251364140002JA0104稲武支所6229012527c007def8123456789abcdef63040D1C"
)
STICKER = (
    "00020101021126680019jp.or.paymentsjapan011300000000000010204000103060000010406000001520493995303392"
    "5802JP5917TOYOTA CITY INABU6006TOYOTA6107444251364140002JA0104稲武支所6304ABCD"
)
"""As long as real ones; nobody here reads them."""


@dataclass
class ScriptedCodeSetup:
    """Implements kiosk.presenters.desk.CodeSetup."""

    tell_window: Callable[[Notice], None]
    code: PaymentCode = field(default_factory=lambda: PaymentCode("code"))
    enrolled: list[tuple[str, str, str]] = field(default_factory=list)
    """Payload, approver, PIN."""
    tested: list[tuple[str, bool, str, str]] = field(default_factory=list)

    def tell(self, device: str) -> None:
        self._tell()

    def enroll(self, device: str, text: str, approver_id: str, approver_pin: str) -> None:
        self.enrolled.append((text, approver_id, approver_pin))
        self.code = PaymentCode(device, text)
        self._tell(recorded=True)

    def try_out(self, device: str, brand: str) -> None:
        trial = code_shown(ShownCode(DYNAMIC, brand=brand)).code
        self.tell_window(CodeKnown(self.code, "稲武支所", trial, 1))

    def record_test(self, device: str, brand: str, *, passed: bool, approver_id: str, approver_pin: str) -> None:
        self.tested.append((brand, passed, approver_id, approver_pin))
        brands = tuple(each for each in (*self.code.tested, brand) if passed or each != brand)
        self.code = replace(self.code, tested=brands, failed=() if passed else (brand,))
        self._tell(recorded=True)

    def _tell(self, *, recorded: bool = False) -> None:
        self.tell_window(CodeKnown(self.code, "稲武支所" if self.code.text else "", recorded=recorded))
