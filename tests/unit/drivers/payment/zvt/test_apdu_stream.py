from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import BODY_BYTES_MAX, Apdu
from drivers.payment.zvt.apdu_stream import ApduReader

MESSAGES = (Apdu(0x8000), Apdu(0x040F, bytes(255)), Apdu(0x06D1, b"\x10\x02\x06\x15"), Apdu(0x060F, bytes(254)))
WIRE = b"".join(message.encode() for message in MESSAGES)


@given(st.lists(st.integers(0, len(WIRE)), max_size=40))
def test_every_split_reads_the_same(cuts: list[int]) -> None:
    reader = ApduReader()
    found: list[Apdu] = []
    edges = [0, *sorted(cuts), len(WIRE)]
    for start, end in pairwise(edges):
        reader.receive(WIRE[start:end])
        while (message := reader.next_event()) is not None:
            found.append(message)
    assert tuple(found) == MESSAGES
    reader.line_quiet()


def test_a_body_longer_than_we_accept_is_refused_by_its_length() -> None:
    reader = ApduReader()
    reader.receive(b"\x04\x0f\xff" + (BODY_BYTES_MAX + 1).to_bytes(2, "little"))
    with pytest.raises(ProtocolError, match="8193 bytes"):
        reader.next_event()


def test_half_a_message_is_not_forgotten_silently() -> None:
    reader = ApduReader()
    reader.receive(WIRE[:5])
    assert reader.next_event() == MESSAGES[0]
    with pytest.raises(ProtocolError, match="in the middle"):
        reader.line_quiet()
