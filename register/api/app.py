"""The register's HTTP interface. Owns routes, status codes and back-pressure; refuses to decide anything."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from kiosk.domain.batch import Purpose
from kiosk.domain.codec import INTEGER_MAX, Plain
from register.api.intake import (
    EPOCH_MAX,
    SMALL_BODY_BYTES_MAX,
    WIRE_BYTES_MAX,
    Rejected,
    decompress,
    read_body,
    submission_of,
)
from register.domain.clock import NowMs, iso_of
from register.domain.names import KIOSK_ID
from register.domain.refusal import Refused, Rule
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.enroll import Enrolled, enroll
from register.services.heartbeat import Heartbeat, RegisterHead, hear_heartbeat, read_head
from register.services.rotate import KeyStanding, NewKey, add_key, retire_key

INGESTS_IN_FLIGHT_MAX = 8
"""Batches worked on at once: each holds up to 1 MB and a database connection; the pool has ten."""
RETRY_AFTER_S = 2
"""What a kiosk is asked to wait when the register is full; it adds jitter of its own."""
GUESSES_MAX = 10
GUESSES_WINDOW_S = 60
"""Wrong enrolment codes in a minute before every enrolment waits; nobody mistypes twelve characters that often."""
TEXT_CHARS_MAX = 64

STATUS: dict[Rule, int] = {
    Rule.INVALID: 422,
    Rule.NOT_CANONICAL: 422,
    Rule.HEADER_MISMATCH: 422,
    Rule.CHAIN_BROKEN: 422,
    Rule.TOO_LARGE: 413,
    Rule.UNKNOWN_KEY: 401,
    Rule.BAD_SIGNATURE: 401,
    Rule.KEY_REVOKED: 403,
    Rule.WRONG_EPOCH: 409,
    Rule.GAP: 409,
    Rule.FORK: 409,
    Rule.FROZEN: 409,
    Rule.ROLLED_BACK: 409,
    Rule.STALE_HEARTBEAT: 409,
    Rule.CODE_REFUSED: 403,
    Rule.TOO_MANY_GUESSES: 429,
    Rule.NOT_FOUND: 404,
    Rule.METHOD: 405,
    Rule.SLOW_BODY: 408,
    Rule.BUSY: 503,
    Rule.UNAVAILABLE: 503,
}

_log = logging.getLogger("register.api")
Model = TypeVar("Model", bound=BaseModel)


class EnrolBody(BaseModel):
    """POST /v1/enroll."""

    model_config = ConfigDict(strict=True, extra="forbid")
    code: str = Field(max_length=TEXT_CHARS_MAX)
    kiosk_id: str = Field(pattern=f"^{KIOSK_ID}$")
    public_key: str = Field(pattern="^[0-9a-f]{64}$")


class HeartbeatBody(BaseModel):
    """POST /v1/kiosks/{kiosk_id}/heartbeat."""

    model_config = ConfigDict(strict=True, extra="ignore")
    epoch: int = Field(ge=1, le=EPOCH_MAX)
    head_seq: int = Field(ge=0, le=INTEGER_MAX)
    head_hash: str = Field(pattern="^[0-9a-f]{64}$")
    oldest_unacked_at: str = Field(max_length=TEXT_CHARS_MAX, pattern="^[0-9T:.+Z-]*$")


class NewKeyBody(BaseModel):
    """POST /v1/kiosks/{kiosk_id}/keys."""

    model_config = ConfigDict(strict=True, extra="forbid")
    public_key: str = Field(pattern="^[0-9a-f]{64}$")
    proof: str = Field(pattern="^[0-9a-f]{128}$")


class RetireBody(BaseModel):
    """POST /v1/kiosks/{kiosk_id}/keys/retire."""

    model_config = ConfigDict(strict=True, extra="forbid")
    key_id: str = Field(pattern="^[0-9a-f]{16}$")


class _Guesses:
    """When wrong codes came; touched by the event loop alone."""

    def __init__(self, now_ms: NowMs) -> None:
        self._now_ms, self._wrong_ms = now_ms, deque[int](maxlen=GUESSES_MAX)

    def check(self) -> None:
        if len(self._wrong_ms) == GUESSES_MAX and self._now_ms() - self._wrong_ms[0] < GUESSES_WINDOW_S * 1000:
            raise Rejected(Rule.TOO_MANY_GUESSES, f"too many wrong codes: wait {GUESSES_WINDOW_S} s")

    def note(self, answer: Enrolled | Refused) -> None:
        if isinstance(answer, Refused) and answer.rule is Rule.CODE_REFUSED:
            self._wrong_ms.append(self._now_ms())


class _Places:
    """How many ingests are under way; touched by the event loop alone."""

    def __init__(self, count_max: int) -> None:
        self._free = count_max

    def __enter__(self) -> None:
        if self._free == 0:
            raise Rejected(Rule.BUSY, "the register is busy: try again")
        self._free -= 1

    def __exit__(self, *_: object) -> None:
        self._free += 1


def make_app(engine: Engine, now_ms: NowMs, *, ingests_max: int = INGESTS_IN_FLIGHT_MAX) -> FastAPI:
    """The register over an open store."""
    app = FastAPI(title="Counter register", version="1", openapi_url=None)  # see register.api.reference
    places, guesses = _Places(ingests_max), _Guesses(now_ms)
    _add_error_answers(app)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "server_time": iso_of(now_ms())}

    @app.post("/v1/enroll")
    async def post_enroll(request: Request) -> JSONResponse:
        body = _model(EnrolBody, await read_body(request, SMALL_BODY_BYTES_MAX))
        guesses.check()
        key = bytes.fromhex(body.public_key)
        answer = await run_in_threadpool(
            enroll, engine, code=body.code, kiosk_id=body.kiosk_id, public_key=key, now_ms=now_ms
        )
        guesses.note(answer)
        return _answer(answer)

    @app.post("/v1/kiosks/{kiosk_id}/journal")
    async def post_journal(request: Request, kiosk_id: str) -> JSONResponse:
        with places:
            sent = await read_body(request, WIRE_BYTES_MAX)
            plain = decompress(sent, request.headers.get("content-encoding", ""))
            submission = submission_of(request, Purpose.JOURNAL, kiosk_id, plain)
            return _answer(await run_in_threadpool(accept_batch, engine, submission, now_ms))

    @app.get("/v1/kiosks/{kiosk_id}/head")
    async def get_head(request: Request, kiosk_id: str) -> JSONResponse:
        submission = submission_of(request, Purpose.HEAD, kiosk_id, b"")
        return _answer(await run_in_threadpool(read_head, engine, submission, now_ms))

    @app.post("/v1/kiosks/{kiosk_id}/heartbeat")
    async def post_heartbeat(request: Request, kiosk_id: str) -> JSONResponse:
        sent = await read_body(request, SMALL_BODY_BYTES_MAX)
        submission = submission_of(request, Purpose.HEARTBEAT, kiosk_id, sent)
        body = _model(HeartbeatBody, sent)
        beat = Heartbeat(body.epoch, body.head_seq, bytes.fromhex(body.head_hash), body.oldest_unacked_at)
        return _answer(await run_in_threadpool(hear_heartbeat, engine, submission, beat, now_ms))

    _add_key_routes(app, engine, now_ms)
    return app


def _add_key_routes(app: FastAPI, engine: Engine, now_ms: NowMs) -> None:
    @app.post("/v1/kiosks/{kiosk_id}/keys")
    async def post_key(request: Request, kiosk_id: str) -> JSONResponse:
        sent = await read_body(request, SMALL_BODY_BYTES_MAX)
        submission = submission_of(request, Purpose.ADD_KEY, kiosk_id, sent)
        body = _model(NewKeyBody, sent)
        new = NewKey(bytes.fromhex(body.public_key), bytes.fromhex(body.proof))
        return _answer(await run_in_threadpool(add_key, engine, submission, new, now_ms))

    @app.post("/v1/kiosks/{kiosk_id}/keys/retire")
    async def post_retire(request: Request, kiosk_id: str) -> JSONResponse:
        sent = await read_body(request, SMALL_BODY_BYTES_MAX)
        submission = submission_of(request, Purpose.RETIRE_KEY, kiosk_id, sent)
        key_id = _model(RetireBody, sent).key_id
        return _answer(await run_in_threadpool(retire_key, engine, submission, key_id, now_ms))


def _model(shape: type[Model], sent: bytes) -> Model:
    try:
        return shape.model_validate_json(sent, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"]) or "body"
        raise Rejected(Rule.INVALID, f"{path}: {first['msg']}") from error


def _answer(result: Acknowledged | Enrolled | RegisterHead | KeyStanding | Refused) -> JSONResponse:
    content: dict[str, Plain]
    match result:
        case Acknowledged():
            content = {
                "ack_seq": result.ack_seq,
                "ack_hash": result.ack_hash.hex(),
                "server_time": result.server_time,
            }
        case Enrolled():
            content = {"kiosk_id": result.kiosk_id, "epoch": result.epoch, "key_id": result.key_id}
        case KeyStanding():
            content = {"key_id": result.key_id, "valid": result.valid}
        case RegisterHead():
            content = {
                "epoch": result.epoch,
                "head_seq": result.seq,
                "head_hash": result.hash.hex(),
                "frozen_rule": result.frozen_rule,
                "frozen_detail": result.frozen_detail,
                "server_time": result.server_time,
            }
        case Refused():
            return refusal(result)
    return JSONResponse(content)


def refusal(refused: Refused) -> JSONResponse:
    """The one form of every refusal."""
    status = STATUS[refused.rule]
    waits_s = {STATUS[Rule.BUSY]: RETRY_AFTER_S, STATUS[Rule.TOO_MANY_GUESSES]: GUESSES_WINDOW_S}
    headers = {"Retry-After": str(waits_s[status])} if status in waits_s else None
    content = {"rule": refused.rule.value, "detail": refused.detail, **refused.facts}
    return JSONResponse(content, status, headers)


def _add_error_answers(app: FastAPI) -> None:
    handlers: dict[type[Exception], Callable[[Any], Refused]] = {
        Rejected: lambda error: error.refused,
        HTTPException: _http_refusal,
        DBAPIError: _store_refusal,
        PoolTimeout: _store_refusal,
    }

    def add(shape: type[Exception], to_refusal: Callable[[Any], Refused]) -> None:
        async def answer(_: Request, error: Exception) -> JSONResponse:
            response = refusal(to_refusal(error))
            if isinstance(error, HTTPException) and error.headers:
                response.headers.update(error.headers)  # Allow, which a 405 must have (RFC 9110 section 15.5.6)
            return response

        app.add_exception_handler(shape, answer)

    for shape, to_refusal in handlers.items():
        add(shape, to_refusal)


def _http_refusal(error: HTTPException) -> Refused:
    if error.status_code == STATUS[Rule.METHOD]:
        return Refused(Rule.METHOD, "this address does not take that method")
    if error.status_code == STATUS[Rule.NOT_FOUND]:
        return Refused(Rule.NOT_FOUND, "there is nothing at this address")
    return Refused(Rule.INVALID, "the request cannot be read")


def _store_refusal(error: DBAPIError | PoolTimeout) -> Refused:
    """The store is away or too busy. Whatever was under way may have been committed: the kiosk asks again."""
    _log.error("store: %s", type(error.orig if isinstance(error, DBAPIError) else error).__name__)
    return Refused(Rule.UNAVAILABLE, "the store does not answer: try again")
