"""receiptio, the print program of ReceiptLine's authors, prints on our emulated printer and says what became of it."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.errors import DeviceError
from drivers.transport import ByteStream
from tests.contract.printer.test_escpos_with_emulator import EmulatorProcess
from tests.node import PACKAGES, run_node

RECEIPTIO = PACKAGES / "receiptio" / "bin" / "cli.js"
PORT = 9100
"""receiptio knows no other."""
READ_S, CONNECT_S = 0.05, 30.0
RECEIPT = """^^^ご利用明細
{width:*,12;border:none}
住民票の写し | ¥600
---
"合計" | "¥600"
"""
PAPER = """              ご利用明細
住民票の写し                                ¥600
────────────────────────────────────────────────
合計                                        ¥600
================================================
"""
Begin = Callable[..., EmulatorProcess]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts an emulated printer; it is stopped in any case."""
    with contextlib.ExitStack() as stack:

        def started(*arguments: str) -> EmulatorProcess:
            emulator = EmulatorProcess(tmp_path, *arguments)
            stack.callback(emulator.stop)
            return emulator

        yield started


@contextlib.contextmanager
def on_the_network(emulator: EmulatorProcess) -> Iterator[str]:
    """The printer's serial line behind a box on the LAN, at an address of this process alone; yields the address."""
    number = os.getpid()
    host = f"127.{1 + number // 62_500 % 250}.{1 + number // 250 % 250}.{1 + number % 250}"
    with socket.create_server((host, PORT)) as listener, contextlib.closing(emulator.open_line()) as line:
        listener.settimeout(CONNECT_S)
        box = threading.Thread(target=carry, args=(listener, line))
        box.start()
        try:
            yield host
        finally:
            box.join()


def carry(listener: socket.socket, line: ByteStream) -> None:
    client, _ = listener.accept()
    gone = threading.Event()

    def back() -> None:
        with contextlib.suppress(OSError, DeviceError):
            while not gone.is_set():
                client.sendall(line.read(READ_S))

    answers = threading.Thread(target=back)
    answers.start()
    with client, contextlib.suppress(OSError, DeviceError):
        while data := client.recv(4096):
            line.write(data)
    gone.set()
    answers.join()


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "slip.receipt"
    path.write_text(RECEIPT.rstrip(), "utf-8")
    return path


def receiptio(host: str, *arguments: str) -> tuple[str, int]:
    """What it says, and its exit code."""
    done = run_node(RECEIPTIO, "-d", host, "-p", "epson", "-l", "ja", *arguments)
    return done.stderr.strip(), done.returncode


@pytest.mark.parametrize("paper", ["ok", "near_end"])
def test_success_is_what_stands_on_the_paper(begin: Begin, receipt: Path, paper: str) -> None:
    emulator = begin("--paper", paper)
    with on_the_network(emulator) as host:
        assert receiptio(host, str(receipt)) == ("success", 0)
    assert (emulator.out / "receipt-1.txt").read_text("utf-8") == PAPER
    assert emulator.stop() == 0, "every command of receiptio's is known here"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("paper_end", ("paperempty", 102)),
        ("paper_end_at_line:2", ("paperempty", 102)),
        ("cover_open", ("coveropen", 101)),
        ("cover_open_at_line:2", ("coveropen", 101)),
        ("cutter", ("error", 103)),
        ("cutter_at_line:2", ("error", 103)),
        ("silent_at_line:2", ("timeout", 106)),
    ],
)
def test_a_fault_has_its_word(begin: Begin, receipt: Path, fault: str, said: tuple[str, int]) -> None:
    emulator = begin("--fault", fault)
    with on_the_network(emulator) as host:
        patience_s = "1" if said[0] == "timeout" else "60"
        assert receiptio(host, "-t", patience_s, str(receipt)) == said
    assert emulator.stop() == 0


def test_a_ready_printer_is_online(begin: Begin) -> None:
    emulator = begin()
    with on_the_network(emulator) as host:
        assert receiptio(host, "-q") == ("online", 100)
    emulator.stop()
