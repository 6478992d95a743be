"""What a scanned text is where a citizen's wallet is asked for. Owns naming it; refuses every operator but the wanted.

Nothing of another operator's code leaves the counter: it is money as well, to whoever is sent it.
"""

import re
from collections.abc import Collection

from drivers.codes import scanned
from drivers.codes.cpm import CodeOperators, Form, is_consumer_code
from drivers.codes.refusal import CodeError
from drivers.codes.slip import check_digit
from kiosk.domain.wallet import OtherCode, ReadWallet, WalletCode

DIGITS_MIN, DIGITS_MAX = 16, 40
"""Operators' barcodes that were seen have 16 to 24 digits; fewer are a part of one, more are something else."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_GOODS = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
"""An article's barcode (GS1 General Specifications: GTIN-8, -12, -13, -14)."""


def read_wallet(text: str, operators: CodeOperators, wanted: Collection[str]) -> ReadWallet:
    """The code of a wallet of one of ``wanted``, freed from what scanner and keyboard made of it, or why it is none."""
    try:
        code, _ = scanned.consumer_code(text, operators)
    except CodeError:
        return OtherCode(_rule_of(scanned.without_noise(text)))
    if code.operator is None:
        return OtherCode("wallet_goods" if _is_goods(code.text) else "wallet_unknown")
    if code.operator not in wanted:
        return OtherCode("wallet_other", code.operator)
    if code.form is not Form.DIGITS:
        return OtherCode("wallet_symbol", code.operator)
    if len(code.text) < DIGITS_MIN:
        return OtherCode("wallet_cut", code.operator)
    return WalletCode(code.text) if len(code.text) <= DIGITS_MAX else OtherCode("wallet_unknown", code.operator)


def _rule_of(text: str) -> str:
    """What a text is that no phone shows to pay with."""
    if is_consumer_code(text):
        return "wallet_cut"
    if _ADDRESS.match(text):
        return "wallet_address"
    return "wallet_merchant" if _is_merchants(text) else "wallet_unknown"


def _is_merchants(text: str) -> bool:
    try:
        scanned.merchant_code(text)
    except CodeError:
        return False
    return True


def _is_goods(digits: str) -> bool:
    return _GOODS.fullmatch(digits) is not None and check_digit(digits[:-1]) == digits[-1]
