"""A bug's report says where, and repeats nothing that came from outside."""

import logging
import sys

import pytest

from kiosk.domain.bug_report import PLACES_MAX, NoOutsideWords, bug_report

CARD = "4761739001010119"


def fall(card: str) -> None:
    raise ValueError(f"no such card: {card}")


def fallen(card: str) -> Exception:
    try:
        try:
            fall(card)
        except ValueError as error:
            raise KeyError(card) from error
    except KeyError as error:
        error.add_note(card)
        return error
    raise AssertionError("it fell")


def again(depth: int) -> None:
    if depth:
        again(depth - 1)
    raise RuntimeError(CARD)


def test_kinds_files_and_functions_of_the_error_and_its_cause_are_told_in_one_line() -> None:
    report = bug_report(fallen(CARD))
    assert report.startswith("KeyError at kiosk/domain/test_bug_report.py:")
    assert " from ValueError at kiosk/domain/test_bug_report.py:" in report
    assert " fall < " in report
    assert "\n" not in report


def test_no_message_no_value_no_note_is_told() -> None:
    assert CARD not in bug_report(fallen(CARD))


def test_a_recursion_is_told_by_its_innermost_places() -> None:
    with pytest.raises(RuntimeError) as caught:
        again(PLACES_MAX * 3)
    assert bug_report(caught.value).count(" < ") == PLACES_MAX - 1


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert bug_report(ValueError(CARD)) == "ValueError at no place"


def test_what_a_library_logs_of_a_bug_becomes_the_report() -> None:
    try:
        fall(CARD)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, f"in {CARD} %s", (CARD,), sys.exc_info())
    assert NoOutsideWords().filter(record)
    told = logging.Formatter().format(record)
    assert CARD not in told
    assert told.startswith("bug: ValueError at ")


def test_what_a_library_logs_without_a_bug_stays() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "closed %s", ("well",), None)
    assert NoOutsideWords().filter(record)
    assert record.getMessage() == "closed well"
