"""One municipal receipt of thirty lines with a QR: bytes, time and picture. Owns the figures beside others' tools.

The yardsticks are made in the same run: plain encoding of the text, receiptline in node, python-escpos, bare Pillow.
"""

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from drivers.printer.api import Printed, PrintJob
from drivers.printer.escpos.driver import EscposPrinter
from drivers.transport import SerialSettings
from kiosk.paths import CONFIG
from kiosk.runtime.live_context import LiveDeviceContext
from receipts.document import Document
from receipts.fonts import Face, find_font
from receipts.layout import TextRow, lay_out
from receipts.paper import PaperProfile, parse_paper_profile
from receipts.render import escpos, png, text
from receipts.render.strips import INK_LEVEL, PAPER_LEVEL
from receipts.sample import sample_sale
from scripts.benchmarks.printer_line import BITS_PER_BYTE, PrinterLine, printer_line
from scripts.benchmarks.receipt_peers import escpos_lines, python_escpos, receiptline
from scripts.benchmarks.stamped_line import StampedLine
from tests.layouts import compose_sale

TURNS, ROUNDS = 3, 200
"""Each side takes its turn, so that a busy moment of the machine falls on both."""
PICTURES = 41
GOAL_BYTES, GOAL_MS = 1600, 1.0
GOAL_RECEIPTLINE_BYTES, GOAL_RECEIPTLINE_TIME = 0.27, 1.0
GOAL_PICTURE = 1.5
GOAL_FIRST_BYTE_MS = 1.0
PAPER = "emulated-80mm.toml"
BAUDS = (9_600, 19_200, 115_200)
PACED_BAUD = 19_200
SLIPS = 200
LINE_S_MAX, LOOK_S = 30.0, 0.005


def run() -> list[dict[str, Any]]:
    """Size and time beside plain encoding and both peers, the line's time, the first byte, the preview."""
    paper = parse_paper_profile((CONFIG / "printers" / PAPER).read_text("utf-8"), PAPER)
    document = _sale()
    job = escpos.render(document, paper)
    return [
        *_made(document, paper, job),
        _first_byte(paper),
        _preview(document, paper),
    ]


def _sale() -> Document:
    return compose_sale(sample_sale())


def _made(document: Document, paper: PaperProfile, job: bytes) -> list[dict[str, Any]]:
    """Bytes, time to make them and time on the line."""
    plain = text.render(document, paper.columns)
    padded = escpos_lines(document, paper)
    ours_ms: list[float] = []
    theirs_ms: list[float] = []
    for _ in range(TURNS):
        ours_ms += _rounds_ms(lambda: escpos.render(_sale(), paper))
        peer = receiptline(document, paper, ROUNDS)
        theirs_ms += peer.rounds_ms
    bare_ms = _rounds_ms(lambda: plain.encode("cp932", "replace"))
    garbled = python_escpos(padded, paper.qr_module_dots)
    garbled_ms = _rounds_ms(lambda: python_escpos(padded, paper.qr_module_dots))
    node = f"receiptline {peer.version}, epson, {paper.columns} columns"
    python = f"python-escpos {version('python-escpos')}, kanji garbled"
    bare = len(plain.encode("cp932", "replace"))
    name = f"receipt: bytes of {len(plain.splitlines())} lines with QR"
    size, took_ms = len(job), statistics.median(ours_ms)
    return [
        _row(name, size, "bytes", ("its text in CP932, padded", bare), GOAL_BYTES),
        _row(f"{name} beside receiptline", size, "bytes", (node, len(peer.job)), GOAL_RECEIPTLINE_BYTES, "ratio"),
        _row(f"{name} beside python-escpos", size, "bytes", (python, len(garbled))),
        _row("receipt: compose and render", took_ms, "ms", ("encoding its text", statistics.median(bare_ms)), GOAL_MS),
        _row(
            "receipt: compose and render beside receiptline",
            took_ms,
            "ms",
            (f"{node}, warm, in node", statistics.median(theirs_ms)),
            GOAL_RECEIPTLINE_TIME,
            "ratio",
        ),
        _row(
            "receipt: compose and render beside python-escpos", took_ms, "ms", (python, statistics.median(garbled_ms))
        ),
        *(_on_the_line(baud, size, (node, len(peer.job))) for baud in BAUDS),
        _paced(job, (node, peer.job)),
    ]


def _on_the_line(baud: int, size: int, peer: tuple[str, int]) -> dict[str, Any]:
    byte_s = BITS_PER_BYTE / baud
    return _row(
        f"receipt: on a line of {baud} baud (8N1, from its bytes)", size * byte_s, "s", (peer[0], peer[1] * byte_s)
    )


