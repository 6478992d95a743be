"""Where a label breaks: between words, after a phrase, never where Japanese forbids it."""

import math

import pytest

from kiosk.ui.typeset import INSIDE_WORD, best_break, break_cost


def broken(text: str, width: int) -> tuple[str, str]:
    at = best_break(text, lambda part: float(len(part)), width)
    return text[:at], text[at:]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        (
            "もう一度請求しないでください。お客様にお待ちいただくようお伝えください。",
            22,
            ("もう一度請求しないでください。", "お客様にお待ちいただくようお伝えください。"),
        ),
        ("住民票記載事項証明書", 6, ("住民票記載", "事項証明書")),
        ("受理証明書（上質紙）", 6, ("受理証明書", "（上質紙）")),
    ],
)
def test_lines_end_where_a_reader_would_pause(text: str, width: int, lines: tuple[str, str]) -> None:
    assert broken(text, width) == lines


@pytest.mark.parametrize("text", ["お客様", "ご利用", "おトク"])
def test_an_honorific_stays_with_its_word(text: str) -> None:
    assert break_cost(text, 1) >= INSIDE_WORD


def test_closing_marks_never_begin_a_line() -> None:
    assert break_cost("です。", 2) == math.inf
    assert break_cost("（控）", 1) == math.inf
