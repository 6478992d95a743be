"""Keys, words, amounts and bands: the parts every page is made of. Owns their drawing; refuses to know any page."""

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from kiosk.presenters.screen import Band, Tone
from kiosk.ui import names
from kiosk.ui.key_face import BARS, FILLED, KeyFace, Role
from kiosk.ui.marks import draw_mark
from kiosk.ui.theme import S4, S8, S12, S16, S24, S48, T14, T16, T20, T32, Theme
from kiosk.ui.typeset import KEY_LINE, TEXT_LINE, WIDTH_MAX, Block, draw_figures, figures_width, font_width

CENTER = int(Qt.AlignmentFlag.AlignCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
TOP_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
BAND_HEIGHT = 80
"""One headline of 20 px and one line of 16 px with 12 px around them; fixed, so that keys never jump."""


class Key(QAbstractButton):
    """A key: label, a note (price, title), the keyboard's letter in the corner, a bar of color beside the word."""

    def __init__(self, theme: Theme, role: Role, press: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.face = KeyFace(theme, role)
        self.citizen = False
        """On the citizen's window nothing shrinks below its size."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(QSize(S48, S48))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.clicked.connect(lambda: press())

    def say(self, label: str, *, note: str = "", letter: str = "", selected: bool = False, bar: str = "") -> None:
        """Show these words."""
        self.setText(label)
        face = self.face
        face.label, face.note, face.letter, face.selected, face.bar = label, note, letter, selected, bar
        self.setAccessibleName(f"{label} {note}".strip())
        self._fit()
        self.updateGeometry()
        self.update()

    @property
    def selected(self) -> bool:
        return self.face.selected

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        width = max((font_width(self.face.font, line) for line in self.text().split("\n")), default=0)
        hint = self.face.letter_width() + S8 if self.face.letter else 0
        return QSize(max(S48, ceil(width) + 2 * S16 + 2 * hint), max(S48, self.minimumHeight()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.isAutoRepeat():
            self.click()
        else:
            event.ignore()  # arrows and letters belong to the window

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        # The second half of a double tap on the main key would press what the first half has just put there.
        if self.face.role in FILLED:
            event.accept()
        else:
            super().mouseDoubleClickEvent(event)

    def clipped(self) -> bool:
        """Whether any of its words is cut; no key may ever be."""
        return self.face.cut(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, item = self.face, self.face.role is Role.ITEM
        fill, outline, ink = self._colors()
        soft = ink if face.role in FILLED or face.selected else self._theme.color("muted")
        radius = self._theme.tokens.radius["control_px"]
        if outline is not None:
            painter.setPen(QPen(outline, 2 if face.selected else 1))
            painter.setBrush(fill)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        self._paint_bar(painter)
        label, note = face.rooms(self.rect())
        middle = Qt.AlignmentFlag.AlignHCenter
        painter.setPen(ink)
        face.label_block(label.width()).draw(painter, label, Qt.AlignmentFlag.AlignLeft if item else middle)
        painter.setPen(ink if item else soft)
        face.note_block(note.width()).draw(painter, note, Qt.AlignmentFlag.AlignRight if item else middle)
        if face.letter:
            painter.setFont(self._theme.font(T14))
            painter.setPen(soft)
            corner = self.rect().adjusted(S8, S4 + 2, -S8, -S4 - 2)
            painter.drawText(corner, int(face.letter_corner(self.rect())), face.letter)
        if self.hasFocus():
            paint_focus(painter, self._theme, self.rect())

    def _fit(self) -> None:
        if not self.citizen:
            self.face.fit(self.rect())

    def _colors(self) -> tuple[QColor, QColor | None, QColor]:
        color, role = self._theme.color, self.face.role
        if role is Role.FLAT:
            return color("surface"), None, color("ink" if self.isEnabled() else "muted")
        if not self.isEnabled():
            return color("surface"), color("line"), color("muted")
        if role in FILLED:
            shade = "primary_pressed" if self.isDown() else "primary_hover" if self.underMouse() else "primary"
            return color(shade), color(shade), color("on_primary")
        if self.face.selected:
            return color("selected"), color("primary"), color("primary")
        if self.isDown():
            return color("surface_pressed"), color("line_strong"), color("ink")
        return color("canvas"), color("line_strong"), color("ink")

    def _paint_bar(self, painter: QPainter) -> None:
        role = self.face.role
        name = self.face.bar or self._theme.tokens.colors.get(BARS.get(role, ""), "")
        if not name or not self.isEnabled():
            return
        painter.setPen(QPen(self._theme.color("on_primary"), 1) if role is Role.CONFIRM else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(name))
        if role is Role.TAB:
            painter.drawRect(QRect(S12, self.height() - S4 - 2, self.width() - 2 * S12, S4))
        else:
            painter.drawRoundedRect(QRectF(S8, S12, S4 + 2, self.height() - 2 * S12), 3, 3)


def paint_focus(painter: QPainter, theme: Theme, box: QRect) -> None:
    """The ring of whatever the keyboard is on: black outside, yellow inside, seen on every ground."""
    focus, radius = theme.tokens.focus, theme.tokens.radius["control_px"]
    outline, ring = focus["outline_px"], focus["ring_px"]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = outline / 2
    painter.setPen(QPen(theme.color("focus"), outline))
    painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), radius, radius)
    inner = outline + ring / 2
    painter.setPen(QPen(theme.color("focus_ring"), ring))
    painter.drawRoundedRect(QRectF(box).adjusted(inner, inner, -inner, -inner), radius, radius)


class Words(QLabel):
    """A text of one size and color, 1.5 lines high, that wraps and is never elided."""

    def __init__(
        self,
        theme: Theme,
        size: int,
        color: str = "ink",
        *,
        bold: bool = False,
        figures: bool = False,
        wrap: bool = True,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._type = theme.font(size, bold=bold, figures=figures)
        self._color = color
        self._line = TEXT_LINE if size <= T20 else KEY_LINE
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)

    def paint_in(self, color: str) -> None:
        """Use a color token."""
        if color != self._color:
            self._color = color
            self.update()

    def say(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.updateGeometry()

    def clipped(self) -> bool:
        """Whether the text is cut."""
        return not self._block(self.width()).fits(self.contentsRect())

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        return self._block(width).height

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        block = self._block(WIDTH_MAX)
        return QSize(ceil(block.width) + 1, block.height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hint = self.sizeHint()
        return QSize(min(hint.width(), S48), hint.height()) if self.wordWrap() else hint

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self._theme.color(self._color))
        self._block(self.width()).draw(painter, self.rect(), self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)

    def _block(self, width: int) -> Block:
        return Block(self._type, width if self.wordWrap() else WIDTH_MAX, self.text(), line=self._line, balanced=True)


class Amount(QWidget):
    """An amount: tabular figures, the unit smaller on the same base line, right-aligned; a dash for none."""

    def __init__(self, theme: Theme, size: int, unit: str) -> None:
        super().__init__()
        self._theme, self._size, self._unit = theme, size, unit
        self._text = ""
        self._color = "ink"
        self.setFixedHeight(int(size * KEY_LINE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, amount_yen: int | None, color: str = "ink") -> None:
        self._text, self._color = "－" if amount_yen is None else f"{amount_yen:,}", color
        self.setAccessibleName(f"{self._text}{self._unit}")
        self.update()

    def text(self) -> str:
        return self._text + self._unit

    def clipped(self) -> bool:
        """Whether the figure is wider than its room."""
        return self._figures_width() + S4 + font_width(self._unit_font(), self._unit) > self.width()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setPen(self._theme.color(self._color))
        font, unit_font = self._font(), self._unit_font()
        base = self.height() - QFontMetrics(font).descent()
        unit_left = self.width() - font_width(unit_font, self._unit)
        painter.setFont(unit_font)
        painter.drawText(QPointF(unit_left, base), self._unit)
        draw_figures(painter, font, unit_left - S4 - self._figures_width(), base, self._text)

    def _figures_width(self) -> float:
        return figures_width(self._font(), self._text)

    def _font(self) -> QFont:
        return self._theme.font(self._size, bold=True, figures=True)

    def _unit_font(self) -> QFont:
        return self._theme.font(max(T16, self._size // 2), bold=True)


BAND_COLORS: dict[Tone, tuple[str, str, str]] = {
    Tone.NEUTRAL: ("canvas", "line_strong", "ink"),
    Tone.SUCCESS: ("success_surface", "success", "ink"),
    Tone.WARNING: ("warning", "attention", "warning_ink"),
    Tone.ERROR: ("error_surface", "error", "ink"),
    Tone.DOUBT: ("warning", "focus", "warning_ink"),
}
"""Surface, bar and ink of each tone. In doubt: black on yellow with a solid black bar."""


class BandView(QFrame):
    """A band: mark, headline, detail, figure. ``small`` for the note inside a card."""

    def __init__(self, theme: Theme, *, small: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._tone = Tone.NEUTRAL
        self._small = small
        self.headline = Words(theme, T16 if small else T20, bold=True)
        self.detail = Words(theme, T14 if small else T16, "ink_soft")
        self.figure = Words(theme, T16 if small else T32, bold=True, figures=True, wrap=False)
        self.headline.setObjectName(names.BAND_HEADLINE)
        self.detail.setObjectName(names.BAND_DETAIL)
        self.figure.setObjectName(names.BAND_FIGURE)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch()
        texts.addWidget(self.headline)
        texts.addWidget(self.detail)
        texts.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(S24 + S16 + S12, S8, S16, S8)
        row.setSpacing(S16)
        row.addLayout(texts, 1)
        if small:
            texts.insertWidget(3, self.figure)
        else:
            row.addWidget(self.figure)
            self.setFixedHeight(BAND_HEIGHT)

    def show_band(self, band: Band) -> None:
        self._tone = band.tone
        ink = BAND_COLORS[band.tone][2]
        for label, text in ((self.headline, band.headline), (self.detail, band.detail), (self.figure, band.figure)):
            label.say(text)
            label.paint_in(ink)
            label.setVisible(bool(text))
        self.setAccessibleName(f"{band.headline} {band.detail} {band.figure}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        surface, bar, _ = BAND_COLORS[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(surface))
        radius = self._theme.tokens.radius["control_px"] if self._small else 0
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.setBrush(self._theme.color(bar))
        painter.drawRect(QRect(0, 0, S8, self.height()))
        if not self._small:
            painter.fillRect(QRect(S8, self.height() - 1, self.width(), 1), self._theme.color("line"))
        draw_mark(painter, self._theme, self._tone, QRectF(S16 + 2, self.height() / 2 - S12, S24, S24))
