"""A payment code at scannable size with its steps, for the citizen. Owns whole pixels a module; refuses to read it."""

from PySide6.QtCore import QElapsedTimer, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui import names
from kiosk.ui.components import Words
from kiosk.ui.theme import S12, S16, S32, T24, Theme

Modules = tuple[tuple[bool, ...], ...]
QUIET_MODULES = 4
"""White around the symbol (ISO/IEC 18004; EMV MPM 1.1 section 4.12)."""
SYMBOL_MIN, SYMBOL_MAX = 320, 420
"""Pixels of the square with its quiet zone: a phone held at arm's length reads it, and the amount beside it stays."""
SECOND_MS = 1000
ENDING_S = 30
"""In a code's last seconds the citizen is told to speak up: another one can be had."""
BESIDE = 440
"""Pixels of a window's height that its other words take."""


class SymbolView(QWidget):
    """Black squares on white, each of the same whole number of pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._modules: Modules = ()
        self._side_max = SYMBOL_MAX
        self.setObjectName(names.CODE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_modules(self, modules: Modules, accessible: str) -> None:
        self.setVisible(bool(modules))
        self._modules = modules
        self.setAccessibleName(accessible)
        self._fit()

    def give_room(self, side_max: int) -> None:
        """Pixels that the symbol may take at most."""
        self._side_max = side_max
        self._fit()

    def _fit(self) -> None:
        side = self.module_px() * (len(self._modules) + 2 * QUIET_MODULES)
        self.setFixedSize(side, side)
        self.update()

    def module_px(self) -> int:
        """Pixels of one module, so that the whole fits its room."""
        return max(1, self._side_max // (len(self._modules) + 2 * QUIET_MODULES))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        size = self.module_px()
        for row, modules in enumerate(self._modules, start=QUIET_MODULES):
            for column, is_black in enumerate(modules, start=QUIET_MODULES):
                if is_black:
                    painter.fillRect(QRect(column * size, row * size, size, size), Qt.GlobalColor.black)


class CodeView(QWidget):
    """The symbol and the numbered steps: side by side on a wide window, one under the other on a tall one.

    Under the steps, how long the code can still be paid, where it ends.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._modules: Modules = ()
        self._valid_s, self._countdown = 0, ("", "")
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND_MS)
        self._timer.timeout.connect(self._tick)
        self._left = Words(theme, T24, "ink_soft")
        self._left.setObjectName(names.CODE_LEFT)
        self._symbol = SymbolView()
        self._steps: list[Words] = []
        self._step_column = QVBoxLayout()
        self._step_column.setSpacing(S16)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, S12, 0, 0)
        self._row.setSpacing(S32)
        self._row.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignCenter)
        beside = QVBoxLayout()
        beside.addStretch(1)
        beside.addLayout(self._step_column)
        beside.addWidget(self._left)
        beside.addStretch(1)
        self._row.addLayout(beside, 1)

    def show_code(self, modules: Modules, steps: tuple[str, ...], accessible: str) -> None:
        """Show these; without modules the steps stand alone."""
        self._symbol.show_modules(modules, accessible)
        while len(self._steps) < len(steps):
            self._steps.append(Words(self._theme, T24, bold=True))
            self._step_column.addWidget(self._steps[-1])
        for at, words in enumerate(self._steps):
            words.setVisible(at < len(steps))
            if at < len(steps):
                words.say(f"{at + 1}．{steps[at]}")

    def count_down(self, modules: Modules, valid_s: int, texts: tuple[str, str]) -> None:
        """Tell how long the code can be paid, from its first sight; nothing where ``valid_s`` is 0."""
        self._left.setVisible(bool(valid_s))
        if modules is not self._modules:
            self._modules = modules
            self._clock.start()
        self._valid_s, self._countdown = valid_s, texts
        if valid_s:
            self._timer.start()
            self._tick()
        else:
            self._timer.stop()

    def _tick(self) -> None:
        left_s = max(0, self._valid_s - self._clock.elapsed() // SECOND_MS)
        minutes, seconds = divmod(left_s, 60)
        is_ending = left_s <= ENDING_S
        self._left.say(self._countdown[is_ending].format(minutes=minutes, seconds=f"{seconds:02}"))

    def stand(self, *, wide: bool, window_height: int) -> None:
        """Side by side, or one under the other; the symbol as large as the window's height allows."""
        self._symbol.give_room(min(SYMBOL_MAX, max(SYMBOL_MIN, window_height - BESIDE)))
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(direction)