def _paced(job: bytes, peer: tuple[str, bytes]) -> dict[str, Any]:
    """First byte heard to last byte heard, on one pseudo-terminal at that pace."""
    with tempfile.TemporaryDirectory() as folder, printer_line(Path(folder), PACED_BAUD) as line:
        fd = os.open(line.port, os.O_RDWR | os.O_NOCTTY)
        took_s = []
        for sent in (job, peer[1]):
            before = len(line.heard())
            os.write(fd, sent)
            took_s.append(_last_heard_s(line, before, len(sent)))
        os.close(fd)
    return _row(f"receipt: measured on a line of {PACED_BAUD} baud", took_s[0], "s", (peer[0], took_s[1]))


def _last_heard_s(line: PrinterLine, before: int, size: int) -> float:
    deadline_s = time.monotonic() + LINE_S_MAX
    while sum(count for _, count in line.heard()[before:]) < size:
        if time.monotonic() > deadline_s:
            raise RuntimeError("the line does not carry the receipt")
        time.sleep(LOOK_S)
    heard = line.heard()[before:]
    last_s, last_bytes = heard[-1]
    return last_s + last_bytes * BITS_PER_BYTE / PACED_BAUD - heard[0][0]


def _first_byte(paper: PaperProfile) -> dict[str, Any]:
    """From asking for a sale's slip to the first byte handed to the line, which is open since morning.

    In between the slip is composed and rendered; the first byte asks the printer how it is.
    """
    ours_ms: list[float] = []
    bare_ms: list[float] = []
    with tempfile.TemporaryDirectory() as folder, printer_line(Path(folder), baud=0) as line:
        settings = SerialSettings(str(line.port), baud=115_200)
        stamps: list[float] = []
        opened = StampedLine(settings, b"", stamps)
        printer, context = EscposPrinter(lambda: opened), LiveDeviceContext()
        for number in range(SLIPS):
            stamps.clear()
            asked_s = time.monotonic()
            printed = printer.print(PrintJob(number, escpos.render(_sale(), paper)), context)
            assert isinstance(printed, Printed), printed
            ours_ms.append((stamps[0] - asked_s) * 1000)
        for _ in range(SLIPS):
            asked_s = time.monotonic()
            opened.write(b"\n")
            bare_ms.append((stamps[-1] - asked_s) * 1000)
    return _row(
        f"receipt: asked to first byte, in the middle of {SLIPS} (p99 {_p99(ours_ms):.1f} ms)",
        statistics.median(ours_ms),
        "ms",
        ("one bare write to the line", statistics.median(bare_ms)),
        GOAL_FIRST_BYTE_MS,
    )


def _preview(document: Document, paper: PaperProfile) -> dict[str, Any]:
    """Our picture of the paper, QR and all; bare Pillow draws the same letters at the same places and encodes them."""
    picture = Image.open(io.BytesIO(png.render(document, paper)))
    fonts = {
        down: ImageFont.truetype(str(find_font(Face.CELLS).path), paper.cell_height_dots * down) for down in (1, 2)
    }
    placed, y = [], png.MARGIN_DOTS
    for line in lay_out(document, paper.columns):
        if isinstance(line, TextRow):
            for span in line.spans:
                x = png.MARGIN_DOTS + line.start_of(span, paper.columns) * paper.cell_width_dots
                placed.append((x, y, span.text, fonts[line.style.size.down]))
            y += paper.cell_height_dots * line.style.size.down + paper.line_gap_dots

    def bare() -> None:
        sheet = Image.new("L", picture.size, PAPER_LEVEL)
        draw = ImageDraw.Draw(sheet)
        for x, top, said, font in placed:
            draw.text((x, top), said, fill=INK_LEVEL, font=font)
        sheet.save(io.BytesIO(), "PNG")

    ours_ms: list[float] = []
    bare_ms: list[float] = []
    for _ in range(PICTURES):
        ours_ms += _rounds_ms(lambda: png.render(document, paper), rounds=1)
        bare_ms += _rounds_ms(bare, rounds=1)
    yardstick = ("bare Pillow, the same lines", statistics.median(bare_ms))
    return _row("receipt: preview as PNG", statistics.median(ours_ms), "ms", yardstick, GOAL_PICTURE, "ratio")


def _rounds_ms(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _p99(times_ms: list[float]) -> float:
    return statistics.quantiles(times_ms, n=100)[98]


def _row(
    name: str,
    value: float,
    unit: str,
    yardstick: tuple[str, float],
    goal: float | None = None,
    goal_on: str = "value",
) -> dict[str, Any]:
    """One figure; less is better. ``goal`` None: it only stands beside its yardstick."""
    ratio = value / yardstick[1]
    reached = {"value": value, "ratio": ratio}[goal_on]
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "yardstick": yardstick[0],
        "yardstick_value": round(yardstick[1], 4),
        "ratio": round(ratio, 3),
        "goal": goal,
        "goal_on": goal_on,
        "better": "less",
        "met": None if goal is None else reached <= goal,
    }
