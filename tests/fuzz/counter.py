"""What stands around the till: printer, scanners, display, and people's fingers on forms and command lines."""

import re
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from io import StringIO

import kiosk.cli
import register.cli
from drivers.codes.card_number import mask_card_numbers
from drivers.display.api import COLUMNS, CharacterSet, TwoLines, UndisplayableTextError
from drivers.display.line20.protocol import show
from drivers.errors import PortMissingError
from drivers.payment.api import AuthorizationRequest, Media
from drivers.payment.attended.form_check import YEN_DIGITS_MAX, approved_from, mismatch_from, unfinished_from
from drivers.ports import ListedPort, resolve
from drivers.printer.escpos.protocol import EVENTS_MAX, Completed, Event, ReplyParser, cause_of, paper_of
from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable, broken_rule
from drivers.scanner.lines.protocol import EVENTS_MAX as SCANS_MAX
from drivers.scanner.lines.protocol import LineReader
from drivers.scanner.wedge import BurstRecognizer, Recognized, Typed
from drivers.transport import TCP_PORT_MAX, parse_tcp_address
from kiosk.domain.money import YEN_MAX, parse_yen
from tests.fuzz.target import Target, assert_yen, events_of, halves, has_check_digit, texts_of
from tests.unit.drivers.printer.escpos.test_damaged_frames import REPLIES
from tests.unit.drivers.scanner.lines.test_damaged_frames import LINES


def _replies(pieces: tuple[bytes, ...]) -> list[Event]:
    return events_of(ReplyParser(), pieces)


def printer(data: bytes) -> None:
    """A job counts as finished only where the printer said so in as many bytes."""
    found = _replies((data,))
    assert _replies(halves(data)) == found or len(found) >= EVENTS_MAX
    for event in found:
        if isinstance(event, Completed):
            assert b"\x37\x22%04d\x00" % event.job_number in data, "a completion that was never sent"
    for bits in data[:4]:
        paper_of(bits)
        [cause_of(number, bits) for number in (1, 2, 3, 4)]


def _scans(pieces: tuple[bytes, ...]) -> list[Scan | Unreadable]:
    reader = LineReader()
    found: list[Scan | Unreadable] = events_of(reader, pieces, reader.line_quiet)
    assert reader.is_idle
    return found


def scanner_lines(data: bytes) -> None:
    """A scan is one whole line of what came, of characters that codes have."""
    found = _scans((data,))
    assert _scans(halves(data)) == found or len(found) >= SCANS_MAX
    lines = re.split(rb"[\r\n]", data)[:-1]
    for event in found:
        match event:
            case Scan(text):
                assert any(text in (line.decode(errors="replace"), line.decode("cp932", "replace")) for line in lines)
                assert not broken_rule(text)
            case Unreadable(rule):
                assert rule


_KEYS = "\r\n\t" + "".join(map(chr, range(0x20, 0x7F))) + "０９Ａｚあ住\u3000\x1d"
"""What a key writes: two bytes an input, which key and how long after the one before."""


def wedge(data: bytes) -> None:
    """No key is delivered twice or out of order, and none of a code's keys is typed into a field."""
    recognizer, now_s, found = BurstRecognizer(), 0.0, list[Recognized]()
    for number, (which, pause) in enumerate(zip(data[::2], data[1::2], strict=False)):
        now_s += (pause & 0x7F) / 1000
        text = _KEYS[which] if which < len(_KEYS) else ""
        if which == 0xFF:
            found += recognizer.commit(number, "４９１２", now_s, ends=bool(pause & 0x80))
        elif which == 0xFE:
            found += recognizer.quiet(now_s)
        else:
            found += recognizer.press(number, text, now_s, is_repeat=bool(pause & 0x80))
    found += recognizer.quiet(now_s + 60)
    assert recognizer.deadline_s is None, "held for ever"
    typed: list[int] = []
    for one in found:
        match one:
            case Typed(keys):
                typed += [key for key in keys if isinstance(key, int)]
            case Scan(text):
                assert 0 < len(text) <= SCAN_BYTES_MAX
                assert not broken_rule(text)
            case Unreadable(rule):
                assert rule
    assert typed == sorted(set(typed)), "a key twice, or before its turn"


def display(data: bytes) -> None:
    """Two rows of twenty columns exactly, or the text is refused."""
    texts = (*texts_of(data), "", "", "")
    for characters in CharacterSet:
        with suppress(UndisplayableTextError):
            shown = show(TwoLines(texts[0], texts[1], texts[2], texts[3]), characters)
            assert len(shown) == 2 * (4 + COLUMNS)


_RUN = re.compile(r"\d{13,19}", re.ASCII)


def card_numbers(data: bytes) -> None:
    """Length and all else stay; a lone run of 13 to 19 digits shows its last four at most."""
    text = data.decode("utf-8", "replace")
    masked = mask_card_numbers(text)
    assert len(masked) == len(text)
    assert all(new == old or (new == "*" and old.isdecimal()) for new, old in zip(masked, text, strict=True))
    for match in _RUN.finditer(masked):
        alone = not masked[: match.start()].endswith(tuple("0123456789")) and not masked[match.end() :][:1].isdecimal()
        assert not (alone and has_check_digit(match[0])), "a card number that is shown"


_BRANDS = ("Visa", "JCB")


