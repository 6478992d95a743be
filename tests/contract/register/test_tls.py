"""The kiosk's way to the register over TLS: a certificate that does not vouch for the register gets not one entry."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.cli import PROFILE
from kiosk.domain.record import Actor, Draft, SignedIn
from kiosk.journal.store import SqliteJournal
from kiosk.profile import load_profile
from kiosk.sync.client import RegisterClient, Verify
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME
from kiosk.sync.keys import Enrolment, SigningKey, create_key, save_enrolment
from kiosk.sync.push import RefusedByRegister, Unreachable, push_once
from kiosk.syncing import Syncing
from tests.certificates import DAY, certificate
from tests.pushing_counter import StillClock, now_iso

CLERK = Actor("yamada", "山田 花子", "出納員")
REFUSAL = b'{"rule": "busy", "detail": "heard"}'
"""What the server says once it has been reached: enough to see that it was."""


@contextmanager
def tls_server(pem: Path) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths it has been asked for."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.path)
            self.send_response(422)
            self.send_header("Content-Length", str(len(REFUSAL)))
            self.end_headers()
            self.wfile.write(REFUSAL)

        def log_message(self, *_: object) -> None:
            """Nothing is written down."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that leaves during the handshake is what is tested."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with SqliteJournal(tmp_path / "journal", kiosk_id="k1", clock=StillClock()) as opened:
        opened.append(Draft(SignedIn("clerk"), None, CLERK, "1"))
        yield opened


def push(journal: SqliteJournal, url: str, verify: Verify) -> object:
    key = SigningKey.generate()
    client = RegisterClient(Enrolment(url, "k1", 1, key.key_id), key, now_iso=now_iso, verify=verify)
    try:
        return push_once(journal, client)
    finally:
        client.close()


def test_a_certificate_of_the_citys_own_authority_is_taken(
    journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the surroundings say of authorities for other programs."""
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate(tmp_path / "other")))
    pem = certificate(tmp_path)
    with tls_server(pem) as (url, heard):
        assert push(journal, url, str(pem)) == RefusedByRegister("busy", "heard", frozen=False)
    assert heard == ["/v1/kiosks/k1/journal"]


@pytest.mark.parametrize(
    ("host", "ends", "known"),
    [("127.0.0.1", DAY, False), ("127.0.0.1", -DAY, True), ("192.0.2.1", DAY, True)],
    ids=["of nobody we know", "out of date", "of another host"],
)
def test_a_certificate_that_does_not_vouch_is_as_good_as_no_answer(
    journal: SqliteJournal, tmp_path: Path, host: str, ends: timedelta, known: bool
) -> None:
    pem = certificate(tmp_path, host=host, ends=ends)
    with tls_server(pem) as (url, heard):
        result = push(journal, url, str(pem) if known else True)
    assert result == Unreachable("SSLError")
    assert heard == []
    assert journal.books().sync_status().acked_seq == 0


def test_a_register_that_speaks_no_tls_is_not_spoken_to_in_the_clear(journal: SqliteJournal) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        result = push(journal, f"https://127.0.0.1:{server.server_address[1]}", verify=True)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert isinstance(result, Unreachable)


@pytest.mark.parametrize(("known", "said"), [(True, "register_refused"), (False, "register_unreachable")])
def test_the_counters_file_names_the_citys_authority(
    journal: SqliteJournal, tmp_path: Path, known: bool, said: str
) -> None:
    pem = certificate(tmp_path)
    key = create_key(tmp_path / KEY_NAME)
    with tls_server(pem) as (url, _):
        profile = load_profile(PROFILE, on=date(2026, 11, 23), overrides={"register_url": url})
        save_enrolment(tmp_path / ENROLMENT_NAME, Enrolment(url, profile.kiosk_id, 1, key.key_id))
        syncing = Syncing(replace(profile, register_ca=str(pem) if known else ""), tmp_path, journal)
        assert syncing.push()[0] == said
        syncing.close()
