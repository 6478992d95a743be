"""Card numbers put into messages in every form and at every place never come out of ``kiosk wire decode`` whole."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from drivers.payment.stxlrc.frame import lrc
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.frame import encode_frame
from kiosk.wire import PROTOCOLS, decode_line

TESTS = Path(__file__).parents[2]
CANARIES = ("4761739001010119", "5413330089600010", "374245455400126", "3528000700000000", "6011000990139424")
"""Published test numbers that pass the Luhn check."""
MESSAGES = 1500
SEED = 20_261_125
TAGS = (b"\x5a", b"\x57", b"\x1f\x0b", b"\x07", b"\x45", b"\x43", b"\xdf\x01")
COMMANDS = (0x040F, 0x060F, 0x061E, 0x06D1, 0x06D3, 0x8000)

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

Form = Callable[[str], bytes]
FORMS: tuple[Form, ...] = (
    lambda card: card.encode(),
    lambda card: bytes.fromhex(card + "f" * (len(card) % 2)),
    lambda card: bytes.fromhex("0" * (len(card) % 2) + card),
    lambda card: bytes.fromhex(card + "d25121" + "f" * (len(card) % 2)),
    lambda card: f"{card}=25121011000".encode(),
    lambda card: " ".join(card[at : at + 4] for at in range(0, len(card), 4)).encode(),
    lambda card: "-".join(card[at : at + 4] for at in range(0, len(card), 4)).encode(),
    lambda card: card.translate(FULL_WIDTH).encode("cp932"),
    lambda card: "－".join(card[at : at + 4] for at in range(0, len(card), 4)).translate(FULL_WIDTH).encode("cp932"),
)
"""As text, in BCD padded on either side, as a track, as slips print it, and as Japanese ones do."""


def lines(protocol: str, name: str) -> list[bytes]:
    path = TESTS / "traces" / protocol / name
    told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [bytes.fromhex(line["hex"]) for line in told if "refused" not in line]


def zvt(chance: Random, canary: bytes) -> bytes:
    message = chance.choice(lines("zvt", "published.jsonl"))
    at = chance.randrange(3, len(message) + 1)
    tag = chance.choice(TAGS)
    length = bytes((0xF0 + len(canary) // 10, 0xF0 + len(canary) % 10))
    body = chance.choice(
        (
            message[3:at] + canary + message[at:],
            message[3:at] + canary + message[at + len(canary) :],
            b"\x27\x00\x06" + bytes((len(tag) + 1 + len(canary),)) + tag + bytes((len(canary),)) + canary,
            b"\x27\x00" + chance.choice((b"\x60\xf0", b"\x3c\xf0", b"\x8b", b"\x22")) + length + canary,
        )
    )
    built = Apdu(chance.choice((int.from_bytes(message[:2], "big"), *COMMANDS)), body)
    return built.encode() if chance.random() < 0.5 else encode_frame(built)


def stxlrc(chance: Random, canary: bytes) -> bytes:
    frames = [line for line in lines("stxlrc", "official_client.jsonl") if line[:1] == b"\x02"]
    fields = chance.choice(frames)[1:-2].split(b"|")
    at = chance.randrange(len(fields))
    fields[at] = chance.choice((canary, fields[at] + canary))
    text = b"|".join(fields)
    return b"\x02" + text + b"\x03" + bytes((lrc(text + b"\x03"),))


def escpos(chance: Random, canary: bytes) -> bytes:
    printed = (TESTS / "golden/receipts/usage-slip-42.bin").read_bytes()[:400]
    at = chance.randrange(len(printed) + 1)
    return printed[:at] + canary + printed[at:]


BUILD: dict[str, Callable[[Random, bytes], bytes]] = {"zvt": zvt, "stxlrc": stxlrc, "escpos": escpos}


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
def test_no_canary_sings(protocol: str) -> None:
    chance, answered = Random(SEED), 0
    for _ in range(MESSAGES):
        card = chance.choice(CANARIES)
        raw = BUILD[protocol](chance, chance.choice(FORMS)(card))
        answers = decode_line(raw.hex().encode(), 1, PROTOCOLS[protocol]())
        answered += any(answer["ok"] is True for answer in answers)
        shown = unicodedata.normalize("NFKC", json.dumps(answers, ensure_ascii=False))
        told = "".join(letter for letter in shown if letter.isalnum())
        assert card not in told, raw.hex()
        assert card.encode().hex() not in told, raw.hex()
    assert answered > MESSAGES // 20, "most were refused: nothing was put to the proof"
