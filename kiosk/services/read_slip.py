"""What a scanned text is among payment slips. Owns the way from the codec to the domain; keeps nothing of it."""

from drivers.codes.slip import DIGITS, SlipCodeError, decode, digits_scanned, parse_pay_easy
from kiosk.domain.money import Yen
from kiosk.domain.slip import DamagedSlip, PayEasyNumber, ReadCode, ScannedSlip

_ISSUER = slice(2, 29)
"""Maker code and free field among the 44 digits."""


def read_slip(text: str) -> ReadCode:
    """A slip's GS1-128 code, Pay-easy numbers, a damaged code, or None for what is no slip's."""
    pay_easy = parse_pay_easy(text)
    if pay_easy is not None:
        return PayEasyNumber(pay_easy.number)
    digits = digits_scanned(text)
    if len(digits) != DIGITS or not digits.startswith("91"):
        return None
    try:
        code = decode(digits)
    except SlipCodeError as error:
        return DamagedSlip(error.rule)
    return ScannedSlip(digits, digits[_ISSUER], code.due, code.has_stamp_duty, Yen(code.amount_yen))
