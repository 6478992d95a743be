"""``kiosk wire decode``: published traces in words, bad lines as answers, and never a card number."""

import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.payment.zvt.frame import encode_frame
from drivers.payment.zvt.protocol import authorization
from kiosk.cli import WIRE_PROTOCOLS, main
from kiosk.wire import LINE_BYTES_MAX, PROTOCOLS, decode_line

ROOT = Path(__file__).parents[3]
PRINTED = ROOT / "tests/golden/receipts"
CARD = "4761739001010119"
"""A published test number that passes the Luhn check."""


def published(protocol: str) -> list[dict[str, Any]]:
    path = ROOT / "tests/traces" / protocol / "published.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sent: str | bytes, *arguments: str
) -> tuple[int, list[dict[str, object]], str]:
    raw = sent if isinstance(sent, bytes) else sent.encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        code = main(("wire", "decode", *arguments))
    except SystemExit as stop:
        code = int(stop.code or 0)
    told = capsys.readouterr()
    return code, [json.loads(line) for line in told.out.splitlines()], told.err


def test_the_command_line_offers_what_can_be_decoded() -> None:
    assert tuple(PROTOCOLS) == WIRE_PROTOCOLS


@pytest.mark.parametrize("protocol", ["zvt", "stxlrc"])
def test_published_traces_are_told_line_by_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    lines = published(protocol)
    sent = "\n".join(line["hex"] for line in lines)
    code, answers, err = run(capsys, monkeypatch, sent, "--protocol", protocol, "--json")
    assert (code, err) == (1 if any("refused" in line for line in lines) else 0, "")
    for line, answer in zip(lines, answers, strict=True):
        assert answer["ok"] is ("refused" not in line)
        if answer["ok"]:
            assert set(answer) == {"ok", "command", "name", "fields"}
            fields, expected = answer["fields"], line.get("fields", {})
            assert isinstance(fields, dict)
            assert {name: fields.get(name) for name in expected} == expected


def test_a_whole_recorded_session_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both directions in one stream, as a support person's recording has them."""
    path = ROOT / "tests/traces/stxlrc/official_client.jsonl"
    sent = "".join(json.loads(line)["hex"] for line in path.read_text("utf-8").splitlines())
    code, answers, err = run(capsys, monkeypatch, sent, "--protocol", "stxlrc")
    assert (code, err) == (0, "")
    told = Counter(str(answer["name"]) for answer in answers)
    assert told["sale"] == told["sale reply"] == 3
    assert "unknown" not in told


@pytest.mark.parametrize("path", sorted(PRINTED.glob("*.bin")), ids=lambda path: path.stem)
def test_every_document_we_print_is_told_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    code, answers, err = run(capsys, monkeypatch, path.read_bytes().hex(), "--protocol", "escpos")
    assert (code, err) == (0, "")
    assert answers[0]["name"] == "initialize"
    assert "text" in {answer["name"] for answer in answers}


def test_the_manuals_session_is_what_the_command_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    manual = (ROOT / "docs/manual/support.md").read_text("utf-8")
    sent, told = (re.findall(rf"```{kind}\n(.*?)```", manual, re.DOTALL) for kind in ("hex", "json"))
    assert len(sent) == len(told) == 2
    for protocol, lines, answers in zip(("zvt", "escpos"), sent, told, strict=True):
        _, said, _ = run(capsys, monkeypatch, lines, "--protocol", protocol)
        assert said == [json.loads(answer) for answer in answers.splitlines()]


def test_an_authorization_reads_as_the_manual_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spaced = authorization(1500).encode().hex(" ").upper()
    code, answers, _ = run(capsys, monkeypatch, f"  {spaced}  \r\n\r\n", "--protocol", "zvt", "-")
    assert code == 0
    assert answers == [
        {"ok": True, "command": "06 01", "name": "authorization", "fields": {"amount": 1500, "currency": "0392"}}
    ]


