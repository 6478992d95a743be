"""The register's HTTP interface. Owns routes, status codes and back-pressure; refuses to decide anything."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
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
from register.domain.names import is_kiosk_id
from register.domain.refusal import Refused, Rule
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.enroll import Enrolled, enroll
from register.services.heartbeat import Heartbeat, RegisterHead, hear_heartbeat, read_head

INGESTS_IN_FLIGHT_MAX = 8
"""Batches worked on at once: each holds up to 1 MB and a database connection; the pool has ten."""
RETRY_AFTER_S = 2
"""What a kiosk is asked to wait when the register is full; it adds jitter of its own."""
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
    kiosk_id: str = Field(max_length=TEXT_CHARS_MAX)
    public_key: str = Field(pattern="^[0-9a-f]{64}$")


class HeartbeatBody(BaseModel):
    """POST /v1/kiosks/{kiosk_id}/heartbeat."""

    model_config = ConfigDict(strict=True, extra="ignore")
    epoch: int = Field(ge=1, le=EPOCH_MAX)
    head_seq: int = Field(ge=0, le=INTEGER_MAX)
    head_hash: str = Field(pattern="^[0-9a-f]{64}$")
    oldest_unacked_at: str = Field(max_length=TEXT_CHARS_MAX, pattern="^[0-9T:.+Z-]*$")


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
    app = FastAPI(title="Counter register", version="1", docs_url=None, redoc_url=None)
    places = _Places(ingests_max)
    _add_error_answers(app)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "server_time": iso_of(now_ms())}

    @app.post("/v1/enroll")
    async def post_enroll(request: Request) -> JSONResponse:
        body = _model(EnrolBody, await read_body(request, SMALL_BODY_BYTES_MAX))
        if not is_kiosk_id(body.kiosk_id):
            raise Rejected(Rule.INVALID, "kiosk_id: 1 to 64 ASCII letters, digits, dots, hyphens or underscores")
        key = bytes.fromhex(body.public_key)
        return _answer(
            await run_in_threadpool(
                enroll, engine, code=body.code, kiosk_id=body.kiosk_id, public_key=key, now_ms=now_ms
            )
        )

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

    return app


def _model(shape: type[Model], sent: bytes) -> Model:
    try:
        return shape.model_validate_json(sent, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"]) or "body"
        raise Rejected(Rule.INVALID, f"{path}: {first['msg']}") from error


def _answer(result: Acknowledged | Enrolled | RegisterHead | Refused) -> JSONResponse:
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
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == STATUS[Rule.BUSY] else None
    content = {"rule": refused.rule.value, "detail": refused.detail, **refused.facts}
    return JSONResponse(content, status, headers)


def _add_error_answers(app: FastAPI) -> None:
    handlers: dict[type[Exception], Callable[[Any], Refused]] = {
        Rejected: lambda error: error.refused,
        HTTPException: _http_refusal,
        DBAPIError: _store_refusal,
    }

    def add(shape: type[Exception], to_refusal: Callable[[Any], Refused]) -> None:
        async def answer(_: Request, error: Exception) -> JSONResponse:
            return refusal(to_refusal(error))

        app.add_exception_handler(shape, answer)

    for shape, to_refusal in handlers.items():
        add(shape, to_refusal)


def _http_refusal(error: HTTPException) -> Refused:
    if error.status_code == STATUS[Rule.METHOD]:
        return Refused(Rule.METHOD, "this address does not take that method")
    if error.status_code == STATUS[Rule.NOT_FOUND]:
        return Refused(Rule.NOT_FOUND, "there is nothing at this address")
    return Refused(Rule.INVALID, "the request cannot be read")


def _store_refusal(error: DBAPIError) -> Refused:
    """The store is away or too busy. Whatever was under way may have been committed: the kiosk asks again."""
    _log.error("store: %s", type(error.orig).__name__)
    return Refused(Rule.UNAVAILABLE, "the store does not answer: try again")
