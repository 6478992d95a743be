"""Signatures that the provider has published, made again by ours and taken by the emulated service's own reading."""

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.emulators.paypay.codec import Request, is_signed
from drivers.payment.paypay.protocol import Call, Keys, authorization

LINES = [json.loads(line) for line in (Path(__file__).parent / "published.jsonl").read_text("utf-8").splitlines()]


def _meaning(line: dict[str, str]) -> str:
    return line["meaning"]


def _request(line: dict[str, Any], body: bytes) -> Request:
    headers = {"authorization": line["authorization"], "content-type": line["content_type"]}
    return Request(line["method"], line["path"], {}, headers, body)


@pytest.mark.parametrize("line", LINES, ids=_meaning)
def test_our_signature_is_the_published_one(line: dict[str, Any]) -> None:
    call = Call(line["method"], line["path"], body=line["body"].encode())
    keys = Keys(line["api_key"], line["secret"], "merchant")
    made = authorization(call, keys, nonce=line["nonce"], epoch_s=line["epoch"], content_type=line["content_type"])
    assert made == line["authorization"]


@pytest.mark.parametrize("line", LINES, ids=_meaning)
def test_the_emulated_service_takes_it_and_nothing_beside_it(line: dict[str, Any]) -> None:
    keys, body = (line["api_key"], line["secret"]), line["body"].encode()
    assert is_signed(_request(line, body), *keys)
    assert not is_signed(_request(line, body + b" "), *keys)
    assert not is_signed(_request({**line, "path": line["path"] + "x"}, body), *keys)
    assert not is_signed(_request({**line, "method": "DELETE"}, body), *keys)
    assert not is_signed(_request(line, body), line["api_key"], "another-secret")
    assert not is_signed(_request(line, body), "another-key", line["secret"])
