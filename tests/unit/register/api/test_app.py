"""The wire itself: every bad request is answered with a rule and a reason, and nothing is a server error."""

import gzip
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk.domain.batch import Purpose
from register.domain.submission import Submission
from tests.register_process import RegisterProcess
from tests.unit.register.kiosk_side import KioskSide


@pytest.fixture(scope="module")
def server(live_register: tuple[RegisterProcess, Engine]) -> RegisterProcess:
    return live_register[0]


@pytest.fixture(scope="module")
def engine(live_register: tuple[RegisterProcess, Engine]) -> Engine:
    return live_register[1]


_names = iter(range(1, 10_000))


@pytest.fixture
def kiosk(engine: Engine) -> KioskSide:
    side = KioskSide(f"api-{next(_names)}")
    side.enroll_at(engine)
    side.sell()
    return side


def headers_of(submission: Submission) -> dict[str, str]:
    """The headers of a signed request, spelled out here on purpose: they are the published interface."""
    return {
        "Kiosk-Epoch": str(submission.epoch),
        "Kiosk-First-Seq": str(submission.first_seq),
        "Kiosk-Prev-Hash": submission.prev_hash.hex(),
        "Kiosk-Sent-At": submission.sent_at,
        "Kiosk-Key-Id": submission.key_id,
        "Kiosk-Signature": submission.signature.hex(),
    }


def post(
    server: RegisterProcess,
    submission: Submission,
    *,
    body: bytes | None = None,
    kiosk_id: str | None = None,
    headers: dict[str, str | None] | None = None,
) -> requests.Response:
    sent = {**headers_of(submission), **(headers or {})}
    return requests.post(
        f"{server.url}/v1/kiosks/{kiosk_id or submission.kiosk_id}/journal",
        data=submission.body if body is None else body,
        headers={name: value for name, value in sent.items() if value is not None},
        timeout=30,
    )


def refusal(response: requests.Response, status: int) -> str:
    value: dict[str, Any] = response.json()
    assert response.status_code == status, value
    assert isinstance(value["detail"], str)
    assert value["detail"]
    return str(value["rule"])


def test_a_batch_is_acknowledged(server: RegisterProcess, kiosk: KioskSide) -> None:
    response = post(server, kiosk.batch())
    assert response.status_code == 200
    value = response.json()
    assert (value["ack_seq"], value["ack_hash"]) == (3, kiosk.head_hash.hex())
    assert value["server_time"].endswith("+00:00")


def test_a_compressed_batch_is_acknowledged(server: RegisterProcess, kiosk: KioskSide) -> None:
    batch = kiosk.batch()
    response = post(server, batch, body=gzip.compress(batch.body), headers={"Content-Encoding": "gzip"})
    assert response.json()["ack_seq"] == 3


def test_a_gap_says_what_is_expected(server: RegisterProcess, kiosk: KioskSide) -> None:
    response = post(server, kiosk.batch(2))
    assert refusal(response, 409) == "gap"
    assert response.json()["expected_seq"] == 1


def test_a_fork_is_a_conflict_and_then_frozen(server: RegisterProcess, kiosk: KioskSide) -> None:
    post(server, kiosk.batch())
    other = kiosk.forked(0)
    other.sell()
    assert refusal(post(server, other.batch()), 409) == "fork"
    assert refusal(post(server, kiosk.batch()), 409) == "frozen"


def test_a_gzip_bomb_is_cut_off(server: RegisterProcess, kiosk: KioskSide) -> None:
    bomb = gzip.compress(bytes(100_000_000), 9)
    assert len(bomb) < 512 * 1024
    assert refusal(post(server, kiosk.batch(), body=bomb, headers={"Content-Encoding": "gzip"}), 413) == "too_large"


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"x")[:-4], gzip.compress(b"x") * 2],
    ids=["empty", "another", "cut off", "two"],
)
def test_what_is_not_one_gzip_is_refused(server: RegisterProcess, kiosk: KioskSide, content: bytes) -> None:
    assert refusal(post(server, kiosk.batch(), body=content, headers={"Content-Encoding": "gzip"}), 422) == "invalid"


