"""The register's interface in OpenAPI 3.1 words. Owns what routes take and say; serves nothing, changes nothing.

``python -m register.api.reference`` prints it; docs/register-api.json is its output. The register does not serve it:
nobody at a counter asks for it, and a stranger in the network needs no list of what to try.
"""

import json
import sys
from typing import Any

from pydantic import BaseModel

from kiosk.domain.batch import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    HEADER_EPOCH,
    HEADER_FIRST_SEQ,
    HEADER_KEY_ID,
    HEADER_PREV_HASH,
    HEADER_SENT_AT,
    HEADER_SIGNATURE,
)
from kiosk.domain.codec import INTEGER_MAX
from register.api.app import STATUS, EnrolBody, HeartbeatBody, NewKeyBody, RetireBody
from register.api.intake import EPOCH_MAX
from register.domain.names import KIOSK_ID
from register.domain.refusal import Rule

Json = dict[str, Any]

SENT_AT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
_COUNT: Json = {"type": "integer", "minimum": 0, "maximum": INTEGER_MAX}
_EPOCH: Json = {"type": "integer", "minimum": 1, "maximum": EPOCH_MAX}
_TEXT: Json = {"type": "string"}


def _hex(octets: int) -> Json:
    return {"type": "string", "pattern": f"^[0-9a-f]{{{octets * 2}}}$"}


ANSWERS: dict[str, dict[str, Json]] = {
    "Health": {"status": {"const": "ok"}, "server_time": _TEXT},
    "Enrolled": {"kiosk_id": _TEXT, "epoch": _EPOCH, "key_id": _hex(8)},
    "Acknowledged": {"ack_seq": _COUNT, "ack_hash": _hex(32), "server_time": _TEXT},
    "Head": {
        "epoch": _EPOCH,
        "head_seq": _COUNT,
        "head_hash": _hex(32),
        "frozen_rule": _TEXT,
        "frozen_detail": _TEXT,
        "server_time": _TEXT,
    },
    "KeyStanding": {"key_id": _hex(8), "valid": {"type": "boolean"}},
}
"""Objects of exactly these fields."""

FACTS: dict[str, Json] = {"expected_seq": _COUNT, "epoch": _EPOCH, "reason": _TEXT}
"""What some refusals say beside rule and detail."""

_ALWAYS = (Rule.INVALID, Rule.UNAVAILABLE)
_BODY = (Rule.TOO_LARGE, Rule.SLOW_BODY)
_SIGNED = (Rule.UNKNOWN_KEY, Rule.BAD_SIGNATURE, Rule.KEY_REVOKED)
_PLACE = (Rule.WRONG_EPOCH, Rule.FROZEN, Rule.FORK)


def openapi() -> Json:
    """The whole document."""
    kiosk = "/v1/kiosks/{kiosk_id}"
    guesses = (Rule.CODE_REFUSED, Rule.TOO_MANY_GUESSES)
    batch = (Rule.NOT_CANONICAL, Rule.HEADER_MISMATCH, Rule.CHAIN_BROKEN, Rule.GAP, Rule.BUSY)
    beat = (Rule.ROLLED_BACK, Rule.STALE_HEARTBEAT)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Counter register", "version": "1"},
        "paths": {
            "/healthz": {"get": _operation("Whether the register is there", "Health", ())},
            "/v1/enroll": {"post": _operation("Bring in a key by a one-time code", "Enrolled", guesses, EnrolBody)},
            f"{kiosk}/journal": {
                "post": _journal(_signed("Take a batch of entries", "Acknowledged", (*_PLACE, *batch)))
            },
            f"{kiosk}/head": {"get": _signed("What the register holds", "Head", _PLACE)},
            f"{kiosk}/heartbeat": {"post": _signed("How far a kiosk is", "Head", (*_PLACE, *beat), HeartbeatBody)},
            f"{kiosk}/keys": {"post": _signed("Add the key that follows", "KeyStanding", (), NewKeyBody)},
            f"{kiosk}/keys/retire": {"post": _signed("Retire the key before", "KeyStanding", (), RetireBody)},
        },
        "components": {
            "schemas": {name: _object(fields) for name, fields in ANSWERS.items()} | {"Refusal": _refusal()}
        },
    }


def _object(fields: dict[str, Json]) -> Json:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _refusal() -> Json:
    fields = {"rule": {"enum": [rule.value for rule in Rule]}, "detail": _TEXT}
    return {**_object(fields | FACTS), "required": list(fields)}


def _operation(summary: str, answer: str, rules: tuple[Rule, ...], body: type[BaseModel] | None = None) -> Json:
    known = (*rules, *((*_ALWAYS, *_BODY) if body else ()))
    described: Json = {"summary": summary, "responses": {"200": _response(answer, answer)}}
    by_status: dict[int, list[str]] = {}
    for rule in dict.fromkeys(known):
        by_status.setdefault(STATUS[rule], []).append(rule.value)
    for status, names in sorted(by_status.items()):
        described["responses"][str(status)] = _response("Refusal", ", ".join(names), waits=status in (429, 503))
    if body is not None:
        shape = body.model_json_schema()
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
    return described


def _signed(summary: str, answer: str, rules: tuple[Rule, ...], body: type[BaseModel] | None = None) -> Json:
    described = _operation(summary, answer, (*rules, *_SIGNED, *_ALWAYS), body)
    return described | {
        "description": "Signed: Ed25519 over the statement of purpose, kiosk, epoch, place, body hash and time.",
        "parameters": [
            {
                "name": "kiosk_id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": f"^{KIOSK_ID}$"},
            },
            _header(HEADER_EPOCH, {"type": "string", "pattern": "^([1-9][0-9]{0,5}|1000000)$"}),
            _header(HEADER_SENT_AT, {"type": "string", "pattern": SENT_AT}),
            _header(HEADER_KEY_ID, _hex(8)),
            _header(HEADER_SIGNATURE, _hex(64)),
        ],
    }


def _journal(described: Json) -> Json:
    lines = f"1 to {BATCH_ENTRIES_MAX} canonical records (RFC 8785), each ended by LF; at most {BATCH_BYTES_MAX} bytes"
    described["parameters"] += [
        _header(HEADER_FIRST_SEQ, {"type": "string", "pattern": "^[1-9][0-9]{0,15}$"}),
        _header(HEADER_PREV_HASH, _hex(32)),
        _header("Content-Encoding", {"enum": ["gzip", "identity"]}, required=False),
    ]
    described["requestBody"] = {
        "required": True,
        "description": lines,
        "content": {"application/jsonl": {"schema": {"type": "string", "format": "binary"}}},
    }
    for rule in _BODY:
        described["responses"][str(STATUS[rule])] = _response("Refusal", rule.value)
    return described


def _header(name: str, schema: Json, *, required: bool = True) -> Json:
    return {"name": name, "in": "header", "required": required, "schema": schema}


def _response(answer: str, description: str, *, waits: bool = False) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    described: Json = {"description": description, "content": content}
    if waits:
        described["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
    return described


if __name__ == "__main__":
    sys.stdout.write(json.dumps(openapi(), indent=1) + "\n")
