import pytest

from drivers.payment.api import DeclineReason
from drivers.payment.zvt.results import DECLINE_REASONS, decline_reason

PUBLISHED = (
    "64 65 66 67 68 6A 6B 6C 6E 6F 71 72 73 74 75 76 77 78 79 7A 7B 7C 7D 7E 83 85 89 9A 9B 9C A0 A1 A3 A4 A5 B1 B2 B4 "
    "B5 B7 B8 BF C0 C1 C2 C3 C4 C5 C6 C8 C9 CB CC CD D2 DC DD DE E0 E2 E3 E4 E7 E8 E9 EA EB EC ED F0 F1 F5 F6 FA FB FC "
    "FD FE FF"
)


def test_every_published_code_has_a_row() -> None:
    assert set(DECLINE_REASONS) == set(bytes.fromhex(PUBLISHED))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (0x01, DeclineReason.CARD_REFUSED),
        (0x63, DeclineReason.CARD_REFUSED),
        (0x6F, DeclineReason.CURRENCY_REFUSED),
        (0xC6, DeclineReason.CURRENCY_REFUSED),
        (0xCB, DeclineReason.CURRENCY_REFUSED),
        (0xB4, DeclineReason.ALREADY_REVERSED),
        (0xB5, DeclineReason.REVERSAL_NOT_POSSIBLE),
        (0xCC, DeclineReason.PRINTER_NOT_READY),
        (0xC3, DeclineReason.AMOUNT_OUT_OF_RANGE),
        (0x78, DeclineReason.CARD_EXPIRED),
        (0x36, DeclineReason.CARD_EXPIRED),
        (0x64, DeclineReason.CARD_UNREADABLE),
        (0x7A, DeclineReason.CARD_NOT_ACCEPTED),
        (0xDC, DeclineReason.CARD_LEFT_IN),
        (0x37, DeclineReason.PIN_WRONG),
        (0x4B, DeclineReason.PIN_REFUSED),
        (0x5B, DeclineReason.NETWORK),
        (0xA1, DeclineReason.NETWORK),
        (0xC2, DeclineReason.TERMINAL_SERVICE_NEEDED),
        (0xC4, DeclineReason.TERMINAL_SERVICE_NEEDED),
        (0xE0, DeclineReason.TERMINAL_BUSY),
        (0xED, DeclineReason.TERMINAL_DEFECT),
        (0x6E, DeclineReason.CARD_REFUSED),
        (0x71, DeclineReason.CARD_REFUSED),
        (0x7D, DeclineReason.NETWORK),
        (0xEE, DeclineReason.TERMINAL_ERROR),
    ],
)
def test_a_code_is_told_in_words_a_clerk_can_act_on(code: int, reason: DeclineReason) -> None:
    assert decline_reason(code, we_asked_to_abort=False) is reason


def test_a_time_out_after_our_own_request_is_the_cancel() -> None:
    assert decline_reason(0x6C, we_asked_to_abort=True) is DeclineReason.CANCELED
    assert decline_reason(0x6C, we_asked_to_abort=False) is DeclineReason.TIMED_OUT
