"""Drawings of what to do about a printer, in lines of one weight. Owns their shapes; refuses words and real models."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.theme import Theme

WIDTH, HEIGHT = 200.0, 112.0
"""The grid all drawings are made on."""
SCALE_MAX = 1.5
LINE = 3.0
BODY = QRectF(40, 56, 92, 46)
Points = tuple[tuple[float, float], ...]


class Sketch:
    """A pen on the grid: ink for what is there, the action's color for what the hand does."""

    def __init__(self, painter: QPainter, theme: Theme) -> None:
        self._painter = painter
        self._ink, self._act, self._ground = theme.color("ink"), theme.color("primary"), theme.color("canvas")
        self._alarm = theme.color("attention")

    def line(self, *points: tuple[float, float], act: bool = False, alarm: bool = False) -> None:
        self._pen(self._act if act else self._alarm if alarm else self._ink)
        self._painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def box(self, box: QRectF, radius: float = 6) -> None:
        self._pen(self._ink)
        self._painter.setBrush(self._ground)
        self._painter.drawRoundedRect(box, radius, radius)

    def ring(self, x: float, y: float, radius: float, *, act: bool = False, full: bool = False) -> None:
        color = self._act if act else self._ink
        self._pen(color)
        self._painter.setBrush(color if full else self._ground)
        self._painter.drawEllipse(QPointF(x, y), radius, radius)

    def arc(self, box: QRectF, start: int, span: int, *, act: bool = False) -> None:
        """Degrees, counted against the clock from three o'clock."""
        self._pen(self._act if act else self._ink)
        self._painter.drawArc(box, start * 16, span * 16)

    def arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """What the hand does."""
        self.line(start, end, act=True)
        (x0, y0), (x1, y1) = start, end
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        left = (x1 - 10 * dx - 7 * dy, y1 - 10 * dy + 7 * dx)
        right = (x1 - 10 * dx + 7 * dy, y1 - 10 * dy - 7 * dx)
        self.line(left, end, right, act=True)

    def body(self) -> None:
        """The printer from the front, with its lamp."""
        self.box(BODY, 8)
        self.ring(118, 88, 3, full=True)

    def slot(self) -> None:
        self.line((56, 70), (116, 70))

    def lid(self) -> None:
        """The cover, standing open."""
        self.line((40, 60), (22, 22), (34, 14))

    def roll(self, x: float, y: float, radius: float, *, act: bool = False) -> None:
        self.ring(x, y, radius, act=act)
        self.ring(x, y, 6, act=act)

    def paper(self, top: float) -> None:
        """A receipt standing out of the slot."""
        self._pen(self._ink)
        self._painter.setBrush(self._ground)
        path = QPainterPath(QPointF(64, 70))
        path.lineTo(64, top)
        for step in range(6):
            path.lineTo(64 + 44 * (step + 0.5) / 6, top - 5)
            path.lineTo(64 + 44 * (step + 1) / 6, top)
        path.lineTo(108, 70)
        self._painter.drawPath(path)

    def _pen(self, color: QColor) -> None:
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        self._painter.setPen(QPen(color, LINE, Qt.PenStyle.SolidLine, cap, join))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)


def _paper_end(sketch: Sketch) -> None:
    sketch.body()
    sketch.lid()
    sketch.roll(86, 24, 19, act=True)
    sketch.line((105, 24), (105, 42), act=True)
    sketch.arrow((140, 20), (140, 50))


def _near_end(sketch: Sketch) -> None:
    sketch.body()
    sketch.slot()
    sketch.paper(40)
    sketch.roll(164, 66, 24, act=True)
    sketch.line((188, 66), (188, 92), act=True)
    sketch.line((164, 18), (164, 34), act=True)
    sketch.line((156, 26), (172, 26), act=True)


def _cover_open(sketch: Sketch) -> None:
    sketch.body()
    sketch.line((40, 58), (58, 12), (124, 12))
    sketch.arrow((128, 18), (128, 50))


def _cutter(sketch: Sketch) -> None:
    sketch.body()
    sketch.lid()
    sketch.line((60, 72), (112, 72))
    sketch.line((64, 72), (72, 58), (64, 48), (80, 52), (84, 36), (92, 50), (108, 44), (102, 58), (108, 72), alarm=True)
    sketch.arrow((86, 28), (86, 4))


def _overheated(sketch: Sketch) -> None:
    sketch.body()
    sketch.slot()
    for x in (62, 86, 110):
        sketch.line((x, 46), (x - 6, 38), (x + 6, 28), (x, 18), alarm=True)
    sketch.ring(166, 60, 24, act=True)
    sketch.line((166, 46), (166, 60), (176, 66), act=True)


def _offline(sketch: Sketch) -> None:
    sketch.body()
    sketch.slot()
    sketch.arc(QRectF(144, 30, 44, 44), 125, 290, act=True)
    sketch.line((166, 24), (166, 48), act=True)


def _unrecoverable(sketch: Sketch) -> None:
    sketch.body()
    sketch.slot()
    sketch.line((70, 24), (102, 46), alarm=True)
    sketch.line((102, 24), (70, 46), alarm=True)
    sketch.arc(QRectF(144, 22, 46, 52), 0, 180, act=True)
    sketch.line((144, 48), (144, 64), act=True)
    sketch.line((190, 48), (190, 64), (180, 76), (168, 76), act=True)
    sketch.ring(144, 60, 5, act=True, full=True)
    sketch.ring(190, 60, 5, act=True, full=True)


def _cable(sketch: Sketch) -> None:
    sketch.body()
    sketch.slot()
    sketch.line((132, 84), (144, 84))
    sketch.box(QRectF(144, 74, 12, 20), 3)
    sketch.line((166, 80), (174, 80), act=True)
    sketch.line((166, 88), (174, 88), act=True)
    sketch.line((174, 74), (174, 94), (186, 94), (186, 74), (174, 74), act=True)
    sketch.line((186, 84), (198, 84), act=True)
    sketch.arrow((188, 60), (160, 60))


def _look(sketch: Sketch) -> None:
    sketch.body()
    sketch.slot()
    sketch.paper(30)
    sketch.line((74, 44), (98, 44))
    sketch.line((74, 54), (92, 54))
    sketch.arc(QRectF(150, 28, 28, 28), -30, 210, act=True)
    sketch.line((176, 49), (164, 60), (164, 66), act=True)
    sketch.ring(164, 78, 2, act=True, full=True)


PICTURES: dict[str, Callable[[Sketch], None]] = {
    "paper_end": _paper_end,
    "near_end": _near_end,
    "cover_open": _cover_open,
    "cutter": _cutter,
    "overheated": _overheated,
    "offline": _offline,
    "unrecoverable": _unrecoverable,
    "cable": _cable,
    "look": _look,
}
"""By the names that the presenters use."""


class PictureView(QWidget):
    """One drawing in the middle of its room; out of sight without one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setVisible(False)

    def show_picture(self, name: str) -> None:
        """Draw this one, or nothing for an empty name."""
        self._name = name
        self.setVisible(bool(name))
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(int(WIDTH), int(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        draw = PICTURES.get(self._name)
        if draw is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = min(SCALE_MAX, self.width() / WIDTH, self.height() / HEIGHT)
        painter.translate((self.width() - scale * WIDTH) / 2, (self.height() - scale * HEIGHT) / 2)
        painter.scale(scale, scale)
        draw(Sketch(painter, self._theme))
