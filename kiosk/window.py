"""``kiosk run``: the counter's windows around the composition root. Owns start-up order: paint first, then the rest."""

import logging
import os
import signal
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.cli import BAD_INPUT, DONE, BadInputError
from kiosk.crash import install_hooks
from kiosk.paths import CONFIG
from kiosk.presenters.texts import Texts, load_texts
from kiosk.ui.front_window import FrontWindow
from kiosk.ui.theme import Theme, Tokens, read_tokens

if TYPE_CHECKING:  # loaded behind the painted front page
    from kiosk.main import Kiosk
    from kiosk.profile import CounterProfile
    from kiosk.ui.app import QtPost, Windows

STATUS_EVERY_MS = 30_000
"""How often the lights are asked for anew; keeps idle lines alive as well."""
SIGNAL_LOOK_MS = 200
"""Python sees a signal only between two of its own instructions; Qt's loop has none unless a timer gives it some."""
STAFF_WIDTH, STAFF_HEIGHT = 1280, 800
DISPLAY_ADVICE = "start it in a desktop session as the one who is signed in there, or see ./scripts/run --headless"

Load = Callable[[], "tuple[CounterProfile, Path]"]
"""Reads a counter's profile and says where its state is kept."""


class CannotStartError(Exception):
    """The counter cannot start; one line with what to do."""


class Counter(NamedTuple):
    """The windows and the product behind them."""

    windows: "Windows"
    kiosk: "Kiosk"
    post: "QtPost"
    stopped: list[str]
    """The sentence why the counter could not start, if it could not."""


def load_tokens() -> Tokens:
    """The design's values. Raises TokensError."""
    return read_tokens(tomllib.loads((CONFIG / "design" / "tokens.toml").read_text("utf-8")))


def open_counter(
    profile: "CounterProfile", state: Path, language: str, on_stopped: Callable[[str], None] = lambda _: None
) -> Counter:
    """Build and wire windows and product; nothing is shown and nothing runs yet. Needs a QApplication.

    ``on_stopped`` is called on the window's thread with the sentence why the counter cannot start.
    """
    from kiosk.clock import CityClock
    from kiosk.main import build_kiosk
    from kiosk.presenters.state import Category, CounterSetup
    from kiosk.services.read_slip import read_slip
    from kiosk.services.read_wallet import read_wallet
    from kiosk.ui.app import QtPost, build_windows
    from receipts.letters import unprintable_character

    post = QtPost()
    stopped: list[str] = []

    def cannot_start(sentence: str) -> None:
        stopped.append(sentence)
        post.run(lambda: on_stopped(sentence))

    kiosk = build_kiosk(profile, state, post, cannot_start)
    setup = CounterSetup(
        office_name=profile.municipality,
        counter_name=profile.counter_name,
        items=(*profile.items, *profile.coming_items),
        categories=tuple(Category(each.code, each.name, each.color) for each in profile.categories),
        tenders=profile.tenders,
        operators=profile.operators,
        exemptions=profile.exemptions,
        cap_yen=profile.cart_cap_yen,
        training=profile.training,
        el_qr=profile.el_qr,
        read_slip=read_slip,
        unprintable_character=unprintable_character,
        read_wallet=lambda text, wanted: read_wallet(text, profile.code_operators, wanted),
        has_drawer=profile.printer is not None and profile.printer.has_drawer,
    )
    texts = load_texts(CONFIG / "texts", language)
    if profile.printer is not None and profile.printer.driver == "pdf":
        texts = texts.preferring("paperless.")
    windows = build_windows(setup, texts, kiosk.desk, CityClock().today, load_tokens())
    _connect_scanner_and_display(profile, texts, windows, kiosk, post)
    post.deliver_to(windows.staff_presenter.handle)
    return Counter(windows, kiosk, post, stopped)


def _connect_scanner_and_display(
    profile: "CounterProfile", texts: Texts, windows: "Windows", kiosk: "Kiosk", post: "QtPost"
) -> None:
    """A scanner may be a keyboard at any counter; the line display follows the sale where there is one."""
    from drivers.display.api import TwoLines
    from kiosk.presenters.lines import CustomerLines, LinesScreen
    from kiosk.ui.scanner_keys import KeyGate
    from kiosk.wedge import WedgeScanner

    app = QApplication.instance()
    assert isinstance(app, QApplication), "the windows need a QApplication"
    KeyGate(app, windows.staff, WedgeScanner(post))
    display = kiosk.display
    if display is None or profile.display is None:
        return

    def show(screen: LinesScreen) -> None:
        lines = TwoLines(screen.upper, screen.upper_right, screen.lower, screen.lower_right)
        display.show(lines, passing=screen.passing)

    CustomerLines(texts, profile.display.characters, windows.staff_presenter.store, show)


