"""The display on a real virtual line."""

import os
import time
import tty

import pytest

from drivers.context import Wake
from drivers.display.api import CharacterSet, DisplayFault, TwoLines, UndisplayableTextError
from drivers.display.line20.driver import Line20Display
from drivers.display.line20.protocol import CLEAR, INITIALIZE, TO_DISPLAY, TO_PRINTER, brightness, show
from drivers.errors import PortBusyError
from drivers.transport import ByteStream, MemoryLine, SerialLine, SerialSettings

TOTAL = TwoLines("ｺﾞｳｹｲ", "¥600")


class Context:
    def now_s(self) -> float:
        return time.monotonic()

    def receive(self, line: ByteStream, deadline_s: float) -> bytes | Wake:
        raise AssertionError("a display answers nothing: there is nothing to wait for")


def read_all(near: int, length: int) -> bytes:
    """What the line brings until ``length`` bytes are there; it may bring them in pieces."""
    data = b""
    while len(data) < length:
        data += os.read(near, length - len(data))
    return data


def test_it_is_made_ready_once_and_then_only_told() -> None:
    near, far = os.openpty()
    tty.setraw(far)
    display = Line20Display(lambda: SerialLine(SerialSettings(os.ttyname(far))))
    assert display.show(TOTAL, Context()) is None
    assert read_all(near, len(INITIALIZE[CharacterSet.KANA] + show(TOTAL))) == INITIALIZE[CharacterSet.KANA] + show(
        TOTAL
    )
    assert display.clear(Context()) is None
    assert display.set_brightness(2, Context()) is None
    assert read_all(near, len(CLEAR + brightness(2))) == CLEAR + brightness(2)
    display.close()
    display.close()
    os.close(far)
    os.close(near)


def test_beside_a_printer_every_text_is_addressed_and_the_printer_gets_its_line_back() -> None:
    near, far = MemoryLine.pair()
    display = Line20Display(lambda: far, shares_printer_line=True)
    display.clear(Context())
    assert near.read(1.0) == TO_DISPLAY + INITIALIZE[CharacterSet.KANA] + TO_DISPLAY + CLEAR + TO_PRINTER
    display.clear(Context())
    assert near.read(1.0) == TO_DISPLAY + CLEAR + TO_PRINTER


def test_faults_are_told_apart_and_a_display_that_is_back_shows_again() -> None:
    assert Line20Display(lambda: SerialLine(SerialSettings("/nowhere"))).clear(Context()) is DisplayFault.PORT_MISSING

    def held() -> ByteStream:
        raise PortBusyError("held")

    assert Line20Display(held).clear(Context()) is DisplayFault.PORT_BUSY
    pairs = [MemoryLine.pair(), MemoryLine.pair()]
    lines = iter(far for _, far in pairs)
    display = Line20Display(lambda: next(lines))
    assert display.clear(Context()) is None
    pairs[0][1].close()
    assert display.show(TOTAL, Context()) is None
    assert pairs[1][0].read(1.0) == INITIALIZE[CharacterSet.KANA] + show(TOTAL)


def test_a_text_it_cannot_show_leaves_the_line_untouched() -> None:
    near, far = MemoryLine.pair()
    with pytest.raises(UndisplayableTextError):
        Line20Display(lambda: far).show(TwoLines("合計"), Context())
    assert near.read(0.0) == b""
