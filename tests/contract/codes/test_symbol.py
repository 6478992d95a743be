"""Payment codes read off pictures, screens and paper, byte for byte, by a decoder that knows nothing of us."""

import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from drivers.codes import emv
from receipts.content import DocumentKind
from receipts.document import Document, Qr
from receipts.qr import QUIET_MODULES, QrTextTooLongError, qr_modules, qr_on_paper
from receipts.qr_form import PAYMENT, Level
from receipts.render import png, symbol
from receipts.render.escpos import render
from tests.contract.printer.test_checkpoint_symbol import PAPERS, paper_named, printed
from tests.unit.drivers.codes.published import EMV_ANNEX_B, JPQR_STATIC, SOUND, Sample

LONGEST = emv.encode(
    [
        *((tag, value) for tag, value in emv.decode(JPQR_STATIC).content if tag != "64"),
        ("64", [("00", "JA"), ("01", "市" * 25)]),
        ("65", "豊" * 99),
        ("66", "𠮷" * 99),
    ]
).payload


def on_paper(payload: str) -> Document:
    return Document(DocumentKind.TEST_PRINT, "", 0, (Qr(payload, PAYMENT),))


def seen(picture: bytes | Image.Image, mode: zxingcpp.TextMode = zxingcpp.TextMode.Plain) -> zxingcpp.Barcode:
    image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    (found,) = zxingcpp.read_barcodes(
        image.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), text_mode=mode
    )
    return found


@pytest.mark.parametrize("sample", SOUND, ids=[sample.name for sample in SOUND])
@pytest.mark.parametrize("level", Level)
def test_the_bytes_of_every_sample(sample: Sample, level: Level) -> None:
    for eci in (True, False):
        found = seen(symbol.png(qr_modules(sample.payload, replace(PAYMENT, level=level, eci=eci)), 2))
        assert found.bytes == sample.payload.encode()
        assert found.ec_level == level.value


@pytest.mark.parametrize("payload", [JPQR_STATIC, EMV_ANNEX_B, LONGEST], ids=["jpqr", "annex-b", "longest"])
def test_eci_is_named_where_it_is_asked_for_and_needed(payload: str) -> None:
    """The decoder's symbology identifier: ]Q2 and the designator 000026 with ECI, ]Q1 without."""
    named = seen(symbol.png(qr_modules(payload, PAYMENT), 2), zxingcpp.TextMode.HexECI)
    assert bytes.fromhex(named.text) == b"]Q2\\000026" + payload.encode()
    plain = seen(symbol.png(qr_modules(payload, replace(PAYMENT, eci=False)), 2), zxingcpp.TextMode.HexECI)
    assert bytes.fromhex(plain.text) == b"]Q1" + payload.encode()
    ascii_only = seen(symbol.png(qr_modules("0002010102", PAYMENT), 2), zxingcpp.TextMode.HexECI)
    assert bytes.fromhex(ascii_only.text).startswith(b"]Q1")


@pytest.mark.parametrize("side_px", [390, 480, 640])
def test_a_window_s_square_in_its_own_pixels(side_px: int) -> None:
    for payload in (JPQR_STATIC, LONGEST):
        assert seen(symbol.png_in(qr_modules(payload, PAYMENT), side_px)).bytes == payload.encode()


@pytest.mark.parametrize("module_px", [3, 4.5])
def test_svg_as_another_program_draws_it(module_px: float) -> None:
    modules = qr_modules(LONGEST, PAYMENT)
    side = round((len(modules) + 2 * QUIET_MODULES) * module_px)
    image = QImage(side, side, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(symbol.svg(modules).encode())).render(painter)
    painter.end()
    drawn = Image.frombuffer("L", (side, side), bytes(image.constBits()), "raw", "L", image.bytesPerLine(), 1)
    assert seen(drawn).bytes == LONGEST.encode()


@pytest.mark.parametrize("payload", [JPQR_STATIC, EMV_ANNEX_B], ids=["jpqr", "annex-b"])
@pytest.mark.parametrize("name", PAPERS)
def test_the_printer_s_own_pixels_are_the_modules(name: str, payload: str) -> None:
    """On paper a payment code is drawn by us: a printer's own command may split it, and names no ECI."""
    paper, document = paper_named(name), on_paper(payload)
    modules, dots = qr_on_paper(payload, PAYMENT, paper)
    assert (len(modules) + 2 * QUIET_MODULES) * dots <= paper.width_dots
    job = render(document, paper)
    assert b"\x1d(k" not in job
    for picture in (printed(job), png.render(document, paper)):
        found = seen(picture)
        assert found.bytes == payload.encode()
        corner, far, white = found.position.top_left, found.position.bottom_right, QUIET_MODULES * dots // 2
        around = (corner.x - white, corner.y - white, far.x + white, far.y + white)
        dark = Image.open(io.BytesIO(picture)).convert("L").point([255 * (level < 128) for level in range(256)])
        dark = dark.crop(around)
        left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
        assert min(left, top, dark.width - right, dark.height - bottom) > 0, "no quiet zone"
        assert (right - left, bottom - top) == (len(modules) * dots, len(modules) * dots)
        cut = dark.crop((left, top, right, bottom)).tobytes()
        drawn = [bytes(255 * module for module in row for _ in range(dots)) for row in modules for _ in range(dots)]
        assert cut == b"".join(drawn)


def test_a_code_that_no_paper_holds_is_refused() -> None:
    with pytest.raises(QrTextTooLongError):
        render(on_paper(LONGEST), replace(paper_named("generic-58mm"), width_dots=374))
