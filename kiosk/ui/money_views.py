"""The right side while money is arranged: the cart and the progress card. Refuses to know what a tender costs."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.presenters.screen import CartPanel, Choice, Column, ProgressPanel, Row
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.components import Amount, Key, Words
from kiosk.ui.key_face import Role
from kiosk.ui.keypad import Keypad
from kiosk.ui.rows import RowsView
from kiosk.ui.theme import S8, S12, S16, S24, S48, T14, T16, T20, T24, T48, Theme

CART_COLUMNS = (Column("", 13), Column("", 3, figures=True), Column("", 6, figures=True))
TENDERS_ACROSS_MAX = 4
"""Four fit beside each other with their names; more wrap into rows, a single one takes the whole width."""

STACKED_MAX = 3
"""While a tender is awaited, up to three stand below each other over the whole width."""


def card(theme: Theme) -> QFrame:
    """A white card with a thin outline."""
    frame = QFrame()
    frame.setObjectName("card")
    colors, radius = theme.tokens.colors, theme.tokens.radius["control_px"]
    frame.setStyleSheet(
        f"#card {{ background: {colors['canvas']}; border: 1px solid {colors['line']}; border-radius: {radius}px; }}"
    )
    return frame


class CartView(QWidget):
    """Cart, keypad for quantities, total, tenders."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._theme, self._staff = theme, staff
        texts = staff.texts
        self._revision = 0
        self._title = Words(theme, T20, bold=True, wrap=False)
        self._count = Words(theme, T16, "ink_soft", figures=True, wrap=False)
        self._exempt = Key(theme, Role.PLAIN, self._press_exempt)
        self._exempt.setObjectName(names.EXEMPT)
        self._exempt.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.rows = RowsView(theme, staff.cart.select_line)
        self.rows.setObjectName(names.CART)
        self._empty = Words(theme, T16, "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.keypad = Keypad(theme, texts, staff.cart.digit, staff.cart.correct, staff.cart.remove)
        self._total_label = Words(theme, T20, bold=True, wrap=False)
        self._note = Words(theme, T14, "attention", bold=True)
        self._total = Amount(theme, T48, texts("yen.unit"))
        self._total.setObjectName(names.TOTAL)
        self._tender_label = Words(theme, T16, bold=True)
        self._tenders: list[Key] = []
        self._kinds: list[str] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(S8)
        self._lay_out()

    def show_part(self, panel: CartPanel) -> None:
        self._revision = panel.revision
        self._title.say(panel.title)
        self._count.say(panel.count)
        self._exempt.setVisible(panel.exempt is not None)
        if panel.exempt is not None:
            self._exempt.say(panel.exempt.label, letter=panel.exempt.letter)
            self._exempt.setEnabled(panel.exempt.enabled)
        rows = tuple(Row(row.code, (row.name, row.quantity, row.amount)) for row in panel.rows)
        self.rows.show_rows(CART_COLUMNS, rows, panel.selected)
        self.rows.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._empty.say(panel.empty)
        self.keypad.setVisible(not panel.choosing)
        self.keypad.setEnabled(bool(panel.selected))
        self._total_label.say(panel.total_label)
        self._note.say(panel.total_note)
        self._note.setVisible(bool(panel.total_note))
        self._total.say(panel.total_yen)
        self._tender_label.say(panel.tender_label)
        self._tender_label.setVisible(panel.choosing)
        self._show_tenders(panel.tenders, choosing=panel.choosing)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(S12)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._exempt)
        frame = card(self._theme)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.addWidget(self.rows)
        inside.addWidget(self._empty)
        names_column = QVBoxLayout()
        names_column.setSpacing(0)
        names_column.addWidget(self._total_label)
        names_column.addWidget(self._note)
        total = QHBoxLayout()
        total.addLayout(names_column)
        total.addWidget(self._total, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S12)
        column.addLayout(head)
        column.addWidget(frame, 1)
        column.addWidget(self.keypad)
        column.addLayout(total)
        column.addWidget(self._tender_label)
        column.addLayout(self._grid)

    def _show_tenders(self, tenders: tuple[Choice, ...], *, choosing: bool) -> None:
        self._kinds = [tender.name for tender in tenders]
        while len(self._tenders) < len(tenders):
            self._tenders.append(self._tender(len(self._tenders)))
        across = min(TENDERS_ACROSS_MAX, max(1, len(tenders)))
        if choosing:
            across = 1 if len(tenders) <= STACKED_MAX else 2
        for at, key in enumerate(self._tenders):
            self._grid.removeWidget(key)
            key.setVisible(at < len(tenders))
            if at < len(tenders):
                tender = tenders[at]
                key.say(tender.label, note=tender.note, letter=tender.letter, selected=tender.selected)
                key.setEnabled(tender.enabled)
                key.setObjectName(names.tender(tender.name))
                key.setMinimumHeight(72)
                self._grid.addWidget(key, at // across, at % across)
        for column in range(TENDERS_ACROSS_MAX):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def _tender(self, at: int) -> Key:
        return Key(self._theme, Role.CHOICE, lambda: self._staff.payment.choose_tender(self._kinds[at], self._revision))

    def _press_exempt(self) -> None:
        panel = self._staff.screen().right
        if isinstance(panel, CartPanel) and panel.exempt is not None:
            self._staff.act(panel.exempt.act)


class ProgressView(QWidget):
    """What the citizen should do now, and for how long it has been going on."""

    def __init__(self, theme: Theme, staff: StaffPresenter) -> None:
        super().__init__()
        self._elapsed_text, self._limit_s = "", 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._title = Words(theme, T20, bold=True)
        self._title.setMinimumHeight(S48)
        self._instruction = Words(theme, T24, bold=True)
        self._instruction.setObjectName(names.INSTRUCTION)
        self._hint = Words(theme, T16, "ink_soft")
        self._amount_label = Words(theme, T16, "ink_soft")
        self._amount = Amount(theme, T48, staff.texts("yen.unit"))
        self._tender = Words(theme, T20, bold=True)
        self._elapsed = Words(theme, T20, "ink_soft", figures=True, wrap=False)
        self._elapsed.setObjectName(names.ELAPSED)
        frame = card(theme)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(S24, S24, S24, S24)
        inside.setSpacing(S16)
        for widget in (self._tender, self._amount_label, self._amount):
            inside.addWidget(widget)
        inside.addStretch(1)
        inside.addWidget(self._instruction)
        inside.addWidget(self._hint)
        inside.addStretch(2)
        inside.addWidget(self._elapsed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S12)
        column.addWidget(self._title)
        column.addWidget(frame, 1)

    def show_part(self, panel: ProgressPanel) -> None:
        self._elapsed_text = panel.elapsed
        if panel.limit_s != self._limit_s:
            self._limit_s = panel.limit_s
            self._clock.start()
        self._title.say(panel.title)
        self._instruction.say(panel.instruction)
        self._hint.say(panel.hint)
        self._amount_label.say(panel.amount_label)
        self._amount.setVisible(panel.amount_yen is not None)
        self._amount.say(panel.amount_yen or 0)
        self._tender.say(panel.tender)
        self._tick()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._clock.start()
        self._timer.start()
        self._tick()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        seconds = self._clock.elapsed() // 1000 if self._clock.isValid() else 0
        if not self._limit_s:
            self._elapsed.say(self._elapsed_text.replace("{seconds}", str(seconds)))
            return
        minutes, seconds = divmod(max(0, self._limit_s - seconds), 60)
        self._elapsed.say(self._elapsed_text.format(minutes=minutes, seconds=f"{seconds:02}"))
