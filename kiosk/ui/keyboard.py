"""The keyboard map of the staff window: everything the fingers can do, the keys can do. Refuses to read a scanner."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from kiosk.presenters.screen import Act, CardPanel, CartPanel, FormPanel, StaffScreen, TablePart
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui.items_view import ItemsView
from kiosk.ui.left_views import TableView

TENDER_KEYS = (Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8)


class Window(Protocol):
    """What the map needs to see."""

    @property
    def items_view(self) -> ItemsView | None: ...
    @property
    def table_view(self) -> TableView | None: ...
    @property
    def screen_shown(self) -> StaffScreen | None: ...
    def setFocus(self) -> None: ...  # noqa: N802 - Qt's name


class Keyboard:
    """Takes what no focused widget wanted."""

    def __init__(self, staff: StaffPresenter, window: Window) -> None:
        self._staff, self._window = staff, window

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key is for; False when it is for nothing. A held key acts once, except on quantities."""
        screen = self._window.screen_shown
        if screen is None:
            return False
        key = Qt.Key(event.key())
        if not event.isAutoRepeat() and self._function_key(key, screen):
            return True
        form = isinstance(screen.right, FormPanel)
        if self._move(key, screen) or self._turn_table(key):
            return True
        if form and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat() and not self._staff.form.next_field():
                self._staff.main_action()
            return True
        if key is Qt.Key.Key_Backspace:
            (self._staff.form.correct if form else self._staff.cart.correct)()
            return True
        return self._write(event.text(), screen)

    def _function_key(self, key: Qt.Key, screen: StaffScreen) -> bool:
        acts = {Qt.Key.Key_F1: Act.SHOW_HELP, Qt.Key.Key_F10: Act.SHOW_MENU, Qt.Key.Key_F11: Act.SHOW_SALES}
        items = self._window.items_view
        if key is Qt.Key.Key_F12:
            if screen.main.enabled:
                self._staff.main_action()
        elif key is Qt.Key.Key_Escape:
            self._escape(screen)
        elif (act := _named_act(key, screen)) is not None:
            self._staff.act(act)
        elif key in acts:
            if screen.top.menu.enabled:
                self._staff.act(acts[key])
        elif key is Qt.Key.Key_F9:
            if isinstance(screen.right, CartPanel) and screen.right.exempt and screen.right.exempt.enabled:
                self._staff.act(screen.right.exempt.act)
        elif key in TENDER_KEYS:
            self._choose_tender(TENDER_KEYS.index(key), screen)
        elif items is not None and key is Qt.Key.Key_F2:
            items.search.setFocus()
            items.search.selectAll()
        elif items is not None and key in (Qt.Key.Key_F3, Qt.Key.Key_F4):
            items.next_category(-1 if key is Qt.Key.Key_F3 else 1)
        elif items is not None and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            items.turn(-1 if key is Qt.Key.Key_PageUp else 1)
        else:
            return False
        return True

    def _escape(self, screen: StaffScreen) -> None:
        items = self._window.items_view
        if items is not None and items.search.hasFocus():
            # Esc leaves the search first; it must not cancel a sale by the way.
            self._staff.cart.search("")
            self._window.setFocus()
        elif screen.cancel.enabled:
            self._staff.cancel()

    def _choose_tender(self, at: int, screen: StaffScreen) -> None:
        panel = screen.right
        if isinstance(panel, CartPanel) and at < len(panel.tenders) and panel.tenders[at].enabled:
            self._staff.payment.choose_tender(panel.tenders[at].name, panel.revision)

    def _move(self, key: Qt.Key, screen: StaffScreen) -> bool:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        if key is Qt.Key.Key_Delete:
            self._staff.cart.remove()
        elif step is None:
            return False
        elif isinstance(screen.right, FormPanel):
            self._choose_next(step, screen.right)
        elif isinstance(screen.left, TablePart):
            self._staff.rows.move_selection(step)
        else:
            self._staff.cart.move_selection(step)
        return True

    def _turn_table(self, key: Qt.Key) -> bool:
        step = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(key)
        table = self._window.table_view
        if step is None or table is None:
            return False
        table.rows.turn(step)
        return True

    def _choose_next(self, step: int, panel: FormPanel) -> None:
        # Arrow keys walk through the choices of the active field, or from field to field.
        active = next((row for row in panel.fields if row.active), None)
        if active is None:
            return
        if active.choices:
            chosen = next((n for n, choice in enumerate(active.choices) if choice.selected), -1 if step > 0 else 0)
            choice = active.choices[(chosen + step) % len(active.choices)]
            self._staff.choose(active.name, choice.name, walking=True)
            self._staff.form.focus(active.name)
        else:
            at = panel.fields.index(active) + step
            self._staff.form.focus(panel.fields[max(0, min(at, len(panel.fields) - 1))].name)

    def _choose(self, letter: str, panel: FormPanel) -> bool:
        """Press the choice with this letter, where the active field is one to choose."""
        active = next((row for row in panel.fields if row.active), None)
        chosen = next((each for each in active.choices if each.letter == letter), None) if active else None
        if active is not None and chosen is not None:
            self._staff.choose(active.name, chosen.name)
        return chosen is not None

    def _write(self, text: str, screen: StaffScreen) -> bool:
        if len(text) != 1 or not text.isprintable():
            return False
        form = isinstance(screen.right, FormPanel)
        if isinstance(screen.right, FormPanel) and self._choose(text.upper(), screen.right):
            return True
        if text.isascii() and text.isdigit():
            (self._staff.form.digit if form else self._staff.cart.digit)(text)
        elif form:
            self._staff.form.digit(text)
        elif text in "+-":
            self._staff.cart.step_quantity(1 if text == "+" else -1)
        else:
            items = self._window.items_view
            return items is not None and items.grid.press_letter(text.upper())
        return True


def _named_act(key: Qt.Key, screen: StaffScreen) -> Act | None:
    """What a key of the table or the card in sight, with this letter in its corner, does."""
    table = screen.left.keys if isinstance(screen.left, TablePart) else ()
    card = screen.right.keys if isinstance(screen.right, CardPanel) else ()
    letter = key.name.removeprefix("Key_")
    return next((each.act for each in (*table, *card) if each.letter == letter and each.enabled), None)
