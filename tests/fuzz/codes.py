"""Codes that wallets, stickers and citizens' phones hold: read only if every rule holds, else refused with the rule."""

import base64
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from drivers.codes import emv, jpqr
from drivers.codes.cpm import Form
from drivers.codes.refusal import CodeError
from drivers.codes.scanned import consumer_code, merchant_code
from tests.fuzz.target import Target, assert_one_line
from tests.unit.drivers.codes import rules
from tests.unit.drivers.codes.published import SAMPLES
from tests.unit.drivers.codes.test_cpm import EMVCO_1, EMVCO_2, OPERATORS, PAYPAY
from tests.unit.drivers.codes.test_cpm import jpqr as phone
from tests.unit.drivers.codes.test_scanned import PLAIN, WIDE, on_ansi, on_jis

SECRET_CHARACTERS = 20
"""So much of a code in a sentence is the code; shorter pieces of made-up bytes are words of the sentence."""

_Given = TypeVar("_Given")
_Read = TypeVar("_Read")


def judged(payload: str) -> None:
    """What the codec reads, a second reader lets pass; what it refuses breaks a rule for that one as well."""
    read = _outcome(emv.decode, payload)
    assert isinstance(read, emv.EmvCode) == rules.holds(rules.emv, payload), f"{read}"
    if isinstance(read, CodeError):
        assert 0 <= read.position <= len(payload)
        return
    assert emv.encode(read.content).payload == payload
    shared = _outcome(jpqr.interpret, read)
    assert isinstance(shared, jpqr.JpqrCode) == rules.holds(rules.jpqr, payload), f"{shared}"


def _outcome(read: Callable[[_Given], _Read], given: _Given) -> _Read | CodeError:
    try:
        return read(given)
    except CodeError as error:
        assert_one_line(error)
        return error


def presented(data: bytes) -> None:
    """As it came, and with check characters that fit: a chance hardly ever finds them."""
    text = data.decode("utf-8", "surrogateescape")
    judged(text)
    body = data[: data.rfind(b"6304")] if b"6304" in data else data
    sealed = body + b"6304" + f"{rules.checksum(body + b'6304'):04X}".encode()
    judged(sealed.decode("utf-8", "surrogateescape"))


def _payloads() -> Iterator[bytes]:
    return (sample.payload.encode() for sample in SAMPLES)


def scanned(data: bytes) -> None:
    """Noise, layouts and wide characters: what comes out is a code that keeps every rule, and nothing else."""
    text = data.decode("utf-8", "surrogateescape")
    found = _outcome(merchant_code, text)
    if not isinstance(found, CodeError):
        judged(found[0].payload)
        assert len(found[0].payload) <= len(text)


def presented_by_phone(data: bytes) -> None:
    """As text, as base64, and as an application of each form: read, or refused without a word of it."""
    for raw in (data, b"\x85\x05CPV01" + data, b"\x85\x05JPQR1" + data):
        for text in (raw.decode("latin-1"), base64.b64encode(raw).decode()):
            found = _outcome(partial(consumer_code, operators=OPERATORS), text)
            said = str(found) if isinstance(found, CodeError) else repr(found)
            assert not any(text[at : at + SECRET_CHARACTERS] in said for at in range(len(text) - SECRET_CHARACTERS + 1))
            if not isinstance(found, CodeError):
                code = found[0]
                assert (code.form is Form.DIGITS) == code.text.isdigit()
                assert code.form is Form.DIGITS or b"\x4f" in base64.b64decode(code.text, validate=True)


def _scans() -> Iterator[bytes]:
    for sample in SAMPLES[:3]:
        yield sample.payload.encode()
    for spoilt in (on_jis(PLAIN), on_ansi(PLAIN), PLAIN.swapcase(), PLAIN.translate(WIDE), f"]Q1{PLAIN}\r\n"):
        yield spoilt.encode()


def _phones() -> Iterator[bytes]:
    yield PAYPAY.encode()
    for symbol in (EMVCO_1, EMVCO_2, phone()):
        yield base64.b64decode(symbol)
        yield base64.b64decode(symbol)[7:]


TARGETS = (
    Target("scanned-code", ("drivers.codes.scanned",), scanned, _scans, runs=4_000, bytes_max=600),
    Target("consumer-code", ("drivers.codes.cpm",), presented_by_phone, _phones, runs=10_000, bytes_max=300),
    Target(
        "merchant-code",
        ("drivers.codes.currency", "drivers.codes.emv", "drivers.codes.jpqr", "drivers.codes.refusal"),
        presented,
        _payloads,
        runs=20_000,
        bytes_max=600,
    ),
)
