"""Every kind of document, cut and read by a parser that others wrote: no byte is left over, no word differs."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import zxingcpp
from PIL import Image

from receipts.content import DocumentKind
from receipts.line_breaking import width_of
from receipts.paper import PaperProfile, parse_paper_profile
from receipts.render import escpos, text
from tests.golden.receipts.test_golden import DOCUMENTS, terminal_slip
from tests.node import run_node

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "receipts"
PRINTERS = {48: "emulated-80mm", 42: "tm-t88-80mm", 32: "generic-58mm"}
APPROVED = sorted(path.stem for path in GOLDEN.glob("*.bin"))
LIKE_ANOTHER = {kind.value: kind for kind in (DocumentKind.TERMINAL_MERCHANT, DocumentKind.TERMINAL_SLIP)}
"""Not approved apart: the other copies of a terminal's slip."""
SLIPS = [*APPROVED, *(f"{name}-{columns}" for name in LIKE_ANOTHER for columns in PRINTERS)]
TOKENIZE = Path(__file__).with_name("tokenize.js")
DRAWN = str.maketrans(dict.fromkeys("〓￮", ".[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"))
"""The tokenizer's words for a letter that the job has drawn itself, wide and narrow: which one, its dots alone tell."""
DRAWN_LINE = "\ufffc"
VOICED = re.compile("[か-とは-ほカ-トハ-ホ][\u3099\u309a]")
"""A kana and its mark, which are one code of Shift_JIS."""
APART = re.compile(r"[^ ]+(?: [^ ]+)*")
SAME_CODE = str.maketrans({"—": "―", "〜": "～", "−": "－", "‖": "∥"})
"""One code of Shift_JIS, which the two sides give different code points."""
CUTTERLESS_END_LINES = 5
LF = 0x0A
Token = dict[str, Any]


@pytest.fixture(scope="module")
def tokens_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Token]]:
    folder = tmp_path_factory.mktemp("slips")
    for slip in SLIPS:
        (folder / slip).write_bytes(bytes_and_text(slip)[0])
    done = run_node(TOKENIZE, *(str(folder / slip) for slip in SLIPS))
    assert done.returncode == 0, done.stderr
    return {slip: json.loads(line) for slip, line in zip(SLIPS, done.stdout.splitlines(), strict=True)}


def bytes_and_text(slip: str) -> tuple[bytes, str]:
    if slip in APPROVED:
        return (GOLDEN / f"{slip}.bin").read_bytes(), (GOLDEN / f"{slip}.txt").read_text("utf-8")
    document, paper = terminal_slip(LIKE_ANOTHER[slip.rpartition("-")[0]]), paper_of(slip)
    return escpos.render(document, paper), text.render(document, paper.columns)


def paper_of(slip: str) -> PaperProfile:
    name = f"{PRINTERS[int(slip.rpartition('-')[2])]}.toml"
    return parse_paper_profile((ROOT / "config" / "printers" / name).read_text("utf-8"), name)


