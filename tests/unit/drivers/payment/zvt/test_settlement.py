import pytest

from drivers.errors import ProtocolError
from drivers.payment.api import BrandTotal
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.settlement import read_totals

GIROCARD, NOTHING = "02000000000900", "00000000000000"
SCHEMES = GIROCARD + "01000000000300" + NOTHING * 2 + "0c000000012000" + NOTHING + "01000000000050"
TOTALS = "60f0f5f3" + "00010016" + SCHEMES
TOLD = (
    BrandTotal("girocard", 2, 900),
    BrandTotal("JCB", 1, 300),
    BrandTotal("Visa", 12, 12000),
    BrandTotal("", 1, 50),
)


def _read(body: str) -> tuple[BrandTotal, ...]:
    return read_totals(Apdu(0x040F, bytes.fromhex(body)))


def test_the_schemes_stand_in_their_order_with_a_binary_count() -> None:
    assert _read("2700" + "04000000013250" + TOTALS) == TOLD
    assert _read(TOTALS) == TOLD


def test_what_the_schemes_leave_of_the_grand_total_is_not_hidden() -> None:
    assert _read("04000000013300" + TOTALS) == (*TOLD, BrandTotal("", 0, 50))
    assert _read("04000000013000" + TOTALS) == (*TOLD, BrandTotal("", 0, -250))
    assert _read("04000000000700") == (BrandTotal("", 0, 700),)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("2700", "without totals"),
        ("60f0f0f400010016", "4 bytes; 53 make 7"),
        ("60f0f5f3" + "00010016" + "01a00000000300" + NOTHING * 6, "not BCD"),
    ],
)
def test_totals_that_cannot_be_read_are_refused(body: str, rule: str) -> None:
    with pytest.raises(ProtocolError, match=rule):
        _read(body)
