"""A scanned text among slips: a code, Pay-easy numbers, damage, or nothing of ours."""

from datetime import date

import pytest

from kiosk.domain.money import Yen
from kiosk.domain.slip import DamagedSlip, PayEasyNumber, ScannedSlip
from kiosk.services.read_slip import read_slip

SAMPLE = "91912345000000000000004520875004013100295004"


def test_a_slips_code_is_read_whole() -> None:
    assert read_slip(f"]C1{SAMPLE}\r") == ScannedSlip(
        SAMPLE, "912345000000000000004520875", date(2004, 1, 31), has_stamp_duty=False, amount_yen=Yen(29_500)
    )


def test_what_would_be_one_is_told_as_damage() -> None:
    assert read_slip(SAMPLE[:-1] + "0") == DamagedSlip("check_digit")
    assert read_slip(SAMPLE[:-1] + "O") == DamagedSlip("digits")


def test_of_pay_easy_numbers_the_number_alone_is_kept() -> None:
    assert read_slip("13800 1234567890123456 1234 567") == PayEasyNumber("1234567890123456")


@pytest.mark.parametrize("text", ["", "2900000010017", "1001", SAMPLE[:-1], "90" + SAMPLE[2:], "1" * 60])
def test_anything_else_is_no_slip(text: str) -> None:
    assert read_slip(text) is None
