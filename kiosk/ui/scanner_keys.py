"""Keys on their way to a window, held until it is certain that no scanner types them. Refuses to know what a code is.

A scanner that is a keyboard types into whatever has the focus, through an input method if one is on, and ends with an
Enter that would press a key. So every window and every text field is watched; what a person did is given on unchanged.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from weakref import ref

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

LATE_S = 0.02
"""A timer so late means that the window was busy: keys may be waiting that nobody has seen yet."""
CLOCK_JUMP_S = 10.0
"""The system's key stamps wrap, or were set anew; no window is busy for so long."""
ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Fingers(Protocol):
    """Tells a person's keys from a scanner's. Each call returns the keys that are a person's for certain, in order.

    Times are seconds on a clock that only goes forward. What was scanned is told elsewhere.
    """

    @property
    def deadline_s(self) -> float | None:
        """When ``quiet`` is due; None while nothing is held."""

    def press(self, key: object, text: str, at_s: float, *, is_repeat: bool = False) -> tuple[object, ...]:
        """One key press that writes ``text``: a carriage return for Enter, empty for keys that write nothing."""

    def commit(self, key: object, text: str, at_s: float, *, ends: bool = True) -> tuple[object, ...]:
        """A text that an input method composed from the keys so far; ``ends`` is False when it goes on composing."""

    def quiet(self, at_s: float) -> tuple[object, ...]:
        """No key came until now."""


@dataclass(slots=True)
class _Held:
    """A press with the releases that came while it was held, or a change of what is being composed; and for whom."""

    target: QObject
    events: list[QEvent]


class KeyGate(QObject):
    """Stands between the system and the windows of this application, wherever the focus goes."""

    def __init__(
        self, app: QGuiApplication, owner: QWidget, fingers: Fingers, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """The gate works while its ``owner`` is in sight."""
        super().__init__(owner)
        self._owner = ref(owner)
        self._works = owner.isVisible()
        owner.installEventFilter(self)
        self._fingers, self._now_s = fingers, now_s
        self._stamps = KeyStamps()
        self._due_s: float | None = None
        self._deferred = self._delivering = self._muted = False
        self._last: _Held | None = None
        self._composed = ""
        """What the input method is composing, seen by the text field or not."""
        self._shown = ""
        """What of it the text field has seen."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._quiet)
        app.focusWindowChanged.connect(self._watch)
        app.focusObjectChanged.connect(self._watch_field)
        self._watch(app.focusWindow())
        self._watch(app.focusObject())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if self._muted:
            return event.type() == QEvent.Type.InputMethod
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide) and watched is self._owner():
            self._works = event.type() == QEvent.Type.Show
        if self._delivering or not self._works:
            return False
        match event.type():
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent):
                self._press(watched, event)
            case QEvent.Type.KeyRelease if isinstance(event, QKeyEvent):
                if self._fingers.deadline_s is None or self._last is None:
                    return False
                self._last.events.append(_key_copy(event))
            case QEvent.Type.InputMethod if isinstance(event, QInputMethodEvent):
                self._compose(watched, event)
            case _:
                return False
        return True

    def _watch(self, target: QObject | None) -> None:
        if target is not None:
            target.installEventFilter(self)  # a second time only moves it to the front

    def _watch_field(self, target: QObject | None) -> None:
        self._watch(target)
        self._composed = self._shown = ""  # a composition does not follow the focus

    def _press(self, target: QObject, event: QKeyEvent) -> None:
        self._last = held = _Held(target, [_key_copy(event)])
        text = "\r" if event.key() in ENTER_KEYS else event.text()
        at_s = self._stamps.at_s(event.timestamp(), self._now_s())
        self._sort(self._fingers.press(held, text, at_s, is_repeat=event.isAutoRepeat()))

    def _compose(self, field: QObject, event: QInputMethodEvent) -> None:
        self._last = held = _Held(field, [_composition_copy(event)])
        before, self._composed = self._composed, event.preeditString()
        text, at_s = event.commitString(), self._now_s()
        if not text:
            grown = len(self._composed) >= len(before) and self._composed != before
            self._sort(self._fingers.press(held, self._composed[-1:] if grown else "", at_s))
        elif not before and len(text) == 1:  # full-width typing: every key is handed over by itself
            self._sort(self._fingers.press(held, text, at_s))
        else:
            code = text.removeprefix(self._shown)
            self._sort(self._fingers.commit(held, code, at_s, ends=not self._composed))

    def _quiet(self) -> None:
        late = self._due_s is not None and self._now_s() > self._due_s + LATE_S
        if late and not self._deferred:
            self._deferred = True
            self._timer.start(int(LATE_S * 1000))
            return
        self._sort(self._fingers.quiet(self._now_s()))

    def _sort(self, keys: tuple[object, ...]) -> None:
        """Deliver a person's keys; what is neither delivered nor held any more was a scanner's."""
        for held in keys:
            assert isinstance(held, _Held), "the keys are the ones that were handed in"
            for event in held.events:
                self._deliver(held.target, event)
        self._due_s = self._fingers.deadline_s
        self._deferred = False
        if self._due_s is not None:
            self._timer.start(max(1, int((self._due_s - self._now_s()) * 1000) + 1))
            return
        self._timer.stop()
        if not keys and (self._composed or self._shown):
            self._end_composition()

    def _end_composition(self) -> None:
        """A code went through the input method: end it there, and leave in the field what a person had begun."""
        begun, composed = self._shown, self._composed
        self._shown = self._composed = ""
        if composed:
            self._muted = True  # what the input method says at its end is nobody's typing
            QGuiApplication.inputMethod().reset()
            self._muted = False
        if begun and self._last is not None:
            left = QInputMethodEvent("", [])
            left.setCommitString(begun)
            self._deliver(self._last.target, left)

    def _deliver(self, target: QObject, event: QEvent) -> None:
        if isinstance(event, QInputMethodEvent):
            self._shown = event.preeditString()
        self._delivering = True
        with suppress(RuntimeError):  # Shiboken's word for a window that has gone meanwhile: its keys go with it
            QCoreApplication.sendEvent(target, event)
        self._delivering = False


class KeyStamps:
    """The system's stamps of keys on our own clock: a busy window sees a person's keys at once, stamps tell when."""

    def __init__(self) -> None:
        self._behind_s: float | None = None
        """Our clock less the system's, as of the key that waited least."""

    def at_s(self, stamp_ms: int, now_s: float) -> float:
        """When the key was pressed; ``stamp_ms`` 0 means that nobody stamped it."""
        if stamp_ms == 0:
            return now_s
        behind_s = now_s - stamp_ms / 1000
        if self._behind_s is None or not 0 <= behind_s - self._behind_s < CLOCK_JUMP_S:
            self._behind_s = behind_s
        return stamp_ms / 1000 + self._behind_s


def _key_copy(event: QKeyEvent) -> QKeyEvent:
    """The event itself belongs to Qt and ends with the call."""
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )


def _composition_copy(event: QInputMethodEvent) -> QInputMethodEvent:
    copy = QInputMethodEvent(event.preeditString(), event.attributes())
    copy.setCommitString(event.commitString(), event.replacementStart(), event.replacementLength())
    return copy
