"""A terminal sends its receipts to a register that has asked for them, as that register takes them."""

import pytest

from drivers.emulators.terminal.codec import message
from tests.unit.drivers.emulators.terminal.test_core import POSITIVE, Register

PLAIN, LINES, BLOCKS = "000000" + "0e0392", "000000" + "8e0392", "000000" + "8e0392" + "060626040a0206d3"


def registered(body: str, *, in_blocks: bool = False) -> Register:
    register = Register(slips_in_blocks=in_blocks)
    register.say(message("06 00", bytes.fromhex(body)))
    register.say(POSITIVE)
    return register


@pytest.mark.parametrize(
    ("body", "in_blocks", "command"),
    [(LINES, False, "06 d1"), (LINES, True, "06 d1"), (BLOCKS, True, "06 d3"), (BLOCKS, False, "06 d1")],
)
def test_receipts_come_in_the_form_that_both_ends_know(body: str, in_blocks: bool, command: str) -> None:
    told = registered(body, in_blocks=in_blocks).sell()
    printed = [payload for payload in told if payload[0] == 0x06 and payload[1] in (0xD1, 0xD3)]
    assert {payload[:2].hex(" ") for payload in printed} == {command}
    text = b"".join(printed)
    assert text.index(b"MERCHANT COPY") < text.index(b"CUSTOMER COPY")
    assert told.index(printed[0]) > next(at for at, payload in enumerate(told) if payload[:2] == b"\x04\x0f")
    assert told[-1][:2] == b"\x06\x0f", "the receipts come before the end"


def test_without_being_asked_nothing_is_sent() -> None:
    assert not [payload for payload in registered(PLAIN).sell() if payload[:2] in (b"\x06\xd1", b"\x06\xd3")]