def run_window(load: Load, language: str, *, prepare: Callable[[], None] = lambda: None) -> int:
    """Run until the staff window is closed; 2 when the counter could not start and has said why in one line.

    ``load`` reads the counter's profile and says where its state is kept; it may raise BadInputError. ``prepare`` runs
    behind the painted window before anything else does; its CannotStartError stops the start.
    """
    app = _application()
    front = FrontWindow(Theme(load_tokens()), load_texts(CONFIG / "texts", language))
    _place(front)
    front.show()
    opened: list[Counter] = []
    refused: list[str] = []

    def refuse(sentence: str) -> None:
        refused.append(sentence)
        sys.stderr.write(f"{sentence}\n")  # at once: somebody may watch the log and nobody the screen
        sys.stderr.flush()

    def stop(sentence: str) -> None:
        refuse(sentence)
        opened[0].windows.staff.hide()
        front.show_stopped(sentence, app.quit)
        front.show()

    def open_windows() -> None:
        try:
            opened.append(_open_loaded(load, language, stop))
        except BadInputError as error:
            refuse(str(error))
            app.quit()
            return
        _show(opened[0].windows, front)
        _start_behind(opened[0], prepare, stop)

    timers = [
        _timer(STATUS_EVERY_MS, lambda: opened[0].kiosk.desk.refresh_status() if opened else None),
        _timer(SIGNAL_LOOK_MS, lambda: None),
    ]
    for number in (signal.SIGTERM, signal.SIGINT):
        # Python runs this wherever it is, perhaps while Qt hides a window; quitting there would close it for ever.
        signal.signal(number, lambda *_: QTimer.singleShot(0, app.quit))
    QTimer.singleShot(0, open_windows)
    app.exec()
    for timer in timers:
        timer.stop()
    for counter in opened:
        counter.kiosk.stop()
    return BAD_INPUT if refused else DONE


def _application() -> QApplication:
    """Without a display Qt ends the process from within: the last moment to say so in one line, with exit code 2."""
    said: list[str] = []

    def listen(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            reason = (said or [message])[0].strip().splitlines()[0]
            sys.stderr.write(f"No window can be opened ({reason}): {DISPLAY_ADVICE}\n")
            sys.stderr.flush()
            os._exit(BAD_INPUT)  # returning would abort, with a core dump; nothing is open yet
        said.append(message)

    before = qInstallMessageHandler(listen)
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(before)
    for message in said:
        sys.stderr.write(f"{message}\n")
    return app


def _open_loaded(load: Load, language: str, stop: Callable[[str], None]) -> Counter:
    from receipts.paper import PaperProfileError

    profile, state = load()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(filename=state / "kiosk.log", format="%(asctime)s %(levelname)s %(name)s %(message)s")
    install_hooks()
    try:
        return open_counter(profile, state, language, stop)
    except PaperProfileError as error:
        raise BadInputError(str(error)) from error


def _start_behind(counter: Counter, prepare: Callable[[], None], stop: Callable[[str], None]) -> None:
    def work() -> None:
        try:
            prepare()
        except CannotStartError as error:
            counter.stopped.append(str(error))
            counter.post.run(lambda: stop(counter.stopped[0]))
            return
        counter.kiosk.start()

    threading.Thread(target=work, name="start", daemon=True).start()


def _place(window: QWidget) -> None:
    if len(QApplication.screens()) > 1:
        window.setGeometry(QApplication.screens()[0].geometry())
    else:
        window.resize(STAFF_WIDTH, STAFF_HEIGHT)


def _show(windows: "Windows", front: QWidget) -> None:
    """Staff where the front page was, the citizen on a second screen if there is one."""
    from kiosk.ui.app import show_full

    if len(QApplication.screens()) > 1:
        show_full(windows.staff, 0)
        show_full(windows.customer, 1)
    else:
        windows.staff.setGeometry(front.geometry())
        windows.staff.show()
        if windows.staff_presenter.setup.word_families:
            from kiosk.ui.one_screen import OneScreen

            OneScreen(windows)
    front.hide()


def _timer(every_ms: int, work: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(work)
    timer.start(every_ms)
    return timer
