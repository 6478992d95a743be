"""What is told of a bug of our own: its kind and its place. Refuses its message and values: they may be a citizen's."""

import logging
import traceback
from collections.abc import Iterator
from itertools import islice

PLACES_MAX = 30
"""Innermost places kept; a recursion without end has a thousand, all alike."""
CAUSES_MAX = 5
"""Errors behind the error."""
PATH_PARTS = 3
"""Enough to find the file, and no home directory's name."""


def bug_report(error: BaseException) -> str:
    """One line: kind and places (file:line function, innermost first) of ``error`` and of what caused it."""
    return " from ".join(f"{type(one).__name__} at {_places(one)}" for one in islice(_chain(error), CAUSES_MAX))


class NoOutsideWords(logging.Filter):
    """For loggers of libraries that log whole exceptions: what they say becomes the line above."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            record.msg, record.args = "bug: %s", (bug_report(record.exc_info[1]),)
            record.exc_info = record.exc_text = None
        return True


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _places(error: BaseException) -> str:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    told = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return " < ".join(told[: -PLACES_MAX - 1 : -1]) or "no place"


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-PATH_PARTS:])