def attended(data: bytes) -> None:
    """Nothing is approved over an amount other than the one asked for."""
    names = ("amount_yen", "slip_number", "approval_code", "brand")
    values: Mapping[str, str] = dict(zip(names, texts_of(data), strict=False))
    for brands in ((), _BRANDS[:1], _BRANDS):
        request = AuthorizationRequest("op", 1, 600, Media.CREDIT, brands=brands)
        approved = approved_from(request, values)
        if approved is not None:
            assert_yen(approved.amount_yen, most=600)
            assert approved.amount_yen == 600
            assert values["amount_yen"].lstrip("0") == "600"
            assert re.fullmatch(r"[0-9A-Z]{0,8}", approved.approval_code, re.ASCII)
            assert approved.approval_code.lower() == values.get("approval_code", "").strip().lower()
            assert re.fullmatch(r"[0-9]{1,8}", approved.slip_number, re.ASCII)
            assert approved.brand in (*brands, "") and bool(approved.brand) is bool(brands)  # noqa: PT018
        unfinished_from(request, values)
        other = mismatch_from(request, values)
        if other is not None:
            assert_yen(other.terminal_yen, most=10**YEN_DIGITS_MAX - 1)
            assert other.terminal_yen not in (0, 600)


def yen(data: bytes) -> None:
    """What is read as yen is written the same way again."""
    text = data.decode("utf-8", "replace")
    try:
        amount = parse_yen(text)
    except ValueError:
        assert not re.fullmatch(r"0|[1-9]\d{0,8}", text, re.ASCII)
        return
    assert_yen(amount, most=YEN_MAX)
    assert str(amount) == text


_LISTED = (ListedPort("/dev/ttyUSB0", 0x0403, 0x6001, "A10KZP45"), ListedPort("/dev/ttyUSB1", 0x05E0, 0x1701))


def ports(data: bytes) -> None:
    """A port's name, a USB identity or a network address; whatever else is said to be wrong in one line."""
    text = data.decode("utf-8", "replace")
    try:
        resolve(text, lambda: _LISTED)
    except PortMissingError:
        assert text.startswith("usb:")
    with suppress(ValueError):
        address = parse_tcp_address(text)
        if address is not None:
            host, number = address
            assert host
            assert 0 < number <= TCP_PORT_MAX


@cache
def _parsers() -> tuple[ArgumentParser, ...]:
    return kiosk.cli._parser(), register.cli._parser()


def arguments(data: bytes) -> None:
    """A command line is read, or refused with exit code 2 and one line; help is help."""
    words = [text for text in texts_of(data) if text]
    for parser in _parsers():
        told = StringIO()
        try:
            with redirect_stderr(told), redirect_stdout(StringIO()):
                parser.parse_args(words)
        except SystemExit as ended:
            code = ended.code
        else:
            code = 0
        assert (code, told.getvalue().count("\n")) in ((0, 0), (2, 1)), told.getvalue()


_LINE = ["kiosk", "run", "sell", "--profile", "config/counters/shiminka.toml", "--item", "J01", "--tender", "credit"]
COMMAND_LINES = (
    ["sell", *_LINE[3:], "--qty", "2", "--tendered", "1000", "--set", "printer.port=/dev/ttyUSB0"],
    ["journal", "show", "--state", "/tmp/x", "--last", "5"],
    ["wire", "decode", "--protocol", "zvt", "-"],
    ["settle", "--date", "2026-04-01", "--format", "csv", "--encoding", "cp932"],
    ["serve", "--db", "sqlite:///x", "--port", "8700"],
    ["enroll", "--kiosk", "k1", "--counter-name", "市民課", "--new-epoch"],
)
TARGETS = (
    Target("printer-replies", ("drivers.printer.escpos.protocol",), printer, lambda: REPLIES, 60_000, 60),
    Target(
        "scanner-lines",
        ("drivers.scanner.lines.protocol", "drivers.scanner.api"),
        scanner_lines,
        lambda: [line[:300] for line in LINES],
        70_000,
        80,
    ),
    Target(
        "scanner-wedge",
        ("drivers.scanner.wedge", "kiosk.wedge"),
        wedge,
        lambda: [
            b"".join(bytes((_KEYS.index(key), 5)) for key in "4912345678904\r"),
            b"".join(bytes((_KEYS.index(key), 90)) for key in "abc\r") + b"\xff\x05\xff\x85\xfe\x70",
            b"".join(bytes((_KEYS.index(key), 0x84)) for key in "００００Ａ\r\n"),
        ],
        40_000,
        80,
    ),
    Target(
        "display-text",
        ("drivers.display.line20.protocol",),
        display,
        lambda: ["住民票の写し\0\0合計\0¥1,500".encode(), "ｶﾞﾊﾟ\0ガぱ".encode(), "～￥\0\u3000−".encode()],
        40_000,
        60,
    ),
    Target(
        "card-numbers",
        ("drivers.codes.card_number",),
        card_numbers,
        lambda: [
            b"4111 1111 1111 1111",
            b"PAN 4111111111111111 OK\n5105-1051\n0510-5100",
            "カード 3530111333300000".encode(),
        ],
        20_000,
        80,
    ),
    Target(
        "attended-entry",
        ("drivers.payment.attended.form_check",),
        attended,
        lambda: [b"600\x0012345\x00A1B2C3\x00Visa", b"0600\x00001\x00", "６００\x001\x00ß\x00JCB".encode()],
        60_000,
        60,
    ),
    Target(
        "yen", ("kiosk.domain.money",), yen, lambda: [b"1500", b"0", b"01", "１５００".encode(), b"1e3"], 60_000, 24
    ),
    Target(
        "ports",
        ("drivers.ports", "drivers.transport", "kiosk.profile_side"),
        ports,
        lambda: [
            b"/dev/ttyUSB0",
            b"usb:0403:6001:A10KZP45",
            b"usb:05e0:1701",
            b"tcp://192.0.2.7:20007",
            b"tcp://[::1]:1",
        ],
        60_000,
        60,
    ),
    Target(
        "command-lines",
        ("kiosk.cli", "register.cli"),
        arguments,
        lambda: ["\0".join(line).encode() for line in COMMAND_LINES],
        1_500,
        200,
    ),
)
