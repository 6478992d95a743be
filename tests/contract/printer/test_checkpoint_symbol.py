"""The QR symbol of a close report, read off the paper by a decoder that knows nothing of us."""

import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from drivers.emulators.printer.core import Job, PrinterCore
from drivers.emulators.printer.faults import Faults
from drivers.emulators.printer.head import Mechanics
from kiosk.domain.checkpoint import CHECKPOINT_CHARS_MAX
from receipts.paper import PaperProfile, parse_paper_profile
from receipts.qr import qr_modules
from receipts.render import escpos, png
from receipts.sample import SAMPLE_CHECKPOINT, sample_report
from tests.house.test_shape import ROOT
from tests.layouts import compose_report

PAPERS = ("emulated-80mm", "tm-t88-80mm", "generic-58mm")
PACKET_BYTES = 1024
QUIET_MODULES = 4
"""ISO/IEC 18004: white around the symbol."""
LONGEST = SAMPLE_CHECKPOINT.qr_text.ljust(CHECKPOINT_CHARS_MAX, "A")


def paper_named(name: str) -> PaperProfile:
    path = ROOT / "config" / "printers" / f"{name}.toml"
    return parse_paper_profile(path.read_text("utf-8"), path.name)


def read(picture: bytes) -> str:
    image = Image.open(io.BytesIO(picture)).convert("L")
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.text)


class LastJob:
    def __init__(self) -> None:
        self.png = b""

    def keep(self, job: Job) -> None:
        self.png = job.png

    def note(self, event: str, **facts: object) -> None:
        assert event != "violation", facts


def printed(job: bytes) -> bytes:
    """The paper that the emulated printer makes of ``job``, as PNG."""
    book = LastJob()
    core, sent = PrinterCore(book, Mechanics(speed=0), Faults(script=())), job + b"\x1d(H\x06\x00000001"
    for start in range(0, len(sent), PACKET_BYTES):
        core.step(start / PACKET_BYTES, sent[start : start + PACKET_BYTES])
    return book.png


@pytest.mark.parametrize("text", [SAMPLE_CHECKPOINT.qr_text, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize("name", PAPERS)
def test_the_drawn_paper_and_the_printed_one_carry_the_text(name: str, text: str) -> None:
    paper = paper_named(name)
    report = compose_report(replace(sample_report(), checkpoint=replace(SAMPLE_CHECKPOINT, qr_text=text)))
    assert read(png.render(report, paper)) == text
    assert read(printed(escpos.render(report, paper))) == text


@pytest.mark.parametrize("text", [SAMPLE_CHECKPOINT.qr_text, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize("name", PAPERS)
def test_the_symbol_fits_the_paper_with_its_quiet_zone(name: str, text: str) -> None:
    paper = paper_named(name)
    modules = len(qr_modules(text))
    assert modules == (61 if text == SAMPLE_CHECKPOINT.qr_text else 65)
    needed_dots = (modules + 2 * QUIET_MODULES) * paper.qr_module_dots
    assert needed_dots <= paper.width_dots
    assert paper.qr_module_dots >= 4, "half a millimeter a module: thermal paper keeps it readable"


def test_a_faded_and_stained_paper_is_still_read() -> None:
    """Years in a binder: half the contrast is gone, and a stain covers a corner's worth of the data."""
    picture = Image.open(io.BytesIO(png.render(compose_report(sample_report()), paper_named("emulated-80mm"))))
    faded = picture.convert("L").point([level // 3 + 165 for level in range(256)])
    for x in range(300, 345):
        for y in range(1400, 1445):
            faded.putpixel((x, y), 200)
    out = io.BytesIO()
    faded.save(out, "PNG")
    assert read(out.getvalue()) == SAMPLE_CHECKPOINT.qr_text