def test_each_message_of_a_line_has_its_own_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text((b"\x06" + encode_frame(authorization(1))).hex() + "\n")
    code, answers, _ = run(capsys, monkeypatch, "", "--protocol", "zvt", str(trace))
    assert (code, [answer["name"] for answer in answers]) == (0, ["ACK", "authorization"])


def test_what_goes_to_a_printer_is_told_in_japanese(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, answers, _ = run(capsys, monkeypatch, "1b61 01 97cc 8efb 8f91", "--protocol", "escpos")
    assert (code, [answer["fields"] for answer in answers]) == (0, [{"align": "center"}, {"text": "領収書"}])


@pytest.mark.parametrize("bad", [b"0", b"0g", b"\xff\xfe", "０６".encode(), b"06 01 05", b'{"hex": "06"}'])
def test_a_bad_line_is_an_answer_and_the_next_is_still_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    code, answers, err = run(capsys, monkeypatch, bad + b"\n800000\n", "--protocol", "zvt")
    assert (code, err) == (1, "")
    assert [answer["ok"] for answer in answers] == [False, True]
    assert set(answers[0]) == {"ok", "error"}
    assert str(answers[0]["error"]).startswith("line 1: ")


def test_a_line_without_end_is_cut_and_answered_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = b"00" * (LINE_BYTES_MAX * 2) + b"\n800000\n"
    code, answers, _ = run(capsys, monkeypatch, sent, "--protocol", "zvt")
    assert (code, [answer["ok"] for answer in answers]) == (1, [False, True])
    assert answers[0]["error"] == f"line 1: longer than {LINE_BYTES_MAX} characters"


@pytest.mark.parametrize(
    "arguments",
    [("--protocol", "morse"), (), ("--protocol", "zvt", "/nonexistent"), ("--protocol", "zvt", str(ROOT))],
)
def test_bad_usage_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    code, answers, err = run(capsys, monkeypatch, "", *arguments)
    assert (code, answers, len(err.splitlines())) == (2, [], 1)


@pytest.mark.parametrize(
    "sent",
    [
        # 06 container: tag 5A with the number in BCD, padded; tag DF01 with it in ASCII
        "04 0f 0c 06 0a 5a 08" + CARD,
        "04 0f 15 06 13 df01 10" + CARD.encode().hex(),
        "04 0f 0f 06 0d 57 0b" + CARD + "d22120",
        "04 0f 0a 22 f0f8" + CARD,
    ],
)
@pytest.mark.parametrize("protocol", ["zvt"])
def test_a_card_number_never_comes_out_of_a_terminal_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sent: str, protocol: str
) -> None:
    _, answers, err = run(capsys, monkeypatch, sent, "--protocol", protocol)
    told = json.dumps(answers) + err
    assert CARD not in told
    assert CARD.encode().hex() not in told


@pytest.mark.parametrize("printed", [CARD, "4761 7390 0101 0119", "4761-7390-0101-0119", f"no.{CARD}99"])
def test_a_card_number_on_a_slip_is_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, printed: str
) -> None:
    _, (answer,), _ = run(capsys, monkeypatch, printed.encode().hex(), "--protocol", "escpos")
    told = json.dumps(answer).replace(" ", "").replace("-", "")
    assert CARD[:12] not in told


def test_a_registration_number_is_no_card(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, (answer,), _ = run(capsys, monkeypatch, b"T5000020232114".hex(), "--protocol", "escpos")
    assert answer["fields"] == {"text": "T5000020232114"}


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from(WIRE_PROTOCOLS))
def test_any_bytes_are_answered(raw: bytes, protocol: str) -> None:
    for answer in decode_line(raw.hex().encode(), 1, PROTOCOLS[protocol]()):
        assert len(json.dumps(answer)) > 0
        assert answer["ok"] in (True, False)


def test_a_reader_that_leaves_early_sees_no_stack_trace() -> None:
    command = [sys.executable, "-m", "kiosk", "wire", "decode", "--protocol", "zvt"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(b"800000\n")
        process.stdin.close()
        assert process.stderr.read() == b""
