"""What a driver puts on the citizen's window, as its symbol's modules. Owns the symbol; refuses to know an operator."""

from drivers.payment.api import ShownCode
from kiosk.services.notices import CitizenCode, CodeShown
from receipts.qr import qr_modules
from receipts.qr_form import PAYMENT, QrForm


def code_shown(code: ShownCode | None, *, symbol: QrForm = PAYMENT) -> CodeShown:
    """The notice for the windows. Raises QrTextTooLongError: no driver shows more than a symbol holds."""
    if code is None:
        return CodeShown(None)
    modules = qr_modules(code.text, symbol) if code.text else ()
    return CodeShown(CitizenCode(code.brand, code.carries_amount, modules, code.valid_s))
