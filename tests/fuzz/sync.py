"""What the kiosk makes of whoever answers for the register: a portal, a proxy, an enemy; and of its key files."""

import atexit
import gzip
import json
import shutil
import socket
import tempfile
import threading
import zlib
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import requests

from kiosk.doctor import Verdict, compare_clocks
from kiosk.journal.store import SqliteJournal
from kiosk.pins import PEPPER_BYTES, PepperError, read_pepper
from kiosk.sync.client import ANSWER_BYTES_MAX, RETRY_AFTER_S_MAX, NoAnswer, RegisterClient, open_session, send
from kiosk.sync.keys import Enrolment, KeyFileError, create_key, load_enrolment, load_key
from kiosk.sync.push import Pushed, RefusedByRegister, Unreachable, UpToDate, push_once
from tests.fuzz.records import HOSTILE
from tests.fuzz.target import Target, assert_one_line
from tests.unit.kiosk.sync.test_push import NOW, StillClock, write


def _folder(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


WAIT_S = 2.0
"""For a client that has all it needs and does not hang up."""


class Impostor:
    """A listening socket that says ``answer`` to whoever connects, and hangs up."""

    def __init__(self) -> None:
        self.answer = b""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            line, _ = self._listening.accept()
            line.settimeout(WAIT_S)
            with line, suppress(OSError):
                line.recv(4096)
                line.sendall(self.answer)
                line.shutdown(socket.SHUT_WR)
                while line.recv(4096):
                    pass  # closing with unread bytes would reset the connection


@cache
def _impostor(session: str) -> Impostor:
    """One for each session: it hears one connection after the other, and a session keeps its own open."""
    del session
    return Impostor()


@cache
def _session() -> requests.Session:
    return open_session(verify=True)


def answer(data: bytes) -> None:
    """A JSON object with a status, or NoAnswer: nothing else, whatever speaks HTTP or does not."""
    impostor = _impostor("answer")
    impostor.answer = data
    try:
        heard = send(_session(), "GET", f"{impostor.url}/v1/kiosks/k1/head", {"Connection": "close"}, b"")
    except NoAnswer as error:
        assert_one_line(error)
        return
    assert data.startswith(b"HTTP/")
    assert 100 <= heard.status <= 999
    assert heard.retry_after_s is None or 0 <= heard.retry_after_s <= RETRY_AFTER_S_MAX
    assert len(json.dumps(dict(heard.fields))) <= 8 * ANSWER_BYTES_MAX


STATUSES = (200, 409, 401, 422, 503, 429, 200, 301)
"""Byte 0 says which; the rest is the body, or what a register really says with one value spoiled."""


@cache
def _journal() -> SqliteJournal:
    journal = SqliteJournal(_folder("journal"), kiosk_id="k1", clock=StillClock())
    atexit.register(journal.close)
    write(journal, 3)
    return journal


@cache
def _client() -> RegisterClient:
    key = create_key(_folder("key") / "key")
    return RegisterClient(Enrolment(_impostor("push").url, "k1", 1, key.key_id), key, now_iso=lambda: NOW)


def _said(data: bytes) -> bytes:
    """A body that names our head, so that it is taken for the register's but for one field."""
    head = _journal().head()
    fields: dict[str, object] = {
        "ack_seq": head.seq,
        "ack_hash": head.hash.hex(),
        "head_seq": head.seq,
        "head_hash": head.hash.hex(),
        "expected_seq": 1,
        "rule": "gap",
        "detail": "expected entry 1",
    }
    name = sorted(fields)[data[0] % len(fields)]
    fields[name] = HOSTILE[data[1] % len(HOSTILE)]
    return json.dumps(fields).encode()


def push(data: bytes) -> None:
    """Nothing is acknowledged but what was sent and named with its hash; no answer ends the sync."""
    journal, status = _journal(), STATUSES[data[0] % len(STATUSES)] if data else 200
    body = _said(data[1:]) if len(data) == 3 else data[1:]
    _impostor("push").answer = b"HTTP/1.1 %d x\r\nConnection: close\r\nRetry-After: 3\r\n\r\n" % status + body
    before = journal.books().sync_status()
    result = push_once(journal, _client())
    after = journal.books().sync_status()
    head = journal.head()
    assert isinstance(result, Pushed | UpToDate | Unreachable | RefusedByRegister)
    if after.acked_seq != before.acked_seq:
        assert status == 200
        assert (after.acked_seq, head.hash.hex().encode() in body) == (head.seq, True)
        write(journal, 1)
    if isinstance(result, Pushed):
        assert (result.ack_seq, head.hash.hex().encode() in body) == (head.seq, True)
    assert type(after.acked_seq) is int


@cache
def _files() -> Path:
    return _folder("files")


def key_files(data: bytes) -> None:
    """A key, a PIN pepper or an enrolment, or one line about the file."""
    path = _files() / "file"
    path.write_bytes(data)
    path.chmod(0o600)
    try:
        assert len(load_key(path).public_key) == 32
    except KeyFileError as error:
        assert_one_line(error)
    try:
        assert len(read_pepper(path)) == PEPPER_BYTES
    except PepperError as error:
        assert_one_line(error)
    try:
        enrolment = load_enrolment(path)
    except KeyFileError as error:
        assert_one_line(error)
        return
    assert type(enrolment.epoch) is int
    assert all(type(each) is str for each in (enrolment.url, enrolment.kiosk_id, enrolment.key_id))


_NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def doctor_clock(data: bytes) -> None:
    """A time that the register says is compared, or passed over."""
    for finding in compare_clocks(data.decode("utf-8", "replace"), _NOW):
        assert isinstance(finding.verdict, Verdict)


def _answers() -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    body = b'{"ack_seq": 3, "ack_hash": "00", "server_time": "x"}'
    page = gzip.compress(b"<html>portal</html>", mtime=0)
    return [
        head + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
        head + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(body, mtime=0),
        head + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(body),
        b"HTTP/1.1 503 x\r\nRetry-After: 5\r\n\r\n",
        b"HTTP/1.0 302 Found\r\nLocation: http://portal/\r\n\r\n",
        head + b"Content-Encoding: gzip\r\n\r\n" + page[:9],
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ]


def _key_files() -> list[bytes]:
    folder = _folder("seeds")
    key = create_key(folder / "key")
    enrolment = Enrolment("https://register.example", "k1", 1, key.key_id)
    return [(folder / "key").read_bytes(), json.dumps(asdict(enrolment)).encode(), b"[" * 4000, b"0f" * 32]


TARGETS = (
    Target("sync-answer", ("kiosk.sync.client",), answer, _answers, 800, 400),
    Target(
        "sync-push",
        ("kiosk.sync.push", "kiosk.sync.client"),
        push,
        lambda: [bytes((way, name, value)) for way in (0, 1) for name in range(7) for value in range(0, 30, 2)],
        500,
        200,
    ),
    Target(
        "doctor-clock",
        ("kiosk.doctor",),
        doctor_clock,
        lambda: [b"2026-11-23T10:15:02.000+00:00", b"2026-11-23", b"9999-12-31T23:59:59-23:59"],
        20_000,
        40,
    ),
    Target("key-files", ("kiosk.sync.keys", "kiosk.pins"), key_files, _key_files, 3_000, 400),
)
