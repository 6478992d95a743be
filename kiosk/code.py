"""``kiosk code``: the counter's payment code as text or picture, and what a merchant's code holds. Mends none."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from drivers.codes import emv, jpqr
from drivers.codes.refusal import CodeError, Rule
from kiosk.cli import BAD_INPUT, DONE, REFUSED, BadInputError
from kiosk.commands import load
from kiosk.input_lines import cut_lines, forget_output
from kiosk.issued_code import read_issued
from receipts.qr import qr_modules
from receipts.render import symbol

MODULE_PX = 8
"""A module of a PNG: a symbol of 57 modules is 5 cm wide on a screen of 96 dots per inch."""
LINE_BYTES_MAX = 4 * emv.CHARACTERS_MAX
"""No longer line is a code; of one that is, no more is kept."""

Answer = dict[str, object]


def run_code(arguments: argparse.Namespace) -> int:
    """Print the payload, and draw it where a file is named. Raises BadInputError."""
    profile, state = load(arguments.profile, arguments.state, arguments.set)
    issued = read_issued(profile, state)
    payload = issued if arguments.amount is None else _with_amount(issued, arguments.amount, arguments.bill)
    modules = qr_modules(payload, profile.symbol)
    if arguments.png is not None:
        _write(arguments.png, symbol.png(modules, MODULE_PX))
    if arguments.svg is not None:
        _write(arguments.svg, symbol.svg(modules).encode())
    sys.stdout.write(f"{payload}\n")
    return DONE


def run_decode(arguments: argparse.Namespace) -> int:
    """What a merchant's code holds. One text: 2 when it breaks a rule. Standard input: 1 when a line does."""
    if arguments.text == "-":
        return _decode_lines(sys.stdin.buffer)
    answer = describe(arguments.text)
    if arguments.json:
        sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False)}\n")
        return DONE if answer["ok"] else BAD_INPUT
    if not answer["ok"]:
        raise BadInputError(f"{answer['rule']}: {answer['error']}")
    fields = answer["fields"]
    assert isinstance(fields, dict)
    sys.stdout.write("".join(f"{path}\t{value}\n" for path, value in _flat(fields)))
    return DONE


def describe(payload: str) -> Answer:
    """``{"ok": true, "fields": {...}}``, nested by tag; or which rule is broken, at which tag and character.

    A code that names JPQR as its account has to keep JPQR's rules beside EMV's.
    """
    try:
        code = emv.decode(payload)
        if jpqr.is_jpqr(code):
            jpqr.interpret(code)
    except CodeError as error:
        where = {"rule": error.rule.value, "path": error.path, "position": error.position}
        return {"ok": False, **where, "error": str(error)}
    return {"ok": True, "fields": code.fields}


def _flat(fields: dict[str, str | dict[str, str]]) -> Iterator[tuple[str, str]]:
    for tag, value in fields.items():
        if isinstance(value, dict):
            yield from ((f"{tag}.{part}", text) for part, text in value.items())
        else:
            yield tag, value


def _with_amount(issued: str, amount_yen: int, bill: str | None) -> str:
    try:
        return jpqr.with_amount(jpqr.decode(issued), amount_yen=amount_yen, bill=bill).payload
    except CodeError as error:
        raise BadInputError(f"--amount, --bill: no code can hold this: {error}") from error


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror}): name another file") from error


def _decode_lines(source: BinaryIO) -> int:
    is_good = True
    try:
        for line in cut_lines(source, LINE_BYTES_MAX):
            answer = _describe_bytes(line)
            is_good &= answer["ok"] is True
            sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False)}\n")
            sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
    return DONE if is_good else REFUSED


def _describe_bytes(line: bytes) -> Answer:
    try:
        return describe(line.decode())
    except UnicodeDecodeError as error:
        position = len(line[: error.start].decode(errors="replace"))
        why = f"character {position}: the line is not UTF-8"
        return {"ok": False, "rule": Rule.CHARACTERS.value, "path": "", "position": position, "error": why}
