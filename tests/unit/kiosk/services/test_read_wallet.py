"""What is held under the scanner in a wallet's place: only the wanted operator's barcode is a wallet's code."""

import base64

import pytest

from kiosk.code_operators import FILE, read_code_operators
from kiosk.domain.wallet import OtherCode, WalletCode
from kiosk.paths import CONFIG
from kiosk.profile_source import MasterFiles
from kiosk.services.read_wallet import read_wallet
from tests.unit.kiosk.services.test_enroll_code import ISSUED

OPERATORS = read_code_operators(MasterFiles(CONFIG).read(FILE))
PAYPAY = "900081818812345678901234"


def tlv(tag: str, value: bytes) -> bytes:
    return bytes.fromhex(tag) + bytes([len(value)]) + value


def symbol(format_: bytes, *parts: bytes) -> str:
    return base64.b64encode(tlv("85", format_) + tlv("61", b"".join(parts))).decode()


def jpqr_symbol(operator: str) -> str:
    return symbol(b"JPQR1", tlv("4F", operator.encode()), tlv("57", b"1234567890123456"))


EMV_SYMBOL = symbol(
    b"CPV01", tlv("4F", bytes.fromhex("A0000000031010")), tlv("57", bytes.fromhex("4111111111111111D281"))
)


def read(text: str) -> WalletCode | OtherCode:
    return read_wallet(text, OPERATORS, ("PayPay",))


@pytest.mark.parametrize("length", [16, 24, 40])
def test_a_barcode_of_the_wanted_operator_is_its_wallet_whatever_its_length(length: int) -> None:
    code = PAYPAY.ljust(length, "7")[:length]
    assert read(code) == WalletCode(code)
    assert code not in repr(read(code))


WIDE = PAYPAY.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


@pytest.mark.parametrize("scanned", [f"{PAYPAY}\r", f"]C1{PAYPAY}\r\n", WIDE, f"\t{WIDE}\r"])
def test_what_scanners_and_keyboards_do_is_undone(scanned: str) -> None:
    assert read(scanned) == WalletCode(PAYPAY)


def test_the_longest_beginning_tells_the_operator() -> None:
    assert read("90000002" + "1" * 14) == OtherCode("wallet_other", "d払い")
    assert read("900001" + "1" * 10) == OtherCode("wallet_other", "楽天ペイ")


CASES = {
    "another operator's barcode": ("3158992112345678901", OtherCode("wallet_other", "au PAY")),
    "another operator's JPQR symbol": (jpqr_symbol("31589900"), OtherCode("wallet_other", "メルペイ")),
    "its own JPQR symbol": (jpqr_symbol("9000818188"), OtherCode("wallet_symbol", "PayPay")),
    "an EMV symbol of a card": (EMV_SYMBOL, OtherCode("wallet_unknown")),
    "half a symbol": (EMV_SYMBOL[:20], OtherCode("wallet_cut")),
    "half a barcode": (PAYPAY[:15], OtherCode("wallet_cut", "PayPay")),
    "more digits than any barcode": (PAYPAY * 2, OtherCode("wallet_unknown", "PayPay")),
    "a member's card": ("1234567890123456", OtherCode("wallet_unknown")),
    "an article": ("4901234567894", OtherCode("wallet_goods")),
    "an article read wrong": ("4901234567890", OtherCode("wallet_unknown")),
    "a code that receives money": ("https://qr.example/p2p01_AbCdEf", OtherCode("wallet_address")),
    "a coupon of an application": ("paypay://coupon/123", OtherCode("wallet_address")),
    "a store's sticker": (ISSUED, OtherCode("wallet_merchant")),
    "words": ("クーポン100円引", OtherCode("wallet_unknown")),
    "nothing but noise": ("\r\n", OtherCode("wallet_unknown")),
}


@pytest.mark.parametrize("what", CASES)
def test_everything_else_is_named(what: str) -> None:
    text, expected = CASES[what]
    assert read(text) == expected


def test_the_data_decide_whose_wallets_pay() -> None:
    assert read_wallet("3158992112345678901", OPERATORS, ("PayPay", "au PAY")) == WalletCode("3158992112345678901")
