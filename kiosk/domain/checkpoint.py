"""The signed word of a closed day, as its paper carries it: text, code, bytes to sign. Refuses to sign and to judge.

The journal's hash at the close stands for every entry before it, so that one line of text on paper, kept elsewhere,
shows years later whether the record is still the one that was closed. The text is letters, digits, ``/`` and ``-``:
a scanner that types, a telephone and a person copy it alike. Hash and signature are base32 (RFC 4648 section 6)
without padding, in which neither 0 nor 1 occurs.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TextIO

CHECKPOINT_FORM = "CKD1"
"""First word of the text: counter kiosk day, form 1."""
SIGNING_TAG = b"counter-kiosk/day-checkpoint/1\x00"
"""Keeps a signature of a day from ever fitting another purpose."""
CODE_TAG = b"counter-kiosk/day-checkpoint-code/1\x00"
CODE_BYTES = 10
"""Eighty bits: nobody makes another day with the same code."""
CODE_GROUP = 4
CHECKPOINT_CHARS_MAX = 286
"""With every part at its longest: a QR symbol of version 12 at level M, 65 modules, which fits 58 mm paper."""
FILE_CHARS_MAX = 4096
"""Of a file that holds one line of at most 300 characters."""
HASH_BYTES, SIGNATURE_BYTES = 32, 64
_EPOCH_MAX, _SEQ_MAX, _COUNT_MAX, _YEN_MAX = 10**6 - 1, 10**12 - 1, 10**7 - 1, 10**11 - 1
"""Far beyond what a counter reaches in all its years."""
_KIOSK_ID = re.compile(r"[A-Za-z0-9._-]{1,41}", re.ASCII)
"""A profile's code of at most 32 characters, and what practice puts after it."""
_KEY_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,11}", re.ASCII)
_CODE = re.compile(r"[A-Z2-7]{16}", re.ASCII)
_READ_AS = str.maketrans("018", "OIB")
"""What a person may take a letter of base32 for."""


class CheckpointError(ValueError):
    """Text that is no checkpoint; one line that says what is wrong."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One closed day. ``key_id`` and ``signature`` are empty where the counter had no key the register knows."""

    kiosk_id: str
    epoch: int
    business_date: date
    first_seq: int
    last_seq: int
    """The entry that closed the day: ``head_hash`` is its hash."""
    count: int
    """Sales less voids and refunds."""
    amount_yen: int
    head_hash: bytes
    key_id: str = ""
    signature: bytes = b""

    @property
    def signing_bytes(self) -> bytes:
        """What Ed25519 (RFC 8032) signs: tag, and the text up to and with the key's name."""
        return SIGNING_TAG + self._stated().encode()

    def signed(self, key_id: str, sign: Callable[[bytes], bytes]) -> "Checkpoint":
        """The same with a signature; ``sign`` makes 64 bytes (Ed25519)."""
        named = replace(self, key_id=key_id)
        return replace(named, signature=sign(named.signing_bytes))

    @property
    def text(self) -> str:
        """As it is recorded and printed: at most CHECKPOINT_CHARS_MAX ASCII characters without spaces."""
        return f"{self._stated()}/{_base32(self.signature)}"

    @property
    def code(self) -> str:
        """日次確認コード: sixteen letters and digits in groups of four, for people to compare and to read out."""
        plain = _base32(hashlib.sha256(CODE_TAG + self.text.encode()).digest()[:CODE_BYTES])
        return "-".join(plain[start : start + CODE_GROUP] for start in range(0, len(plain), CODE_GROUP))

    def _stated(self) -> str:
        fields = (
            CHECKPOINT_FORM,
            self.kiosk_id,
            str(self.epoch),
            self.business_date.isoformat(),
            f"{self.first_seq}-{self.last_seq}",
            str(self.count),
            str(self.amount_yen),
            _base32(self.head_hash),
            self.key_id,
        )
        return "/".join(fields)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a text back, whatever blanks and line breaks a scanner put into it. Raises CheckpointError."""
    plain = "".join(text.split())
    if len(plain) > CHECKPOINT_CHARS_MAX:
        raise CheckpointError(f"a day checkpoint has at most {CHECKPOINT_CHARS_MAX} characters, this has {len(plain)}")
    fields = plain.split("/")
    if fields[0].upper() != CHECKPOINT_FORM or len(fields) != 10:
        raise CheckpointError(
            f"not the whole text of a day checkpoint: it begins with {CHECKPOINT_FORM}/ and has 10 parts"
        )
    _, kiosk_id, epoch, day, places, count, amount, head_hash, key_id, signature = fields
    first, _, last = places.partition("-")
    if not _KIOSK_ID.fullmatch(kiosk_id):
        raise CheckpointError("the second part of a day checkpoint is the kiosk's id")
    read = Checkpoint(
        kiosk_id=kiosk_id,
        epoch=_number("epoch", epoch, 1, _EPOCH_MAX),
        business_date=_date(day),
        first_seq=_number("first entry", first, 1, _SEQ_MAX),
        last_seq=_number("last entry", last, 1, _SEQ_MAX),
        count=_number("count", count, -_COUNT_MAX, _COUNT_MAX),
        amount_yen=_number("yen", amount, -_YEN_MAX, _YEN_MAX),
        head_hash=_bytes("hash", head_hash, HASH_BYTES),
        key_id=key_id.lower(),
        signature=_bytes("signature", signature, SIGNATURE_BYTES) if signature else b"",
    )
    if bool(read.key_id) is not bool(read.signature) or (read.key_id and not _KEY_ID.fullmatch(read.key_id)):
        raise CheckpointError("a day checkpoint names the key of its signature in 16 hexadecimal digits, or neither")
    if read.first_seq > read.last_seq:
        raise CheckpointError("a day checkpoint cannot end before it begins")
    return read


def is_written_out(text: str) -> bool:
    """Whether ``text`` itself is meant for a checkpoint or code, and is no file's name."""
    return text.strip()[: len(CHECKPOINT_FORM) + 1].upper() == f"{CHECKPOINT_FORM}/" or bool(read_code(text))


