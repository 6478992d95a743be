"""Messages others have published, read with the meaning they gave them; published.jsonl names every source."""

import json
from pathlib import Path

import pytest

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import decode_apdu
from drivers.payment.zvt.frame import FrameReader, encode_frame
from drivers.payment.zvt.wire_text import describe

LINES = [json.loads(line) for line in (Path(__file__).parent / "published.jsonl").read_text("utf-8").splitlines()]
WHOLE = [line for line in LINES if "refused" not in line]
REFUSED = [line for line in LINES if "refused" in line]


def _meaning(line: dict[str, str]) -> str:
    return line["meaning"]


@pytest.mark.parametrize("line", WHOLE, ids=_meaning)
def test_it_is_read_with_the_published_meaning(line: dict[str, object]) -> None:
    raw = bytes.fromhex(str(line["hex"]))
    (described,) = describe(raw)
    expected = line.get("fields", {})
    assert isinstance(expected, dict)
    shown = described["fields"]
    assert isinstance(shown, dict)
    assert {name: shown.get(name) for name in expected} == expected
    if "name" in line:
        assert described["name"] == line["name"]


@pytest.mark.parametrize("line", WHOLE, ids=_meaning)
def test_it_goes_through_a_frame_unchanged(line: dict[str, str]) -> None:
    message = decode_apdu(bytes.fromhex(line["hex"]))
    assert message.encode().hex() == line["hex"]
    reader = FrameReader()
    reader.receive(encode_frame(message))
    assert reader.next_event() == message
    assert describe(encode_frame(message)) == describe(message.encode())


@pytest.mark.parametrize("line", REFUSED, ids=_meaning)
def test_a_misprinted_one_is_refused_by_rule(line: dict[str, str]) -> None:
    with pytest.raises(ProtocolError, match=line["refused"]):
        describe(bytes.fromhex(line["hex"]))
