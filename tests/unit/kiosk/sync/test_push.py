"""What a kiosk makes of every answer, from a real journal over real HTTP; the answers are scripted."""

import contextlib
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.batch import BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, LINE_END, key_id_of
from kiosk.domain.record import Actor, Draft, SignedIn
from kiosk.journal.store import SqliteJournal
from kiosk.sync.client import RegisterClient
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME, EnrolmentError, enroll
from kiosk.sync.keys import Enrolment, create_key, load_enrolment, load_key
from kiosk.sync.push import Pushed, RefusedByRegister, Unreachable, UpToDate, push_once

CLERK = Actor("yamada", "山田", "出納員")
NOW = "2026-11-23T10:15:02+09:00"


class StillClock:
    boot_id = "boot"

    def wall(self) -> datetime:
        return datetime(2026, 11, 23, 10, 15, 2, tzinfo=timezone(timedelta(hours=9)))

    def monotonic_ms(self) -> int:
        return 1


@dataclass
class Heard:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def lines(self) -> list[bytes]:
        return gzip.decompress(self.body).split(LINE_END)[:-1]


Reply = tuple[int, dict[str, str], bytes] | None
"""Status, headers and body; None drops the connection without a word."""


@dataclass
class Script:
    """Answers in order; the last one repeats."""

    replies: list[Reply | Callable[[Heard], Reply]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    url: str = ""

    def answer(self, heard: Heard) -> Reply:
        self.heard.append(heard)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply(heard) if callable(reply) else reply


def say(status: int, value: Any, **headers: str) -> Reply:
    return status, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(value).encode()


@pytest.fixture
def script() -> Iterator[Script]:
    """A real HTTP server that says what the test wrote."""
    scripted = Script()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with contextlib.suppress(ConnectionResetError):  # a client may leave a connection that was kept for it
                super().handle()

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = scripted.answer(Heard(self.command, self.path, dict(self.headers), body))
            if reply is None:
                self.close_connection = True
                return
            status, headers, content = reply
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _handle  # noqa: N815 - the names the library calls

        def log_message(self, *_: object) -> None:
            """Nothing of a request is written down."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True  # a kept connection must not hold up the end of a test
    scripted.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with SqliteJournal(tmp_path / "journal", kiosk_id="k1", clock=StillClock()) as opened:
        yield opened


@pytest.fixture
def client(script: Script, tmp_path: Path) -> Iterator[RegisterClient]:
    key = create_key(tmp_path / "key")
    made = RegisterClient(Enrolment(script.url, "k1", 1, key.key_id), key, now_iso=lambda: NOW)
    yield made
    made.close()


def write(journal: SqliteJournal, count: int, *, role: str = "clerk") -> None:
    journal.append(*(Draft(SignedIn(role), date(2026, 11, 23), CLERK, "1") for _ in range(count)))


def acknowledging(journal: SqliteJournal, server_time: str = NOW) -> Callable[[Heard], Reply]:
    """Acknowledge the last entry received, as the register would."""

    def reply(heard: Heard) -> Reply:
        last = json.loads(heard.lines[-1])["header"]["seq"]
        (entry,) = journal.entries_after(last - 1, count_max=1, bytes_max=1)
        return say(200, {"ack_seq": last, "ack_hash": entry.hash.hex(), "server_time": server_time})

    return reply


def head_of(journal: SqliteJournal) -> dict[str, Any]:
    head = journal.head()
    return {"epoch": 1, "head_seq": head.seq, "head_hash": head.hash.hex(), "frozen_rule": "", "server_time": NOW}


def acked(journal: SqliteJournal) -> int:
    return journal.books().sync_status().acked_seq


def frozen(journal: SqliteJournal) -> str:
    return journal.books().sync_status().frozen_reason


def test_entries_go_out_as_they_are_stored_and_are_acknowledged(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 3)
    script.replies = [acknowledging(journal)]
    assert push_once(journal, client) == Pushed(3, 3, more=False)
    (heard,) = script.heard
    assert (heard.method, heard.path) == ("POST", "/v1/kiosks/k1/journal")
    assert heard.headers["Content-Encoding"] == "gzip"
    assert heard.headers["Kiosk-First-Seq"] == "1"
    stored = journal.entries_after(0, count_max=9, bytes_max=10**6)
    assert heard.lines == [entry.canonical for entry in stored]
    assert acked(journal) == 3


def test_a_backlog_goes_in_batches_of_two_hundred(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, BATCH_ENTRIES_MAX + 5)
    script.replies = [acknowledging(journal)]
    assert push_once(journal, client) == Pushed(200, 200, more=True)
    assert push_once(journal, client) == Pushed(205, 5, more=False)


def test_large_entries_go_in_batches_the_register_takes(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 5, role="x" * 200_000)
    script.replies = [acknowledging(journal)]
    assert push_once(journal, client) == Pushed(2, 2, more=True)
    assert len(gzip.decompress(script.heard[0].body)) <= BATCH_BYTES_MAX


def test_with_nothing_to_send_the_head_is_reported(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 1)
    script.replies = [acknowledging(journal), lambda _: say(200, head_of(journal))]
    push_once(journal, client)
    assert push_once(journal, client) == UpToDate()
    heard = script.heard[-1]
    assert heard.path == "/v1/kiosks/k1/heartbeat"
    assert json.loads(heard.body) == {
        "epoch": 1,
        "head_seq": 1,
        "head_hash": journal.head().hash.hex(),
        "oldest_unacked_at": "",
    }


def test_a_heartbeat_is_dated_before_its_head_is_read(script: Script, journal: SqliteJournal, tmp_path: Path) -> None:
    """Dated afterwards, a batch of entries written meanwhile would be older than a heartbeat that knows less."""
    key = create_key(tmp_path / "key")

    def now_iso() -> str:
        write(journal, 1)
        return NOW

    made = RegisterClient(Enrolment(script.url, "k1", 1, key.key_id), key, now_iso=now_iso)
    script.replies = [lambda _: say(200, head_of(journal))]
    assert push_once(journal, made) == UpToDate()
    assert json.loads(script.heard[0].body)["head_seq"] == 1
    made.close()


def test_an_answer_lost_on_the_way_is_asked_for_again(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 2)
    script.replies = [None, acknowledging(journal)]
    assert push_once(journal, client) == Pushed(2, 2, more=False)
    assert script.heard[0].body == script.heard[1].body


def test_a_register_that_stays_silent_is_unreachable(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 1)
    script.replies = [None]
    assert isinstance(push_once(journal, client), Unreachable)
    assert (acked(journal), frozen(journal)) == (0, "")


def test_nobody_listening_is_unreachable(journal: SqliteJournal, tmp_path: Path) -> None:
    key = create_key(tmp_path / "key")
    client = RegisterClient(Enrolment("http://127.0.0.1:9", "k1", 1, key.key_id), key, now_iso=lambda: NOW)
    write(journal, 1)
    assert isinstance(push_once(journal, client), Unreachable)
    assert journal.books().sync_status().acked_seq == 0
    client.close()


@pytest.mark.parametrize(
    "portal",
    [
        (200, {}, b"<html>Please sign in</html>"),
        (200, {}, b"{}"),
        (200, {}, b'{"ack_seq": 1, "ack_hash": "00"}'),
        (200, {}, b'{"ack_seq": true, "ack_hash": ""}'),
        (200, {}, b"x" * 300_000),
        (200, {"Content-Length": "4000", "Connection": "close"}, b'{"ack_seq": 1}'),
        (200, {"Content-Encoding": "gzip"}, b"not gzip"),
        (302, {"Location": "http://portal.example/"}, b""),
        (403, {}, b"<html>blocked</html>"),
        (404, {}, b'{"error": "not here"}'),
        (500, {}, b"oops"),
    ],
)
def test_whoever_answers_in_the_registers_place_is_not_believed(
    script: Script, journal: SqliteJournal, client: RegisterClient, portal: Reply
) -> None:
    write(journal, 1)
    script.replies = [portal]
    assert isinstance(push_once(journal, client), Unreachable)
    assert (acked(journal), frozen(journal)) == (0, "")


@pytest.mark.parametrize(("status", "asked"), [(503, "17"), (429, "17"), (503, "Wed, 21 Oct 2026 07:28:00 GMT")])
def test_a_busy_register_says_when_to_come_back(
    script: Script, journal: SqliteJournal, client: RegisterClient, status: int, asked: str
) -> None:
    write(journal, 1)
    script.replies = [say(status, {"rule": "busy", "detail": "busy"}, Retry_After=asked)]
    result = push_once(journal, client)
    assert isinstance(result, Unreachable)
    assert result.retry_after_s == (17.0 if asked == "17" else None)


def test_a_register_restored_from_an_older_copy_gets_the_entries_again(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 4)
    gap = say(409, {"rule": "gap", "detail": "", "expected_seq": 2})
    script.replies = [acknowledging(journal), gap, acknowledging(journal)]
    push_once(journal, client)
    write(journal, 1)
    assert push_once(journal, client) == Pushed(5, 4, more=False)
    assert script.heard[-1].headers["Kiosk-First-Seq"] == "2"


def test_a_heartbeat_that_finds_entries_missing_sends_them(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    write(journal, 4)
    script.replies = [
        acknowledging(journal),
        lambda _: say(200, {**head_of(journal), "head_seq": 2}),
        acknowledging(journal),
    ]
    push_once(journal, client)
    assert push_once(journal, client) == Pushed(4, 2, more=False)


def test_a_heartbeat_overtaken_by_a_batch_is_no_trouble(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    script.replies = [say(409, {"rule": "stale_heartbeat", "detail": "a newer batch has overtaken this heartbeat"})]
    assert push_once(journal, client) == UpToDate()
    assert frozen(journal) == ""


@pytest.mark.parametrize("expected_seq", [99, 0, -1, 2**63, 10**30, True])
def test_a_gap_that_makes_no_sense_is_a_refusal(
    script: Script, journal: SqliteJournal, client: RegisterClient, expected_seq: int
) -> None:
    write(journal, 1)
    script.replies = [say(409, {"rule": "gap", "detail": "", "expected_seq": expected_seq})]
    assert isinstance(push_once(journal, client), RefusedByRegister)
    assert len(script.heard) == 1


@pytest.mark.parametrize("held_seq", [-1, -(2**70), 2**70, True, 1.0])
def test_a_head_that_makes_no_sense_is_no_answer(
    script: Script, journal: SqliteJournal, client: RegisterClient, held_seq: object
) -> None:
    write(journal, 1)
    script.replies = [acknowledging(journal), lambda _: say(200, {**head_of(journal), "head_seq": held_seq})]
    push_once(journal, client)
    assert isinstance(push_once(journal, client), Unreachable)


@pytest.mark.parametrize("rule", ["fork", "frozen", "rolled_back", "key_revoked"])
def test_a_refusal_only_a_person_can_cure_freezes_until_it_is_cured(
    script: Script, journal: SqliteJournal, client: RegisterClient, rule: str
) -> None:
    write(journal, 1)
    script.replies = [say(409, {"rule": rule, "detail": "why"}), acknowledging(journal)]
    assert push_once(journal, client) == RefusedByRegister(rule, "why", frozen=True)
    assert frozen(journal) == f"{rule}: why"
    assert push_once(journal, client) == Pushed(1, 1, more=False)
    assert frozen(journal) == ""


def test_another_refusal_does_not_freeze(script: Script, journal: SqliteJournal, client: RegisterClient) -> None:
    write(journal, 1)
    script.replies = [say(422, {"rule": "invalid", "detail": "why"})]
    assert push_once(journal, client) == RefusedByRegister("invalid", "why", frozen=False)
    assert frozen(journal) == ""
    assert journal.books().sync_status().acked_seq == 0


def test_a_heartbeat_that_is_refused_freezes_too(
    script: Script, journal: SqliteJournal, client: RegisterClient
) -> None:
    script.replies = [say(409, {"rule": "rolled_back", "detail": "journal rolled back"})]
    assert isinstance(push_once(journal, client), RefusedByRegister)
    assert frozen(journal).startswith("rolled_back")


def test_enrolment_keeps_key_and_answer(script: Script, tmp_path: Path) -> None:
    answer = lambda heard: say(200, {"kiosk_id": "k1", "epoch": 3, "key_id": _key_id_in(heard)})  # noqa: E731
    script.replies = [None, None, answer]
    state = tmp_path / "state"
    with pytest.raises(EnrolmentError, match="try again"):
        enroll(url=script.url, code="ABCD", kiosk_id="k1", directory=state)
    asked = _key_id_in(script.heard[-1])
    # a lost answer: the same code is tried again with the same key
    enrolment, key = enroll(url=script.url + "/", code="ABCD", kiosk_id="k1", directory=state)
    assert (enrolment.epoch, enrolment.url, enrolment.key_id) == (3, script.url, asked)
    assert load_enrolment(state / ENROLMENT_NAME) == enrolment
    assert load_key(state / KEY_NAME).key_id == key.key_id == asked


def test_an_enrolled_kiosk_keeps_its_key_until_a_new_code_is_taken(script: Script, tmp_path: Path) -> None:
    """Its key was revoked: the register takes another only, and a refused code must not cost the one there is."""
    taken = lambda heard: say(200, {"kiosk_id": "k1", "epoch": 1, "key_id": _key_id_in(heard)})  # noqa: E731
    refused = say(403, {"rule": "code_refused", "detail": "the code is expired"})
    script.replies = [taken, refused, taken]
    _, first = enroll(url=script.url, code="ABCD", kiosk_id="k1", directory=tmp_path)
    with pytest.raises(EnrolmentError):
        enroll(url=script.url, code="EFGH", kiosk_id="k1", directory=tmp_path)
    assert load_key(tmp_path / KEY_NAME).key_id == first.key_id
    enrolment, second = enroll(url=script.url, code="JKLM", kiosk_id="k1", directory=tmp_path)
    assert second.key_id != first.key_id
    assert load_key(tmp_path / KEY_NAME).key_id == enrolment.key_id == second.key_id


def _key_id_in(heard: Heard) -> str:
    return key_id_of(bytes.fromhex(json.loads(heard.body)["public_key"]))


def test_a_refused_code_leaves_no_enrolment(script: Script, tmp_path: Path) -> None:
    script.replies = [say(403, {"rule": "code_refused", "detail": "the code is expired"})]
    with pytest.raises(EnrolmentError, match="the code is expired"):
        enroll(url=script.url, code="ABCD", kiosk_id="k1", directory=tmp_path)
    assert not (tmp_path / ENROLMENT_NAME).exists()
    assert (tmp_path / KEY_NAME).exists()


@pytest.mark.parametrize("url", ["", "register", "ftp://x", "http://", "https:///v1"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(EnrolmentError, match="not a register's address"):
        enroll(url=url, code="ABCD", kiosk_id="k1", directory=tmp_path)
    assert not any(tmp_path.iterdir())
