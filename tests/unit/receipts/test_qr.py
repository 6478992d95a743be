"""QR symbols: one byte segment, as large as needed and no larger, with UTF-8 named where the text is not ASCII."""

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import QRData

from receipts.qr import QrTextTooLongError, module_dots, qr_bytes, qr_modules
from receipts.qr_form import PAYMENT, Level, QrForm
from tests.unit.drivers.codes.published import JPQR_STATIC

CORRECTION = {
    Level.L: qrcode.constants.ERROR_CORRECT_L,
    Level.M: qrcode.constants.ERROR_CORRECT_M,
    Level.Q: qrcode.constants.ERROR_CORRECT_Q,
    Level.H: qrcode.constants.ERROR_CORRECT_H,
}


def of_the_library(data: bytes, level: Level) -> tuple[tuple[bool, ...], ...]:
    """The library's own symbol of one byte segment."""
    symbol = qrcode.QRCode(error_correction=CORRECTION[level], border=0)
    symbol.add_data(QRData(data, mode=4, check_data=False), optimize=0)
    symbol.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())


@pytest.mark.parametrize("level", Level)
def test_without_eci_the_symbol_is_one_byte_segment(level: Level) -> None:
    form = QrForm(level=level, eci=False, bytes_max=900)
    assert qr_modules(JPQR_STATIC, form) == of_the_library(JPQR_STATIC.encode(), level)


@settings(max_examples=12)
@given(
    text=st.text(st.characters(max_codepoint=127), max_size=600) | st.integers(0, 10**400).map(str),
    level=st.sampled_from(Level),
)
def test_ascii_needs_no_eci(text: str, level: Level) -> None:
    """Digits and capitals too stay bytes: EMV knows no other segment."""
    assert qr_modules(text, QrForm(level=level, bytes_max=900)) == of_the_library(text.encode(), level)


@pytest.mark.parametrize(
    ("count", "modules"), [(14, 21), (15, 25), (180, 53), (181, 57), (213, 57), (214, 61), (251, 61), (252, 65)]
)
def test_the_symbol_is_no_larger_than_needed(count: int, modules: int) -> None:
    """ISO/IEC 18004 table 7, level M: 14 bytes in version 1, 180 in 9, 213 in 10, 251 in 11."""
    assert len(qr_modules("x" * count)) == modules


def test_eci_needs_twelve_bits_more() -> None:
    assert len(qr_modules("あ" * 4 + "x", QrForm(eci=False))) == 21
    assert len(qr_modules("あ" * 4, QrForm(eci=True))) == 21
    assert len(qr_modules("あ" * 4 + "xx", QrForm(eci=True))) == 25
    assert len(qr_modules("あ" * 4 + "xx", QrForm(eci=False))) == 21


def test_long_texts_are_refused() -> None:
    assert qr_bytes("あ" * 100) == "あ".encode() * 100
    for form, text in ((QrForm(), "x" * 301), (PAYMENT, "x" * 2049), (QrForm(Level.H, bytes_max=9999), "x" * 1274)):
        with pytest.raises(QrTextTooLongError):
            qr_modules(text, form)


def test_dots_are_whole_and_leave_a_quiet_zone() -> None:
    modules = qr_modules("x" * 200)
    assert len(modules) == 57
    assert module_dots(modules, room_dots=65 * 5 + 4, dots_max=12) == 5
    assert module_dots(modules, room_dots=65 * 5 - 1, dots_max=12) == 4
    assert module_dots(modules, room_dots=9999, dots_max=6) == 6
    with pytest.raises(QrTextTooLongError):
        module_dots(modules, room_dots=65 * 3 - 1, dots_max=6, dots_min=3)
