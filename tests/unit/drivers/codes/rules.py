"""Every rule of a payment code, read a second time and the slow way. Owns the judge; uses no code of the codecs."""

import string
from collections.abc import Callable

PRINTABLE = set(string.printable) - set("\t\n\r\x0b\x0c")
DIGITS = set(string.digits)
LATIN_MAX = {"59": 25, "60": 15, "61": 10} | {f"{tag:02}": 99 for tag in range(2, 26)}
TEMPLATES = {f"{tag:02}" for tag in range(26, 52)} | {"62", "64"} | {f"{tag:02}" for tag in range(80, 100)}
NO_DECIMALS = "108 152 174 262 324 352 392 410 548 600 646 704 800 940 950 952 953"
MORE_DECIMALS = {"048": 3, "368": 3, "400": 3, "414": 3, "434": 3, "512": 3, "788": 3, "990": 4, "927": 4}


class BrokenRuleError(Exception):
    """What is wrong, in a word or two."""


def checksum(text: bytes) -> int:
    """CRC-16 bit by bit: polynomial 1021, begun with FFFF."""
    register = 0xFFFF
    for byte in text:
        register ^= byte << 8
        for _ in range(8):
            register = register << 1 ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return register


def must(kept: bool, rule: str) -> None:
    if not kept:
        raise BrokenRuleError(rule)


def number(text: str) -> int:
    must(len(text) > 0 and set(text) <= DIGITS, "digits")
    return int(text)


def level(text: str) -> dict[str, str]:
    """The tags of one level."""
    found: dict[str, str] = {}
    while text:
        tag, length, text = text[:2], text[2:4], text[4:]
        must(len(tag) == 2 and len(length) == 2, "header")
        number(tag)
        size = number(length)
        must(size > 0, "empty")
        must(size <= len(text), "past the end")
        must(tag not in found, "duplicate")
        found[tag], text = text[:size], text[size:]
    return found


def latin(text: str, most: int) -> None:
    must(1 <= len(text) <= most and set(text) <= PRINTABLE, "latin")


def owned(text: str) -> dict[str, str]:
    """A template that says whose it is."""
    parts = level(text)
    must("00" in parts, "guid")
    latin(parts["00"], 32)
    return parts


def amount(text: str, currency: str) -> None:
    whole, _, rest = text.partition(".")
    number(whole)
    must(len(text) <= 13 and set(rest) <= DIGITS and set(text) & set("123456789") != set(), "amount")
    decimals = 0 if currency in NO_DECIMALS.split() else MORE_DECIMALS.get(currency, 2)
    must(len(rest) <= decimals, "decimals")
    must(currency != "392" or ("." not in text and text[0] != "0"), "yen")


def emv(payload: str) -> dict[str, str]:
    """The first level of a code that keeps every rule. Raises BrokenRuleError."""
    must(len(payload) <= 512, "total")
    must(all(ord(sign) >= 32 and not 127 <= ord(sign) <= 159 for sign in payload), "control")
    must(not any(0xD800 <= ord(sign) <= 0xDFFF for sign in payload), "surrogate")
    found = level(payload)
    must(payload.startswith("000201"), "format")
    must(payload[-8:-4] == "6304" and list(found)[-1] == "63" and len(found["63"]) == 4, "crc last")
    must(payload[-4:] == f"{checksum(payload[:-4].encode()):04X}", "crc")
    must({"52", "53", "58", "59", "60"} <= set(found), "mandatory")
    must(any(2 <= int(tag) <= 51 for tag in found), "account")
    for tag, most in LATIN_MAX.items():
        if tag in found:
            latin(found[tag], most)
    must(found.get("01", "11") in ("11", "12"), "initiation")
    for tag, size in (("52", 4), ("53", 3)):
        must(len(found[tag]) == size, "length")
        number(found[tag])
    must(len(found["58"]) == 2 and set(found["58"]) <= set(string.ascii_uppercase), "country")
    if "54" in found:
        amount(found["54"], found["53"])
    tips(found)
    templates(found)
    return found


def tips(found: dict[str, str]) -> None:
    must(found.get("55", "01") in ("01", "02", "03"), "tip")
    must(("56" in found) == (found.get("55") == "02"), "fixed fee")
    must(("57" in found) == (found.get("55") == "03"), "percentage")
    if "56" in found:
        amount(found["56"], found["53"])
    if "57" in found:
        whole, _, rest = found["57"].partition(".")
        number(whole)
        must(len(whole) <= 2 and len(rest) <= 2 and set(rest) <= DIGITS and 0 < float(found["57"]) < 100, "percent")


def templates(found: dict[str, str]) -> None:
    for tag in TEMPLATES & set(found):
        if tag == "62":
            for part, value in level(found[tag]).items():
                if 1 <= int(part) <= 8:
                    latin(value, 25)
                elif part == "09":
                    must(len(set(value)) == len(value) and set(value) <= set("AME"), "asked")
                elif int(part) >= 50:
                    owned(value)
        elif tag == "64":
            parts = level(found[tag])
            must({"00", "01"} <= set(parts), "language")
            must(len(parts["00"]) == 2 and set(parts["00"]) <= set(string.ascii_letters), "language")
            must(len(parts["01"]) <= 25 and len(parts.get("02", "")) <= 15, "name")
        else:
            owned(found[tag])


def jpqr(payload: str) -> dict[str, str]:
    """The same of a JPQR code."""
    found = emv(payload)
    stores = [
        parts
        for tag in found
        if 26 <= int(tag) <= 51 and (parts := level(found[tag])).get("00") == "jp.or.paymentsjapan"
    ]
    must(len(stores) == 1, "store")
    for tag, size in (("01", 13), ("02", 4), ("03", 6), ("04", 6)):
        must(len(stores[0].get(tag, "")) == size and set(stores[0][tag]) <= PRINTABLE - {" "}, "level")
    must(found["53"] == "392" and found["58"] == "JP", "japan")
    must("01" in found and ("54" in found or found["01"] == "11"), "amount of a dynamic code")
    must(len(found.get("61", "")) == 7, "postal code")
    number(found["61"])
    name = level(found.get("64", ""))
    must(name.get("00") == "JA" and "01" in name and "02" not in name, "name")
    must(not {"55", "56", "57"} & set(found), "tips")
    return found


def holds(judge: Callable[[str], object], payload: str) -> bool:
    """Whether ``judge`` (emv or jpqr) lets it pass."""
    try:
        judge(payload)
    except BrokenRuleError:
        return False
    return True
