"""Finding items as people type them: code, kana, kanji, barcode. Owns the index; refuses to change what is stored."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.domain.item import Item

QUERY_LENGTH_MAX = 40
"""Longer than any item name; a stuck key must not grow the field."""
_HIRAGANA_FIRST, _HIRAGANA_LAST, _TO_KATAKANA = 0x3041, 0x3096, 0x60
_KANA = {code: code + _TO_KATAKANA for code in range(_HIRAGANA_FIRST, _HIRAGANA_LAST + 1)}


def fold(text: str) -> str:
    """What two spellings share: NFKC (full and half width), case, hiragana as katakana, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().translate(_KANA).split())


@dataclass(frozen=True, slots=True)
class _Entry:
    item: Item
    code: str
    words: str


def on_sale(items: Iterable[Item], day: date) -> tuple[Item, ...]:
    """The version of each code valid on ``day``, in the order of first appearance."""
    newest: dict[str, Item] = {}
    for item in items:
        kept = newest.get(item.code)
        if item.valid_from <= day and (kept is None or kept.valid_from <= item.valid_from):
            newest[item.code] = item
    return tuple(newest.values())


class ItemIndex:
    """Items on sale on one day."""

    def __init__(self, items: Iterable[Item], day: date) -> None:
        self.items = on_sale(items, day)
        self.by_code = {item.code: item for item in self.items}
        self._by_barcode = {item.barcode: item for item in self.items if item.barcode}
        self._entries: tuple[_Entry, ...] | None = None

    def by_scan(self, code: str) -> Item | None:
        """The item whose barcode, or whose own code, was scanned; never one that is merely like it."""
        return self._by_barcode.get(code) or self.by_code.get(code)

    def in_category(self, category: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.category == category)

    def find(self, query: str) -> tuple[Item, ...]:
        """Items whose code or barcode starts with the query, then those whose name or kana contains it."""
        wanted = fold(query[:QUERY_LENGTH_MAX])
        if not wanted:
            return self.items
        exact: list[Item] = []
        loose: list[Item] = []
        for entry in self._folded():
            if entry.code.startswith(wanted) or entry.item.barcode.startswith(wanted):
                exact.append(entry.item)
            elif wanted in entry.words:
                loose.append(entry.item)
        return (*exact, *loose)

    def _folded(self) -> tuple[_Entry, ...]:
        # Folded on the first search, so that the first paint does not wait for thousands of items.
        if self._entries is None:
            self._entries = tuple(
                _Entry(item, fold(item.code), "\0".join(map(fold, (item.name, item.kana, item.name_en))))
                for item in self.items
            )
        return self._entries