def test_an_oversized_body_is_refused(server: RegisterProcess, kiosk: KioskSide) -> None:
    assert refusal(post(server, kiosk.batch(), body=bytes(600_000)), 413) == "too_large"


def test_an_oversized_body_without_a_stated_length_is_refused(server: RegisterProcess, kiosk: KioskSide) -> None:
    pieces = iter([bytes(100_000)] * 6)
    response = requests.post(
        f"{server.url}/v1/kiosks/{kiosk.kiosk_id}/journal",
        data=pieces,
        headers=headers_of(kiosk.batch()),
        timeout=30,
    )
    assert refusal(response, 413) == "too_large"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Kiosk-Epoch", None),
        ("Kiosk-Epoch", "0"),
        ("Kiosk-Epoch", "1.0"),
        ("Kiosk-Epoch", "-1"),
        ("Kiosk-Epoch", "01"),
        ("Kiosk-Epoch", "9" * 400),
        ("Kiosk-First-Seq", None),
        ("Kiosk-First-Seq", "true"),
        ("Kiosk-First-Seq", "0"),
        ("Kiosk-First-Seq", str(2**63)),
        ("Kiosk-Prev-Hash", None),
        ("Kiosk-Prev-Hash", "00"),
        ("Kiosk-Prev-Hash", "AB" * 32),
        ("Kiosk-Prev-Hash", "zz" * 32),
        ("Kiosk-Sent-At", None),
        ("Kiosk-Sent-At", "today"),
        ("Kiosk-Sent-At", "2026-11-23T10:00:00"),
        ("Kiosk-Sent-At", "2026-11-23\xa710:00:00+09:00"),
        ("Kiosk-Sent-At", "20261123T100000+0900"),
        ("Kiosk-Key-Id", None),
        ("Kiosk-Key-Id", "x"),
        ("Kiosk-Signature", None),
        ("Kiosk-Signature", "00"),
        ("Content-Encoding", "br"),
    ],
)
def test_a_malformed_header_is_named(server: RegisterProcess, kiosk: KioskSide, name: str, value: str | None) -> None:
    response = post(server, kiosk.batch(), headers={name: value})
    assert refusal(response, 422) == "invalid"
    assert name in response.json()["detail"]


@pytest.mark.parametrize("kiosk_id", ["%00", "a%20b", "x" * 65, "%E5%B8%82", "%ff"])
def test_a_kiosk_id_that_is_no_name_is_refused(server: RegisterProcess, kiosk: KioskSide, kiosk_id: str) -> None:
    assert refusal(post(server, kiosk.batch(), kiosk_id=kiosk_id), 422) == "invalid"


def test_a_forged_signature_and_an_unknown_kiosk_are_unauthorized(server: RegisterProcess, kiosk: KioskSide) -> None:
    assert refusal(post(server, kiosk.batch(), headers={"Kiosk-Signature": "00" * 64}), 401) == "bad_signature"
    stranger = KioskSide("nobody")
    stranger.sell()
    assert refusal(post(server, stranger.batch()), 401) == "unknown_key"


def test_the_head_answers_a_signed_question_only(server: RegisterProcess, kiosk: KioskSide) -> None:
    post(server, kiosk.batch())
    url = f"{server.url}/v1/kiosks/{kiosk.kiosk_id}/head"
    assert refusal(requests.get(url, timeout=30), 422) == "invalid"
    value = requests.get(url, headers=headers_of(kiosk.sign(Purpose.HEAD, b"")), timeout=30).json()
    assert (value["epoch"], value["head_seq"], value["head_hash"]) == (1, 3, kiosk.head_hash.hex())
    assert value["frozen_rule"] == ""


