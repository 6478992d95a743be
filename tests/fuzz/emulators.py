"""The emulators' own parsers: they face our drivers and the scripts of people who test."""

from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from drivers.emulators.paypay.answers import read_script as paypay_script
from drivers.emulators.paypay.ledger import read_ledger as paypay_ledger
from drivers.emulators.printer.codec import CommandReader
from drivers.emulators.printer.faults import parse_fault
from drivers.emulators.stxlrc.answers import read_script as stxlrc_script
from drivers.emulators.stxlrc.codec import Unwrapper as StxlrcUnwrapper
from drivers.emulators.stxlrc.codec import wrap
from drivers.emulators.stxlrc.ledger import read_ledger as stxlrc_ledger
from drivers.emulators.terminal import codec
from drivers.emulators.terminal.answers import read_script as zvt_script
from drivers.emulators.terminal.ledger import read_ledger as zvt_ledger
from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.protocol import authorization, registration, reversal
from tests.fuzz.target import Target, halves, texts_of
from tests.unit.drivers.payment.stxlrc.understood import valid_frames
from tests.unit.drivers.printer.escpos.test_damaged_frames import JOBS

COMMANDS = (registration("000000"), authorization(600, mirrored_slip="12"), reversal("000000", "0012", 600))


def terminal(data: bytes) -> None:
    """The same however split; a command that is read has an amount above zero."""
    for make in (codec.Unwrapper, codec.RawUnwrapper):
        whole, cut = make(), make()
        found = whole.take(0, data)
        assert [each for piece in halves(data) for each in cut.take(0, piece)] == found
        for each in found:
            if isinstance(each, bytes):
                assert codec.wrap(each) in data or each in data
    command = codec.read_sale(data)
    assert command is None or 0 < command.amount < 10**12


def stxlrc(data: bytes) -> None:
    """The same however split; a text that is read was on the line with its check."""
    whole, cut = StxlrcUnwrapper(), StxlrcUnwrapper()
    found = whole.take(0, data)
    assert [each for piece in halves(data) for each in cut.take(0, piece)] == found
    for each in found:
        if isinstance(each, str):
            assert wrap(each) in data


def printer(data: bytes) -> None:
    """Every byte belongs to one token, whatever it says."""
    reader, cut = CommandReader(), CommandReader()
    reader.receive(data)
    found = list(iter(reader.next_token, None))
    for piece in halves(data):
        cut.receive(piece)
    assert list(iter(cut.next_token, None)) == found
    assert data.startswith(b"".join(token.raw for token in found))


def scripts(data: bytes) -> None:
    """What a tester writes is read, or ValueError says what is wrong."""
    text = data.decode("utf-8", "replace")
    for read in (zvt_script, stxlrc_script, paypay_script, parse_fault):
        with suppress(ValueError):
            read(text)
    if texts_of(data)[0] != text:
        return
    with NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        for ledger in (zvt_ledger, stxlrc_ledger, paypay_ledger):
            with suppress(ValueError):
                ledger(Path(file.name))


_ROOM = "drivers.emulators"
TARGETS = (
    Target(
        "emulated-terminal",
        (f"{_ROOM}.terminal.codec", f"{_ROOM}.terminal.book", f"{_ROOM}.terminal.slips"),
        terminal,
        lambda: [*(encode_frame(each) for each in COMMANDS), *(each.body for each in COMMANDS)],
        10_000,
        120,
    ),
    Target("emulated-stxlrc", (f"{_ROOM}.stxlrc.codec", f"{_ROOM}.stxlrc.book"), stxlrc, valid_frames, 30_000, 150),
    Target("emulated-printer", (f"{_ROOM}.printer.codec",), printer, lambda: JOBS, 6_000, 120),
    Target(
        "emulated-scripts",
        (f"{_ROOM}.script", f"{_ROOM}.ledger_file", f"{_ROOM}.printer.faults", f"{_ROOM}.terminal.answers"),
        scripts,
        lambda: [
            b"approve, decline:07 # x\nslow:10,busy:2",
            b"paper_out@12,cover",
            b'{"slip":1,"amount":600}\n{"a":1}\n',
        ],
        3_000,
        200,
    ),
)
