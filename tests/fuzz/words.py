"""``kiosk wire decode``: whatever a support person pastes is told in words, and no card number with them."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

from drivers.payment.stxlrc.wire_text import describe as stxlrc
from drivers.payment.zvt.wire_text import describe as zvt
from drivers.printer.escpos.wire_text import describe as escpos
from kiosk.wire import NUMBER_SHOWN_MAX, Decode, Described, decode_line
from tests.fuzz.target import Target, has_check_digit
from tests.unit.drivers.payment.stxlrc.understood import valid_frames
from tests.unit.drivers.payment.zvt.understood import valid_messages
from tests.unit.drivers.printer.escpos.test_damaged_frames import JOBS

_RUN = re.compile(r"\d{14,}", re.ASCII)


def _scalars(value: object) -> Iterator[str | int]:
    match value:
        case dict():
            for inner in value.values():
                yield from _scalars(inner)
        case list():
            for inner in value:
                yield from _scalars(inner)
        case str() | int():
            yield value


def _shows_a_card(text: str) -> bool:
    return any(
        has_check_digit(run[start : start + size])
        for run in _RUN.findall(text)
        for size in range(14, 20)
        for start in range(len(run) - size + 1)
    )


def _told(answers: list[Described]) -> None:
    assert answers, "nothing was said"
    for answer in answers:
        read = json.loads(json.dumps(answer, ensure_ascii=False))
        if read["ok"] is not True:
            assert set(read) == {"ok", "error"}
            assert len(read["error"].splitlines()) == 1
            continue
        assert isinstance(read["name"], str)
        for scalar in _scalars(read):
            if isinstance(scalar, str):
                assert not _shows_a_card(scalar), "a card number in words"
            else:
                assert scalar <= NUMBER_SHOWN_MAX


def _in_words(decode: Decode) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        """The bytes as hex, as a trace has them, and as they are, as a slip of the hand has them."""
        _told(decode_line(data.hex(" ").encode(), 1, decode))
        _told(decode_line(data, 1, decode))

    return check


def _target(name: str, decode: Decode, seeds: Callable[[], Iterable[bytes]]) -> Target:
    return Target(f"{name}-words", (decode.__module__, "kiosk.wire"), _in_words(decode), seeds, 12_000, 160)


TARGETS = (
    _target("zvt", zvt, valid_messages),
    _target("stxlrc", stxlrc, valid_frames),
    _target("escpos", escpos, lambda: JOBS),
)
