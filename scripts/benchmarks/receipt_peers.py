"""The same receipt as others' tools make it: receiptline (npm) and python-escpos. Owns their dialects, no figure."""

import base64
import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import assert_never

from receipts.document import PLAIN, Align, Block, Box, Columns, Cut, Document, Feed, Pair, Qr, Rule, Size, Style, Text
from receipts.layout import CutRow, FeedRow, QrRow, TextRow, lay_out
from receipts.line_breaking import width_of
from receipts.paper import PaperProfile
from tests.node import run_node

SCRIPT = Path(__file__).with_name("receiptline.js")
WARM_UP = 300
"""By then the compiler has seen every path: later rounds get no faster."""
MONEY_CELLS, PAIR_CELLS = (14, 12), 16
"""receiptline's columns; ours find their places by themselves."""
_SIZES = {Size.NORMAL: "", Size.WIDE: "^", Size.TALL: "^^", Size.LARGE: "^^^"}
_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in '\\|{}-=~_"`^'})


@dataclass(frozen=True, slots=True)
class Receiptline:
    """What it made: the printer's bytes, the same as plain text, and how long each round took, in milliseconds."""

    version: str
    job: bytes
    text: str
    rounds_ms: list[float]


def receiptline(document: Document, paper: PaperProfile, rounds: int) -> Receiptline:
    """Its Epson commands in Japanese, timed in node by process.hrtime after a warm-up; its markup is given as made."""
    return run_receiptline(receiptline_markup(document, paper), paper.columns, rounds, WARM_UP)


def run_receiptline(markup: str, columns: int, rounds: int = 1, warm_up: int = 0) -> Receiptline:
    """What receiptline makes of ``markup``. Raises RuntimeError with its words."""
    printer = {"cpl": columns, "encoding": "shiftjis", "command": "epson", "spacing": True}
    task = {"markup": markup, "printer": printer, "warm_up": warm_up, "rounds": rounds}
    done = run_node(SCRIPT, stdin=json.dumps(task))
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)
    return Receiptline(told["version"], base64.b64decode(told["bytes"]), told["text"], told["ms"])


def receiptline_markup(document: Document, paper: PaperProfile) -> str:
    """``document`` in ReceiptLine, block by block. Raises ValueError for a block that it cannot say."""
    out, widths = [], ""
    for block in document.blocks:
        wanted, line = _markup(block, paper)
        if wanted and wanted != widths:
            out.append(f"{{width:{wanted};border:none}}")
            widths = wanted
        if line:
            out.append(line)
    return "".join(f"{line}\n" for line in out)


def _markup(block: Block, paper: PaperProfile) -> tuple[str, str]:
    """The column widths that a block needs, and its line; either may be empty."""
    match block:
        case Text():
            said = _said(block.text, block.style)
            return "*", {Align.LEFT: f"|{said} |", Align.CENTER: said, Align.RIGHT: f"| {said}|"}[block.align]
        case Columns(middle="") if width_of(block.left) * block.style.size.across > paper.columns - sum(MONEY_CELLS):
            right_cells = width_of(block.right) * block.style.size.across
            return f"*,{right_cells}", f"{_said(block.left, block.style)} | {_said(block.right, block.style)}"
        case Columns():
            parts = (_said(part, block.style) for part in (block.left, block.middle, block.right))
            return f"*,{MONEY_CELLS[0]},{MONEY_CELLS[1]}", "{} | {}| {}".format(*parts)
        case Pair():
            return f"{PAIR_CELLS},*", f"{_said(block.label)} |{_said(block.value)} |"
        case Rule():
            return "*", "---"
        case Qr():
            return "", f"{{code:{block.text};option:qrcode,{paper.qr_module_dots},{block.form.level.lower()}}}"
        case Feed() | Cut():
            return "", ""  # it has no half lines, and cuts by itself
        case Box():
            raise ValueError("no stamp fields in the receipt that is compared")
        case _:
            assert_never(block)


def _said(part: str, style: Style = PLAIN) -> str:
    if not part:
        return ""
    mark = _SIZES[style.size] + ('"' if style.bold else "")
    return f"{mark}{part.translate(_SPECIAL)}{mark[::-1]}"


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A row as python-escpos wants it: set() when the looks change, then text(), or qr() where there is a level."""

    text: str
    style: Style
    align: Align
    symbol_level: str = ""


def escpos_lines(document: Document, paper: PaperProfile) -> list[PrintedLine]:
    """Our layout in padded lines: it has no columns of its own, so that this is not a part of its time."""
    lines = []
    for row in lay_out(document, paper.columns):
        match row:
            case TextRow():
                line = ""
                for span in row.spans:
                    line += " " * (span.start // row.style.size.across - width_of(line)) + span.text
                lines.append(PrintedLine(line, row.style, row.align))
            case QrRow():
                lines.append(PrintedLine(row.text, PLAIN, Align.CENTER, row.form.level))
            case FeedRow() | CutRow():
                pass
            case _:
                assert_never(row)
    return lines


def python_escpos(lines: list[PrintedLine], module_dots: int) -> bytes:
    """The job as python-escpos makes it. It has no Japanese: the kanji come out as other characters."""
    printer = import_module("escpos.printer").Dummy()
    style, align = PLAIN, Align.LEFT
    for line in lines:
        if (line.style, line.align) != (style, align):
            style, align = line.style, line.align
            across, down = style.size.value
            printer.set(align=align.name.lower(), bold=style.bold, custom_size=True, width=across, height=down)
        if line.symbol_level:
            printer.qr(line.text, ec="LMQH".index(line.symbol_level), size=module_dots, native=True)
        else:
            printer.text(f"{line.text}\n")
    printer.cut()
    return bytes(printer.output)