@dataclass
class Reader:
    """What stands on the paper, read from tokens alone: the positions, sizes and feeds that the job itself gives."""

    paper: PaperProfile
    lines: list[str] = field(default_factory=list)
    line: list[tuple[int, str]] = field(default_factory=list)
    start: int = 0
    align: int = 0
    across: int = 1
    fed_units: int = 0
    stored: str = ""
    is_inverse: bool = False
    raster: list[bytes] = field(default_factory=list)
    raster_width_bytes: int = 0

    def read(self, tokens: list[Token]) -> str:
        for token in tokens:
            data = bytes.fromhex(token["data"])
            if token["name"] != "ESCJ":
                self.end_feed()
            if token["name"] != "GSv0":
                self.end_raster()
            self.obey(token["name"], data, token.get("text", ""))
        return "".join(f"{line}\n" for line in self.lines)

    def obey(self, name: str, data: bytes, said: str) -> None:
        match name:
            case "STX":
                *whole, rest = said.split("\n")
                for piece in whole:
                    self.write(piece)
                    self.lines.append(self.finished_line())
                    self.line, self.start = [], 0
                self.write(rest)
            case "ESC$":
                self.start = int.from_bytes(data, "little") // self.paper.cell_width_dots
            case "ESCa":
                self.align = data[0]
            case "GS!":
                self.across = (data[0] >> 4) + 1
            case "GSB":
                self.is_inverse = bool(data[0])
            case "ESCJ":
                self.fed_units += data[0]
            case "GS(k":
                self.symbol(data[3], data[4:])
            case "GSv0":
                self.raster_width_bytes = int.from_bytes(data[1:3], "little")
                self.raster.append(data[5:])
            case "GSV":
                self.lines.append("=" * self.paper.columns)
            case "ESCd":
                assert (data[0], self.paper.cutter) == (CUTTERLESS_END_LINES, False)
                self.lines.append("=" * self.paper.columns)
            case _:
                assert name in {"ESC@", "ESC3", "ESCE", "ESCR", "ESCt", "FSC", "FS2", "ESC&", "ESC%"}, name

    def write(self, said: str) -> None:
        """Large letters with blanks between are two texts; white on black, the blanks are part of a band."""
        found = APART.finditer(said) if self.across > 1 and not self.is_inverse else re.finditer(".+", said)
        for piece in found:
            self.line.append((self.start + width_of(said[: piece.start()]) * self.across, piece[0]))
        self.start += width_of(said) * self.across

    def finished_line(self) -> str:
        """At its cells; large letters written small, what is centered or ends at the right edge left there."""
        columns, line = self.paper.columns, ""
        for start, piece in self.line:
            width = width_of(piece)
            if self.align or (start and start + width * self.across == columns):
                start = (columns - width) // (2 if self.align == 1 else 1)
            line += " " * (start - width_of(line)) + piece
        return line.rstrip(" ")

    def end_feed(self) -> None:
        line_units = (self.paper.cell_height_dots + self.paper.line_gap_dots) * self.paper.vertical_units_per_dot
        self.lines.extend([""] * (self.fed_units // line_units))
        self.fed_units = 0

    def symbol(self, function: int, values: bytes) -> None:
        if function == ord("P"):
            self.stored = values[1:].decode()
        elif function == ord("Q"):
            self.lines.append(f"[QR {self.stored}]")

    def end_raster(self) -> None:
        if self.raster:
            bits = b"".join(self.raster)
            size = (self.raster_width_bytes * 8, len(bits) // self.raster_width_bytes)
            picture = Image.frombytes("1", size, bytes(0xFF ^ byte for byte in bits)).convert("L")
            framed = Image.new("L", (size[0] + 64, size[1] + 64), 255)
            framed.paste(picture, (32, 32))
            found = [f"[QR {symbol.text}]" for symbol in zxingcpp.read_barcodes(framed)]
            self.lines.extend(found or [DRAWN_LINE])
            self.raster.clear()


def test_every_kind_of_document_is_read() -> None:
    kinds = {document().kind for name, document in DOCUMENTS.items() if f"{name}-48" in APPROVED}
    assert kinds | set(LIKE_ANOTHER.values()) == set(DocumentKind)


@pytest.mark.parametrize("slip", SLIPS)
def test_every_byte_is_part_of_a_command_or_of_the_text(slip: str, tokens_of: dict[str, list[Token]]) -> None:
    raw, at, sizes = bytes_and_text(slip)[0], 0, defaultdict[str, set[int]](set)
    for token in tokens_of[slip]:
        assert token["at"] == at, f"byte {at} belongs to nothing"
        at += token["size"]
        sizes[token["name"]].add(token["size"])
        data = bytes.fromhex(token["data"])
        assert raw[:at].endswith(data)
        if token["name"] == "STX":  # npos takes for text whatever begins no command
            assert all(byte >= 0x20 or byte == LF for byte in data)
    assert at == len(raw)
    stretched = {name for name, different in sizes.items() if len(different) > 1}
    assert stretched <= {"STX", "GS(k", "GSv0", "ESC&"}, "npos has taken zeros after a command for a part of it"


@pytest.mark.parametrize("slip", SLIPS)
def test_it_reads_what_our_text_says(slip: str, tokens_of: dict[str, list[Token]]) -> None:
    read = Reader(paper_of(slip)).read(tokens_of[slip])
    ours = bytes_and_text(slip)[1].translate(SAME_CODE)
    ours = VOICED.sub(lambda kana: normalize("NFC", kana[0]), ours)
    pattern = re.escape(read).translate(DRAWN).replace(DRAWN_LINE, ".+")
    assert re.fullmatch(pattern, ours) or read == ours
