"""Small drawn signs: a tone's mark and the status dots. Owns shapes that differ without color; refuses text."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from kiosk.presenters.screen import Tone
from kiosk.ui.theme import Theme


def _pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _line(painter: QPainter, box: QRectF, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in points]))


def draw_mark(painter: QPainter, theme: Theme, tone: Tone, box: QRectF) -> None:
    """A check, a triangle, a cross, a question mark or an arrow, in a box."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    match tone:
        case Tone.SUCCESS:
            _disc(painter, theme.color("success"), box)
            painter.setPen(_pen(theme.color("canvas"), 2.5))
            _line(painter, box, (0.28, 0.52), (0.44, 0.68), (0.74, 0.34))
        case Tone.ERROR:
            _disc(painter, theme.color("error"), box)
            painter.setPen(_pen(theme.color("canvas"), 2.5))
            _line(painter, box, (0.33, 0.33), (0.67, 0.67))
            _line(painter, box, (0.67, 0.33), (0.33, 0.67))
        case Tone.WARNING:
            _triangle(painter, theme.color("warning_ink"), box)
            painter.setPen(_pen(theme.color("warning"), 2.5))
            _line(painter, box, (0.5, 0.42), (0.5, 0.62))
            painter.drawPoint(QPointF(box.center().x(), box.y() + 0.77 * box.height()))
        case Tone.DOUBT:
            _disc(painter, theme.color("focus"), box)
            painter.setPen(_pen(theme.color("warning"), 2.5))
            painter.drawArc(box.adjusted(8, 5, -8, -box.height() + 13), 200 * 16, -250 * 16)
            _line(painter, box, (0.53, 0.50), (0.50, 0.60))
            painter.drawPoint(QPointF(box.center().x(), box.y() + 0.76 * box.height()))
        case Tone.NEUTRAL:
            _disc(painter, theme.color("primary"), box)
            painter.setPen(_pen(theme.color("canvas"), 2.5))
            _line(painter, box, (0.44, 0.30), (0.62, 0.50), (0.44, 0.70))
    painter.restore()


def draw_dot(painter: QPainter, theme: Theme, light: str, box: QRectF) -> None:
    """Good: a filled disc. Attention: a triangle. Bad: a square with a cross. Unknown: an empty ring."""
    painter.save()
    match light:
        case "good":
            _disc(painter, theme.color("success"), box)
        case "attention":
            _triangle(painter, theme.color("attention"), box.adjusted(-1, -1, 1, 0))
        case "bad":
            painter.fillRect(box, theme.color("error"))
            painter.setPen(_pen(theme.color("canvas"), 2))
            _line(painter, box, (0.28, 0.28), (0.72, 0.72))
            _line(painter, box, (0.72, 0.28), (0.28, 0.72))
        case _:
            painter.setPen(_pen(theme.color("muted"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
    painter.restore()


def _disc(painter: QPainter, color: QColor, box: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(box)


def _triangle(painter: QPainter, color: QColor, box: QRectF) -> None:
    painter.setPen(_pen(color, 2))
    painter.setBrush(color)
    top = QPointF(box.center().x(), box.top() + 2)
    painter.drawPolygon(QPolygonF([top, box.bottomRight() - QPointF(2, 3), box.bottomLeft() + QPointF(2, -3)]))
