"""The last stop of errors nobody caught, in any thread. Owns the process's hooks; refuses their messages and values."""

import logging
import sys
import threading
from types import TracebackType

from kiosk.domain.bug_report import bug_report

LOG = logging.getLogger("kiosk")


def install_hooks() -> None:
    """From now on a bug in the window (Qt calls ``sys.excepthook``) or in a thread is one line in the log."""
    sys.excepthook = _of_window
    threading.excepthook = _of_thread


def _of_window(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    LOG.error("bug: %s", bug_report(error))


def _of_thread(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread is not None else "?"
    told = bug_report(ended.exc_value) if ended.exc_value is not None else ended.exc_type.__name__
    LOG.error("bug in thread %s: %s", name, told)