@pytest.mark.parametrize(
    "spoiled",
    [
        {"epoch": True},
        {"epoch": 1.0},
        {"head_seq": "3"},
        {"head_seq": -1},
        {"head_seq": 2**80},
        {"head_hash": "00"},
        {"head_hash": None},
        {"oldest_unacked_at": "\x00"},
        {"oldest_unacked_at": "x" * 1000},
    ],
)
def test_a_heartbeat_is_strict(server: RegisterProcess, kiosk: KioskSide, spoiled: dict[str, Any]) -> None:
    value = {"epoch": 1, "head_seq": 3, "head_hash": kiosk.head_hash.hex(), "oldest_unacked_at": ""} | spoiled
    body = json.dumps(value).encode()
    response = requests.post(
        f"{server.url}/v1/kiosks/{kiosk.kiosk_id}/heartbeat",
        data=body,
        headers=headers_of(kiosk.sign(Purpose.HEARTBEAT, body)),
        timeout=30,
    )
    assert refusal(response, 422) == "invalid"
    assert next(iter(spoiled)) in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"\xff", b'{"code":1,"kiosk_id":"k","public_key":"00"}', b"[" * 3000, b'{"code":"\\ud800"}'],
)
def test_an_enrolment_is_strict(server: RegisterProcess, body: bytes) -> None:
    assert refusal(requests.post(f"{server.url}/v1/enroll", data=body, timeout=30), 422) == "invalid"


@pytest.mark.parametrize("code", ["", "AAAA", "\x00", "全角コード"])
def test_a_wrong_code_is_refused(server: RegisterProcess, code: str) -> None:
    body = json.dumps({"code": code, "kiosk_id": "k", "public_key": "00" * 32})
    assert refusal(requests.post(f"{server.url}/v1/enroll", data=body, timeout=30), 403) == "code_refused"


def test_an_enrolment_larger_than_any_is_refused(server: RegisterProcess) -> None:
    assert refusal(requests.post(f"{server.url}/v1/enroll", data=b"x" * 5000, timeout=30), 413) == "too_large"


def test_unknown_addresses_and_methods_are_answered_alike(server: RegisterProcess) -> None:
    assert refusal(requests.get(f"{server.url}/v2", timeout=30), 404) == "not_found"
    assert refusal(requests.get(f"{server.url}/v1/enroll", timeout=30), 405) == "method"
    assert requests.get(f"{server.url}/healthz", timeout=30).json()["status"] == "ok"


def test_a_register_that_is_full_asks_to_wait(server: RegisterProcess, kiosk: KioskSide) -> None:
    """Eight senders that never finish take every place; the ninth is told when to come back."""
    address = urlsplit(server.url)
    senders = []
    try:
        for _ in range(8):
            sender = socket.create_connection((address.hostname, address.port), timeout=30)
            sender.sendall(
                f"POST /v1/kiosks/{kiosk.kiosk_id}/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
                "Expect: 100-continue\r\n\r\n".encode()
            )
            # the register says it waits for the body: the place is taken
            assert sender.recv(100).startswith(b"HTTP/1.1 100")
            senders.append(sender)
        response = post(server, kiosk.batch())
        assert refusal(response, 503) == "busy"
        assert int(response.headers["Retry-After"]) > 0
        assert requests.get(f"{server.url}/healthz", timeout=30).status_code == 200
    finally:
        for sender in senders:
            sender.sendall(b"123456789")
            assert b"422" in sender.recv(4096)
            sender.close()
    assert post(server, kiosk.batch()).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/v1/enroll", "/v1/kiosks/k1/journal", "/v1/kiosks/k1/heartbeat", "/v1/kiosks/k1/head"]),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    body=st.binary(max_size=200),
    epoch=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20),
    encoding=st.sampled_from(["", "gzip", "deflate", "x"]),
)
def test_no_request_is_a_server_error(
    server: RegisterProcess, path: str, method: str, body: bytes, epoch: str, encoding: str
) -> None:
    headers = {"Kiosk-Epoch": epoch, "Content-Encoding": encoding}
    response = requests.request(method, server.url + path, data=body, headers=headers, timeout=30)
    assert 400 <= response.status_code < 500
    assert {"rule", "detail"} <= response.json().keys()
