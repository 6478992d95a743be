"""The citizen's display of two lines of twenty columns. Owns what fits; refuses characters that the display lacks."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.cart import CartLine
from kiosk.domain.item import Item
from kiosk.domain.tender import TenderKind
from kiosk.presenters.customer import CustomerPage, amount_for_citizen, page_for_citizen
from kiosk.presenters.state import Asking, Done, StaffState, Store, Working
from kiosk.presenters.texts import Texts

COLUMNS = 20
KANA, KANJI = "kana", "kanji"
"""Character sets, as counter files write them."""
_WITHOUT_KANJI = re.compile(r"[ -\[\]-}¥！-［］-｝　ぁ-ゖァ-ヺー・、。「」｡-ﾟ]+")
_HALF_WIDTH = re.compile(r"[ -\[\]-}¥｡-ﾟ]")
_PHASES = frozenset({"wait_card", "wait_pin", "remove_card"})
"""When the citizen has something to do at a terminal on a line."""


@dataclass(frozen=True, slots=True)
class LinesScreen:
    """Both lines, the right parts flush right. ``passing``: need not stay until the next sale."""

    upper: str = ""
    upper_right: str = ""
    lower: str = ""
    lower_right: str = ""
    passing: bool = False


class CustomerLines:
    """Follows the same store as the windows; ``render`` gets a screen when it differs from the last."""

    def __init__(self, texts: Texts, characters: str, store: Store, render: Callable[[LinesScreen], None]) -> None:
        self._texts, self._characters, self._render = texts, characters, render
        self._shown = LinesScreen()
        store.listen(self._follow)

    def _follow(self, state: StaffState) -> None:
        screen = self.screen(state)
        if screen != self._shown:
            self._shown = screen
            self._render(screen)

    def screen(self, state: StaffState) -> LinesScreen:
        """What a citizen sees of a state; blank between two sales."""
        page = page_for_citizen(state)
        amount = _yen(amount_for_citizen(state, page) or 0)
        match page:
            case CustomerPage.IDLE:
                return LinesScreen()
            case CustomerPage.CART | CustomerPage.UNPAID:
                return replace(self._item(state), lower=self._say("total"), lower_right=amount)
            case CustomerPage.CHOOSE:
                return LinesScreen(self._say("choose"), "", self._say("total"), amount)
            case CustomerPage.PAYING:
                return LinesScreen(self._say(_to_do(state)), "", self._say("total"), amount)
            case CustomerPage.WALLET:
                return LinesScreen(self._say("wallet"), "", self._say("total"), amount)
            case CustomerPage.CODE_APP | CustomerPage.CODE_AMOUNT | CustomerPage.CODE_STICKER:
                return LinesScreen(self._say("code"), "", self._say("total"), amount)
            case CustomerPage.DONE:
                return self._done(state, amount)
            case CustomerPage.DOUBT:  # an amount would ask to be paid once more
                return LinesScreen(self._say("doubt"), "", self._say("wait"))
            case CustomerPage.VOIDING | CustomerPage.REFUNDING:
                return LinesScreen(self._say(page), "", "", amount)
            case CustomerPage.VOIDED | CustomerPage.REFUNDED:
                return LinesScreen(self._say(page), "", "", amount, passing=True)

    def _item(self, state: StaffState) -> LinesScreen:
        """The line that was touched last; it is the selected one."""
        line = next((line for line in state.cart.lines if line.key == state.selected), None)
        if line is None:
            return LinesScreen()
        right = _line_amount(line)
        return LinesScreen(self._cut(self._name(line.item), COLUMNS - len(right) - 1), right)

    def _done(self, state: StaffState, amount: str) -> LinesScreen:
        label, figure = "paid", amount
        if isinstance(state.stage, Done) and (operation := state.stage.operation) is not None:
            change_yen = operation.result.tendered_yen - operation.prepared.amount_yen if operation.result else 0
            if operation.prepared.tender is TenderKind.CASH and change_yen > 0:
                label, figure = "change", _yen(change_yen)
        else:
            label = "free"
        return LinesScreen(self._say("thanks"), "", self._say(label), figure, passing=True)

    def _say(self, name: str) -> str:
        return self._texts(f"lines.{self._characters}.{name}")

    def _name(self, item: Item) -> str:
        """The item's name as far as the display has its characters, else its reading, which every display has."""
        names = (item.name_en if self._texts.language == "en" else "", item.name, item.kana)
        return next(name for name in names if name and self._has(name))

    def _has(self, text: str) -> bool:
        if self._characters != KANJI:
            return bool(_WITHOUT_KANJI.fullmatch(text))
        return all(_HALF_WIDTH.match(character) or _is_kanji(character) for character in text)

    def _cut(self, text: str, columns: int) -> str:
        """As much of ``text`` from its beginning as fits, in whole characters."""
        used = 0
        for at, character in enumerate(text):
            used += columns_of(character, self._characters)
            if used > columns:
                return text[:at].rstrip()
        return text


def columns_of(text: str, characters: str) -> int:
    """Columns that ``text`` takes: with kanji by its East Asian width, without them one, and one for a voicing mark."""
    if characters != KANJI:
        return len(unicodedata.normalize("NFD", text))
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _is_kanji(character: str) -> bool:
    """Whether it is one of JIS X 0208, at two columns; what code page 932 adds is not on every display."""
    try:
        code = character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return len(code) > 1 and (code[0] < 0x85 or 0x88 <= code[0] < 0xEB)


def _yen(amount_yen: int) -> str:
    return f"¥{amount_yen:,}"


def _line_amount(line: CartLine) -> str:
    return _yen(line.amount_yen) if line.quantity == 1 else f"x{line.quantity} {_yen(line.amount_yen)}"


def _to_do(state: StaffState) -> str:
    """Which sentence tells the citizen what to do now."""
    stage = state.stage.before if isinstance(state.stage, Asking) else state.stage
    if not isinstance(stage, Working) or stage.canceling:
        return "wait"
    if isinstance(state.stage, Asking) or stage.phase == "wait_clerk":
        return "cash" if stage.tender and stage.tender.kind is TenderKind.CASH else "terminal"
    return stage.phase if stage.phase in _PHASES else "wait"
