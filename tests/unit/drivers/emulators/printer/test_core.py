import io

import pytest
from PIL import Image

from drivers.emulators.printer.core import Job, PrinterCore, ViolationError
from drivers.emulators.printer.faults import Faults, parse_fault
from drivers.emulators.printer.head import Mechanics

INSTANT = Mechanics(speed=0)
START = b"\x1b@\x1cC\x01\x1bR\x08"
CUT = b"\x1dV\x42\x00"
DONE = b"\x1d(H\x06\x00000001"


class ListBook:
    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.rules: list[object] = []

    def keep(self, job: Job) -> None:
        self.jobs.append(job)

    def note(self, event: str, **facts: object) -> None:
        if event == "violation":
            self.rules.append(facts["rule"])


def printer(*faults: str, mechanics: Mechanics = INSTANT) -> tuple[PrinterCore, ListBook]:
    book = ListBook()
    return PrinterCore(book, mechanics, Faults(script=tuple(map(parse_fault, faults))), strict=False), book


def replies(core: PrinterCore, data: bytes, now_s: float = 0.0) -> bytes:
    return b"".join(reply for _, reply in core.step(now_s, data))


def test_a_job_is_kept_before_its_completion_is_told() -> None:
    core, book = printer()
    data = START + "合計 ¥1,200\n".replace("¥", "\\").encode("cp932") + CUT + DONE
    assert replies(core, data) == b"\x37\x220001\x00"
    assert book.jobs[-1].data == data
    assert book.jobs[-1].text.splitlines()[0] == "合計 ¥1,200"
    assert book.rules == []


def test_completion_waits_for_the_paper() -> None:
    core, book = printer(mechanics=Mechanics(dots_per_s=34.0))
    assert replies(core, START + b"a\nb\n" + DONE) == b""
    assert core.wake_at_s == pytest.approx(1.0)
    assert replies(core, b"", 1.0) == b""
    assert book.jobs == []
    assert replies(core, b"", 2.0) == b"\x37\x220001\x00"


def test_status_is_answered_while_the_mechanism_stands() -> None:
    core, _ = printer("paper_end_at_line:1")
    assert replies(core, START + b"\x1da\x0ea\nb\n" + DONE) == bytes.fromhex("1000000F 18000F0F")
    assert replies(core, b"\x10\x04\x01\x10\x04\x04") == bytes.fromhex("1A 7E")
    core.control("paper ok")
    assert replies(core, b"") == bytes.fromhex("1000000F") + b"\x37\x220001\x00"


def test_a_flood_is_stopped_and_what_overruns_is_lost() -> None:
    core, book = printer("cover_open")
    assert replies(core, b"x" * 5000) == b"\x13"
    assert len(book.rules) == 5000 - 4096
    core.control("cover close")
    assert b"\x11" in replies(core, b"")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"x" * 49, "a line wider than the paper"),
        (b"\x1b$\xff\x03", "a position beyond the paper"),
        (b"abc\x1b$\x00\x00", "a position left of what is already there"),
        (b"a\x1ba\x01", "ESC a in the middle of a line"),
        (b"a" + CUT, "a cut through an unfinished line"),
        (b"a\x1b@", "ESC @ throws away an unfinished line"),
        (b"\x1d(k\x03\x00\x31\x51\x30", "a QR symbol printed before it was stored"),
        (b"a\x1c2\xec\x40" + bytes(72), "a glyph defined in the middle of a line"),
        (b"\x1b3\xff" + b"\n" * 100, "more than 20000 dots of paper in one job"),
    ],
)
def test_sloppy_layout_is_a_violation(data: bytes, rule: str) -> None:
    core, book = printer()
    replies(core, START + data)
    assert book.rules[0] == rule


def test_a_strict_printer_fails_whoever_breaks_a_rule() -> None:
    core = PrinterCore(ListBook(), INSTANT, Faults())
    with pytest.raises(ViolationError, match="unknown command 1B 5A"):
        core.step(0.0, START + b"\x1bZ")


def test_the_picture_shows_what_was_sent() -> None:
    core, book = printer()
    qr = b"\x1d(k\x03\x00\x31\x43\x06\x1d(k\x05\x00\x31\x50\x30A1\x1d(k\x03\x00\x31\x51\x30"
    replies(core, START + b"\x1ba\x01" + qr + b"\x1ba\x00\x1d!\x11\x1bE\x01ABC\n\x1dB\x01ab\n" + CUT + DONE)
    picture = Image.open(io.BytesIO(book.jobs[-1].png)).convert("L")
    assert picture.width == 576 + 4 * 32
    side = 21 * 6
    start = (64 + (576 - side) // 2, 72)
    symbol = picture.crop((*start, start[0] + side, start[1] + side))
    assert symbol.getpixel((3, 3)) == symbol.getpixel((side - 3, 3)) == symbol.getpixel((3, side - 3))
    assert symbol.getpixel((3, 3)) != symbol.getpixel((9, 9))
    assert book.jobs[-1].text.splitlines()[:3] == ["[QR A1]", "ABC", "ab"]


def test_a_users_glyph_is_printed_dot_for_dot_in_every_size() -> None:
    core, book = printer()
    corner = b"\x80\x00\x00" + bytes(66) + b"\x00\x00\x01"  # the first dot and the last
    letter = b"\x1b&\x03!!\x0c" + b"\x00\x00\x01" + bytes(33)
    job = b"\x1c2\xec\x40" + corner + letter + b"\xec\x40\x1b%\x01!\x1b%\x00a\n\x1d!\x11\xec\x40\n"
    replies(core, START + job + CUT + DONE)
    assert book.rules == []
    assert book.jobs[-1].text.splitlines()[:2] == ["〓￮a", "〓"]
    picture = Image.open(io.BytesIO(book.jobs[-1].png)).convert("L").point(lambda level: 255 if level < 90 else 0)
    left, top = 64, 72
    row = picture.crop((left, top, left + 36, top + 24))
    assert [(x, y) for y in range(24) for x in range(36) if row.getpixel((x, y))] == [(0, 0), (23, 23), (24, 23)]
    large = picture.crop((left, top + 34, left + 48, top + 34 + 48))
    assert large.getbbox() == (0, 0, 48, 48)
    assert large.histogram()[255] == 8


def test_what_the_printer_was_told_holds_over_a_cut_and_not_over_a_reset() -> None:
    core, book = printer()
    replies(core, START + b"\x1c2\xec\x40" + bytes(72) + b"\xec\x40\n" + CUT + b"\xec\x40\n" + CUT)
    assert book.rules == []
    assert [job.text.splitlines()[0] for job in book.jobs] == ["〓", "〓"]
    replies(core, START + b"\xec\x40\n" + CUT)
    assert book.rules == ["no character has the code EC40"]


def test_jobs_without_completion_are_split_at_the_cut() -> None:
    core, book = printer()
    replies(core, START + b"a\n" + CUT + START + b"b\n" + CUT)
    assert [(job.number, job.data) for job in book.jobs] == [(1, START + b"a\n" + CUT), (2, START + b"b\n" + CUT)]


@pytest.mark.parametrize(
    "text", ["fire", "paper_end_at_line:", "paper_end_at_line:0", "paper_end_at_line:-1", "cutter_at_line:１"]
)
def test_unknown_faults_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="--fault"):
        parse_fault(text)
