"""The citizen's window: amount, items, state, large. Owns sizes for standing readers; refuses any internal word."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.presenters.customer import CustomerPage, CustomerPresenter, CustomerScreen
from kiosk.presenters.screen import Choice, Tone
from kiosk.presenters.texts import Texts
from kiosk.ui import names
from kiosk.ui.code_view import CodeView
from kiosk.ui.components import Amount, Key, Words
from kiosk.ui.key_face import Role
from kiosk.ui.marks import draw_mark
from kiosk.ui.theme import S16, S24, S32, T16, T24, T48, T64, Theme

TENDER_HEIGHT = 160
"""A citizen's tender key, for hands that tremble."""
ACROSS_MAX = 4


MARKS = {
    CustomerPage.DONE: Tone.SUCCESS,
    CustomerPage.VOIDED: Tone.SUCCESS,
    CustomerPage.REFUNDED: Tone.SUCCESS,
    CustomerPage.DOUBT: Tone.DOUBT,
}


class MarkView(QWidget):
    """One large mark above the headline, or nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tone = Tone.NEUTRAL
        self.setFixedHeight(T64)

    def show_tone(self, tone: Tone | None) -> None:
        self.setVisible(tone is not None)
        self._tone = tone or Tone.NEUTRAL
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(2, 2)
        draw_mark(painter, self._theme, self._tone, QRectF(0, 2, S24, S24))


class CustomerWindow(QWidget):
    """The second display; a shell that follows the sale."""

    def __init__(self, theme: Theme, texts: Texts, customer: CustomerPresenter) -> None:
        super().__init__()
        self._theme, self._customer = theme, customer
        self._revision = 0
        self.setObjectName(names.CUSTOMER_WINDOW)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.color("canvas"))
        self.setPalette(palette)
        self._mark = MarkView(theme)
        self._office = Words(theme, T24, "ink_soft", bold=True)
        self._headline = Words(theme, T48, bold=True)
        self._detail = Words(theme, T24, "ink_soft")
        self._amount_label = Words(theme, T24, bold=True, wrap=False)
        self._amount = Amount(theme, T64, texts("yen.unit"))
        self._amount.setObjectName(names.TOTAL)
        self._lines: list[tuple[Words, Words]] = []
        self._line_grid = QGridLayout()
        self._line_grid.setVerticalSpacing(S16)
        self._line_grid.setColumnStretch(0, 1)
        self._tenders: list[Key] = []
        self._kinds: list[str] = []
        self._tender_grid = QGridLayout()
        self._tender_grid.setSpacing(S16)
        self._code = CodeView(theme)
        self._hint = Words(theme, T16, "muted")
        self._hint.hide()
        self._lay_out()

    def show_screen(self, screen: CustomerScreen) -> None:
        """Draw it."""
        self._revision = screen.revision
        self._office.say(f"{screen.office}　{screen.counter}")
        self._mark.show_tone(None if screen.steps else MARKS.get(screen.page))
        self._headline.say(screen.headline)
        self._detail.say(screen.detail)
        self._amount_label.say(screen.amount_label)
        for widget in (self._amount_label, self._amount):
            widget.setVisible(screen.amount_yen is not None)
        self._amount.say(screen.amount_yen or 0, "success" if screen.page is CustomerPage.DONE else "ink")
        self._code.setVisible(bool(screen.steps))
        if screen.steps:
            self._code.show_code(screen.code.modules if screen.code else (), screen.steps, screen.headline)
        valid_s = screen.code.valid_s if screen.code else 0
        self._code.count_down(screen.code.modules if screen.code else (), valid_s, screen.countdown)
        self._show_lines(screen.lines)
        self._show_tenders(screen.tenders, pressable=screen.page is CustomerPage.CHOOSE)

    def show_hint(self, text: str) -> None:
        """A line for the clerk at the foot, where both windows share one screen."""
        self._hint.say(text)
        self._hint.show()

    def _lay_out(self) -> None:
        amount = QHBoxLayout()
        amount.addWidget(self._amount_label)
        amount.addWidget(self._amount, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(S32 + S16, S32, S32 + S16, S32 + S16)
        column.setSpacing(S16)
        column.addWidget(self._office)
        column.addStretch(1)
        column.addWidget(self._mark)
        column.addWidget(self._headline)
        column.addWidget(self._detail)
        column.addSpacing(S16)
        column.addLayout(amount)
        column.addWidget(self._code)
        column.addLayout(self._line_grid)
        column.addStretch(2)
        column.addLayout(self._tender_grid)
        column.addWidget(self._hint)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self._code.stand(wide=self.width() > self.height(), window_height=self.height())
        super().resizeEvent(event)

    def _show_lines(self, lines: tuple[tuple[str, str], ...]) -> None:
        while len(self._lines) < len(lines):
            pair = Words(self._theme, T24), Words(self._theme, T24, figures=True, wrap=False)
            pair[1].setAlignment(Qt.AlignmentFlag.AlignRight)
            row = len(self._lines)
            self._line_grid.addWidget(pair[0], row, 0)
            self._line_grid.addWidget(pair[1], row, 1)
            self._lines.append(pair)
        for at, (name, amount) in enumerate(self._lines):
            name.setVisible(at < len(lines))
            amount.setVisible(at < len(lines))
            if at < len(lines):
                name.say(lines[at][0])
                amount.say(lines[at][1])

    def _show_tenders(self, tenders: tuple[Choice, ...], *, pressable: bool) -> None:
        self._kinds = [tender.name for tender in tenders]
        while len(self._tenders) < len(tenders):
            self._tenders.append(self._tender(len(self._tenders)))
        across = min(ACROSS_MAX, max(1, len(tenders)))
        for at, key in enumerate(self._tenders):
            self._tender_grid.removeWidget(key)
            key.setVisible(at < len(tenders))
            if at < len(tenders):
                key.say(tenders[at].label)
                # While nothing is to be chosen the keys only say what is taken here.
                key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not pressable)
                key.setFocusPolicy(Qt.FocusPolicy.TabFocus if pressable else Qt.FocusPolicy.NoFocus)
                key.setObjectName(names.tender(tenders[at].name))
                key.setMinimumHeight(TENDER_HEIGHT if pressable else 72)
                self._tender_grid.addWidget(key, at // across, at % across)

    def _tender(self, at: int) -> Key:
        key = Key(self._theme, Role.CHOICE, lambda: self._customer.choose_tender(self._kinds[at], self._revision), self)
        key.face.size_px, key.citizen = T24, True
        return key
