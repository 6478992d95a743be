"""Items are found the way people type them."""

from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest

from kiosk.domain.money import Yen
from kiosk.presenters.search import ItemIndex, fold, on_sale
from tests.ui.scripted_desk import ITEMS, TODAY, item


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("1005", "1005"),
        ("１００５", "1005"),
        ("いんかんとうろくしょうめい", "1005"),
        ("インカントウロクショウメイ", "1005"),
        ("ｲﾝｶﾝﾄｳﾛｸｼｮｳﾒｲ", "1005"),
        ("印鑑登録証明", "1005"),
        ("2900000010057", "1005"),
        ("seal registration cert", "1005"),
        ("戸籍 全部", "2001"),
    ],
)
def test_one_item_by_any_spelling(query: str, code: str) -> None:
    assert [found.code for found in ItemIndex(ITEMS, TODAY).find(query)] == [code]


def test_the_stored_name_is_never_folded() -> None:
    wide = replace(ITEMS[0], name="ＡＢＣ住民票")
    index = ItemIndex([wide], TODAY)
    assert index.find("abc")[0].name == "ＡＢＣ住民票"


def test_a_code_comes_before_a_name() -> None:
    named = item("7777", "10番の証明", "", 300, "other", "")
    assert [found.code for found in ItemIndex([named, *ITEMS], TODAY).find("10")][-1] == "7777"


def test_the_version_of_the_day_is_sold() -> None:
    old, new = ITEMS[0], replace(ITEMS[0], price_yen=Yen(350), valid_from=date(2027, 4, 1))
    assert [x.price_yen for x in on_sale([new, old], date(2027, 3, 31))] == [300]
    assert [x.price_yen for x in on_sale([old, new], date(2027, 4, 1))] == [350]
    assert on_sale([new], date(2026, 1, 1)) == ()


def test_five_thousand_items_are_searched_in_less_than_a_frame_and_a_half() -> None:
    many = [replace(ITEMS[n % len(ITEMS)], code=f"{n:05}") for n in range(5000)]
    index = ItemIndex(many, TODAY)
    index.find("warm")
    started = perf_counter()
    found = index.find("いんかん")
    assert len(found) > 500
    # A clerk notices a tenth of a second; a slow machine has ten times what is needed.
    assert perf_counter() - started < 0.1


def test_fold_joins_what_only_looks_different() -> None:
    assert fold("ｶﾀｶﾅ ひらがな Ａ") == fold("かたかな ヒラガナ a")