def read_paper(given: str, stdin: TextIO, open_text: Callable[[str], TextIO]) -> Checkpoint | str:
    """What a command's ``--checkpoint`` means: the text or code itself, a file that holds it, or "-" for ``stdin``.

    Raises CheckpointError with one line that begins with the option.
    """
    text = given
    try:
        if given == "-":
            text = stdin.read(FILE_CHARS_MAX)
        elif not is_written_out(given):
            with open_text(given) as file:
                text = file.read(FILE_CHARS_MAX)
        return read_wanted(text)
    except OSError as error:
        raise CheckpointError(f"--checkpoint {given}: neither a checkpoint nor a file: {error.strerror}") from error
    except ValueError as error:
        raise CheckpointError(f"--checkpoint: {error}") from error


def read_wanted(text: str) -> Checkpoint | str:
    """What somebody gives to be checked: the whole text, or the code alone in its printed form.

    Raises CheckpointError with one line.
    """
    code = read_code(text)
    if code:
        return code
    if not text.strip():
        raise CheckpointError(
            "empty: give the text of the QR symbol, or the code of 16 letters and digits printed above it"
        )
    return parse_checkpoint(text)


def read_code(text: str) -> str:
    """A code as people type it, in its printed form; empty for anything else."""
    plain = text.upper().translate(_READ_AS)
    plain = "".join(character for character in plain if not character.isspace() and character not in "-‐－ー")
    if not _CODE.fullmatch(plain):
        return ""
    return "-".join(plain[start : start + CODE_GROUP] for start in range(0, len(plain), CODE_GROUP))


def _base32(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=")


def _bytes(name: str, text: str, length: int) -> bytes:
    plain = text.upper().translate(_READ_AS)
    try:
        value = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError:
        value = b""
    if len(value) != length or _base32(value) != plain:
        chars = len(_base32(bytes(length)))
        raise CheckpointError(f"the {name} of a day checkpoint has {chars} letters A to Z and digits 2 to 7")
    return value


def _number(name: str, text: str, smallest: int, largest: int) -> int:
    if _NUMBER.fullmatch(text) is None or not smallest <= int(text) <= largest:
        raise CheckpointError(f"the {name} of a day checkpoint is a number, not {text[:20]!r}")
    return int(text)


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise CheckpointError(f"{text[:20]!r} is not the date of a day checkpoint") from error
    if found.isoformat() != text:
        raise CheckpointError(f"{text[:20]!r} is not the date of a day checkpoint")
    return found
