"""A list of rows with columns: cart, sales, totals. Owns wrapping, selection and scrolling; refuses to elide a word."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kiosk.presenters.screen import Column, Row, Tone
from kiosk.ui.components import BAND_COLORS, LEFT, RIGHT
from kiosk.ui.theme import S4, S8, S12, T14, T16, Theme
from kiosk.ui.typeset import WIDTH_MAX, Block

ROW_HEIGHT = 48
Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\t".join(self.rows[index.row()].cells)
        return None

    def put(self, rows: tuple[Row, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class RowsView(QListView):
    """Rows of wrapped cells; ``choose`` gets a pressed row's name."""

    def __init__(self, theme: Theme, choose: Callable[[str], None]) -> None:
        super().__init__()
        self._theme, self._choose = theme, choose
        self.columns: tuple[Column, ...] = ()
        self.chosen = ""
        self._rows = _Rows()
        self.setModel(self._rows)
        self.setItemDelegate(_RowPainter(self, theme))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the window's own keys move the selection
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows.rows

    def show_rows(self, columns: tuple[Column, ...], rows: tuple[Row, ...], chosen: str) -> None:
        """Show these; scrolls to the chosen row, or to the newest when a row was added."""
        grown = len(rows) > len(self._rows.rows)
        if columns != self.columns or rows != self._rows.rows:
            at = self.verticalScrollBar().value()
            self.columns = columns
            self._rows.put(rows)
            self.verticalScrollBar().setValue(at)
        self.chosen = chosen
        names = [row.name for row in rows]
        if chosen in names:
            self.scrollTo(self._rows.index(names.index(chosen)))
        elif grown and rows:
            self.scrollToTop()
        self.viewport().update()

    def turn(self, pages: int) -> None:
        """Scroll by what is in sight."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def point_of(self, name: str) -> QPoint:
        """Where to click a row, in viewport coordinates. Raises ValueError for an unknown row."""
        at = [row.name for row in self.rows].index(name)
        return self.visualRect(self._rows.index(at)).center()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.rows[index.row()].name:
            self._choose(self.rows[index.row()].name)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def clipped(self) -> bool:
        """Whether any cell of any row is cut."""
        widths = column_widths(self.columns, self.viewport().width())
        return any(
            cell_block(self._theme, column, row.tone, width, cell).width > width - S12 - S8
            for row in self.rows
            for column, width, cell in zip(self.columns, widths, row.cells, strict=True)
        )


class Headings(QWidget):
    """The head of a list."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._columns: tuple[Column, ...] = ()
        self.setFixedHeight(32)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        self._columns = columns
        self.update()

    def paintEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setFont(self._theme.font(T14))
        painter.setPen(self._theme.color("muted"))
        x = 0
        for column, width in zip(self._columns, column_widths(self._columns, self.width()), strict=True):
            room = QRect(x, 0, width, self.height()).adjusted(S12, 0, -S8, 0)
            painter.drawText(room, RIGHT if column.figures else LEFT, column.label)
            x += width
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._theme.color("line_strong"))

    def clipped(self) -> bool:
        """Whether a heading is cut."""
        widths = column_widths(self._columns, self.width())
        return any(
            Block(self._theme.font(T14), WIDTH_MAX, column.label).width > width - S12 - S8
            for column, width in zip(self._columns, widths, strict=True)
        )


class _RowPainter(QStyledItemDelegate):
    def __init__(self, view: RowsView, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._theme = view, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        row = self._view.rows[index.row()]
        columns, width = self._view.columns, self._view.viewport().width()
        heights = [
            cell_block(self._theme, column, row.tone, part, cell).height
            for column, part, cell in zip(columns, column_widths(columns, width), row.cells, strict=True)
        ]
        return QSize(width, max(ROW_HEIGHT, max(heights, default=0) + 2 * S8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, box = self._view.rows[index.row()], option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(row.name) and row.name == self._view.chosen
        if chosen:
            painter.setPen(QPen(self._theme.color("primary"), 2))
            painter.setBrush(self._theme.color("selected"))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), S4, S4)
        else:
            painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), self._theme.color("line"))
        x = box.left()
        widths = column_widths(self._view.columns, box.width())
        for column, width, cell in zip(self._view.columns, widths, row.cells, strict=True):
            room = QRect(x, box.top(), width, box.height()).adjusted(S12, 0, -S8, 0)
            x += width
            block = cell_block(self._theme, column, row.tone, width, cell)
            if column.chip and row.tone is not Tone.NEUTRAL:
                self._paint_chip(painter, room, row.tone, block)
            else:
                painter.setPen(self._theme.color("ink"))
                side = Qt.AlignmentFlag.AlignRight if column.figures else Qt.AlignmentFlag.AlignLeft
                block.draw(painter, room, side)
        painter.restore()

    def _paint_chip(self, painter: QPainter, room: QRect, tone: Tone, block: Block) -> None:
        surface, bar, ink = BAND_COLORS[tone]
        height = max(32, block.height + S8)
        chip = QRect(room.left() - S4, room.center().y() - height // 2, room.width() + S4, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(surface))
        painter.drawRoundedRect(chip, S4, S4)
        painter.fillRect(QRect(chip.left(), chip.top(), S4, chip.height()), self._theme.color(bar))
        painter.setPen(self._theme.color(ink))
        block.draw(painter, chip.adjusted(S8, 0, -S4, 0), Qt.AlignmentFlag.AlignHCenter)


def column_widths(columns: Sequence[Column], width: int) -> list[int]:
    """Widths by share; the last column takes what is left."""
    total = sum(column.share for column in columns)
    parts = [width * column.share // total for column in columns]
    if parts:
        parts[-1] += width - sum(parts)
    return parts


def cell_font(theme: Theme, column: Column, tone: Tone) -> QFont:
    """Figures are tabular; chips are small and bold."""
    chip = column.chip and tone is not Tone.NEUTRAL
    return theme.font(T14 if chip else T16, figures=column.figures, bold=chip)


def cell_block(theme: Theme, column: Column, tone: Tone, width: int, cell: str) -> Block:
    """A cell broken to its column."""
    return Block(cell_font(theme, column, tone), width - S12 - S8, cell)
