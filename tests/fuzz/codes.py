"""Codes that wallets, stickers and citizens' phones hold: read only if every rule holds, else refused with the rule."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from drivers.codes import emv, jpqr
from drivers.codes.refusal import CodeError
from tests.fuzz.target import Target, assert_one_line
from tests.unit.drivers.codes import rules
from tests.unit.drivers.codes.published import SAMPLES

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


TARGETS = (
    Target(
        "merchant-code",
        ("drivers.codes.currency", "drivers.codes.emv", "drivers.codes.jpqr", "drivers.codes.refusal"),
        presented,
        _payloads,
        runs=20_000,
        bytes_max=600,
    ),
)
