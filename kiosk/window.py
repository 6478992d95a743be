"""``kiosk run``: the counter's windows around the composition root. Owns start-up order: paint first, then the rest."""

import logging
import signal
import sys
import threading
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from kiosk.cli import BAD_INPUT, DONE, BadInputError
from kiosk.clock import CityClock
from kiosk.main import Kiosk, build_kiosk
from kiosk.paths import CONFIG
from kiosk.presenters.state import Category, CounterSetup
from kiosk.presenters.texts import load_texts
from kiosk.profile import CounterProfile
from kiosk.services.notices import Notice
from kiosk.ui.app import QtPost, Windows, build_windows, show_full
from kiosk.ui.theme import read_tokens

STATUS_EVERY_MS = 30_000
"""How often the lights are asked for anew."""
SIGNAL_LOOK_MS = 200
"""Python sees a signal only between two of its own instructions; Qt's loop has none unless a timer gives it some."""
STAFF_WIDTH, STAFF_HEIGHT = 1280, 800


class CannotStartError(Exception):
    """The counter cannot start; one line with what to do."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The windows and the product behind them."""

    windows: Windows
    kiosk: Kiosk
    post: QtPost
    stopped: list[str]
    """The sentence why the counter could not start, if it could not."""


def open_counter(profile: CounterProfile, state: Path, language: str, app: QApplication) -> Counter:
    """Build and wire windows and product; nothing is shown and nothing runs yet."""
    post = QtPost()
    stopped: list[str] = []

    def cannot_start(sentence: str) -> None:
        stopped.append(sentence)
        post.run(lambda: app.exit(BAD_INPUT))

    kiosk = build_kiosk(profile, state, post, cannot_start)
    tokens = read_tokens(tomllib.loads((CONFIG / "design" / "tokens.toml").read_text("utf-8")))
    windows = build_windows(
        counter_setup(profile), load_texts(CONFIG / "texts", language), kiosk.desk, CityClock().today, tokens
    )

    def handle(notice: Notice) -> None:
        windows.staff_presenter.handle(notice)

    post.deliver_to(handle)
    return Counter(windows, kiosk, post, stopped)


def counter_setup(profile: CounterProfile) -> CounterSetup:
    """What the windows need to know of a counter."""
    return CounterSetup(
        office_name=profile.municipality,
        counter_name=profile.counter_name,
        items=(*profile.items, *profile.coming_items),
        categories=tuple(Category(each.code, each.name, each.color) for each in profile.categories),
        tenders=profile.tenders,
        operators=profile.operators,
        exemptions=profile.exemptions,
        cap_yen=profile.cart_cap_yen,
    )


def run_window(
    profile: CounterProfile, state: Path, language: str, *, prepare: Callable[[], None] = lambda: None
) -> int:
    """Run until the staff window is closed; 2 with one line when the counter cannot start.

    ``prepare`` runs behind the painted window before anything else does; its CannotStartError stops the start.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(filename=state / "kiosk.log", format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = QApplication(sys.argv[:1])
    counter = open_counter(profile, state, language, app)
    _show(counter.windows)
    timers = [_timer(STATUS_EVERY_MS, counter.kiosk.desk.refresh_status), _timer(SIGNAL_LOOK_MS, lambda: None)]
    signal.signal(signal.SIGTERM, lambda *_: app.quit())
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    QTimer.singleShot(0, lambda: _start(counter, prepare, app))  # after the first paint
    code = app.exec()
    for timer in timers:
        timer.stop()
    counter.kiosk.stop()
    if counter.stopped:
        raise BadInputError(counter.stopped[0])
    return DONE if code == 0 else code


def _start(counter: Counter, prepare: Callable[[], None], app: QApplication) -> None:
    def work() -> None:
        try:
            prepare()
        except CannotStartError as error:
            counter.stopped.append(str(error))
            counter.post.run(lambda: app.exit(BAD_INPUT))
            return
        counter.kiosk.start()

    threading.Thread(target=work, name="start", daemon=True).start()


def _show(windows: Windows) -> None:
    """Staff on the first screen, the citizen on the second; on one screen the citizen's window stays hidden."""
    if len(QApplication.screens()) > 1:
        show_full(windows.staff, 0)
        show_full(windows.customer, 1)
    else:
        windows.staff.resize(STAFF_WIDTH, STAFF_HEIGHT)
        windows.staff.show()


def _timer(every_ms: int, work: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(work)
    timer.start(every_ms)
    return timer
