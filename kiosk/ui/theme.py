"""Tokens -> colors, fonts and the stylesheet. Owns how a token is read; refuses a value that no token names."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple, cast

from PySide6.QtGui import QColor, QFont


class TokensError(ValueError):
    """The token table lacks something; says what."""


class Tokens(NamedTuple):
    """config/design/tokens.toml as values; sizes in pixels. A named tuple: the first paint waits for no dataclass."""

    colors: Mapping[str, str]
    spaces: tuple[int, ...]
    radius: Mapping[str, int]
    sizes: tuple[int, ...]
    text_families: tuple[str, ...]
    figure_families: tuple[str, ...]
    target: Mapping[str, int]
    focus: Mapping[str, int]


def read_tokens(table: Mapping[str, Mapping[str, object]]) -> Tokens:
    """Read the parsed table. Raises TokensError naming the section that is missing or of a wrong kind."""
    try:
        words, kinds = table["color"], table["type"]
        return Tokens(
            {name: str(value) for name, value in words.items()},
            tuple(cast(list[int], table["space"]["steps_px"])),
            cast(Mapping[str, int], table["radius"]),
            tuple(cast(list[int], kinds["sizes_px"])),
            tuple(cast(list[str], kinds["text_families"])),
            tuple(cast(list[str], kinds["figure_families"])),
            cast(Mapping[str, int], table["target"]),
            cast(Mapping[str, int], table["focus"]),
        )
    except (KeyError, TypeError) as error:
        raise TokensError(f"design tokens: {error} is missing or of a wrong kind") from error


# Steps of the space scale, by name, so that layouts read like the design.
S4, S8, S12, S16, S24, S32, S48 = 4, 8, 12, 16, 24, 32, 48
T14, T16, T20, T24, T32, T48, T64 = 14, 16, 20, 24, 32, 48, 64


class Theme:
    """Fonts and colors, made once each."""

    def __init__(self, tokens: Tokens) -> None:
        if not {S4, S8, S12, S16, S24, S32, S48} <= set(tokens.spaces):
            raise TokensError("design tokens: space.steps_px must contain 4 8 12 16 24 32 48")
        if not {T14, T16, T20, T24, T32, T48, T64} <= set(tokens.sizes):
            raise TokensError("design tokens: type.sizes_px must contain 14 16 20 24 32 48 64")
        self.tokens = tokens
        self.color = cache(self._color)
        self.font = cache(self._font)

    def _color(self, name: str) -> QColor:
        return QColor(self.tokens.colors[name])

    def _font(self, size: int, *, bold: bool = False, figures: bool = False) -> QFont:
        font = QFont()
        font.setFamilies(list(self.tokens.figure_families if figures else self.tokens.text_families))
        font.setPixelSize(size)
        font.setBold(bold)
        font.setFixedPitch(figures)
        # Hinting off keeps strokes of one weight at every size, as UD fonts are drawn.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def stylesheet(self) -> str:
        """For plain frames and the search field; keys, bands and lists paint themselves."""
        c, radius = self.tokens.colors, self.tokens.radius["control_px"]
        outline = self.tokens.focus["outline_px"]
        return f"""
            QLineEdit {{ background: {c["canvas"]}; color: {c["ink"]}; border: 1px solid {c["line_strong"]};
                border-radius: {radius}px; padding: 0 {S12}px; selection-background-color: {c["primary"]}; }}
            QLineEdit:focus {{ border: {outline}px solid {c["focus"]}; padding: 0 {S8}px; }}
            QLineEdit:disabled {{ color: {c["muted"]}; background: {c["surface"]}; }}
            QScrollBar:vertical {{ background: transparent; width: {S12}px; margin: 0; }}
            QScrollBar::handle:vertical {{ background: {c["line_strong"]}; border-radius: {S4}px;
                min-height: {self.tokens.target["staff_px"]}px; margin: 2px; }}
            QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
        """
