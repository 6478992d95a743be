import pytest
from hypothesis import given
from hypothesis import strategies as st

from receipts.graphemes import characters, composed, is_variant, refused_character, without_marks

WRITTEN = st.text(st.sampled_from("神\ufa19葛\U000e0100\ufe00e\u0302\u0301ễか\u3099ｶA1 　"), max_size=20)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("abc", ["a", "b", "c"]),
        ("葛\U000e0100城", ["葛\U000e0100", "城"]),
        ("Nguye\u0302\u0303n", ["N", "g", "u", "y", "e\u0302\u0303", "n"]),
        ("か\u3099く", ["か\u3099", "く"]),
        ("𠮷野", ["𠮷", "野"]),
    ],
)
def test_a_letter_keeps_its_marks_and_a_kanji_its_variant(text: str, cut: list[str]) -> None:
    assert characters(text) == cut


@given(WRITTEN)
def test_cutting_loses_nothing(text: str) -> None:
    assert "".join(characters(text)) == text
    assert without_marks(text) == "".join(character[0] for character in characters(text) if without_marks(character))


@pytest.mark.parametrize(
    ("character", "one"),
    [
        ("e\u0302\u0303", "ễ"),
        ("e\u0303\u0302", "e\u0303\u0302"),  # the marks stand the other way round: no letter of one code
        ("a\u0323\u0302", "ậ"),
        ("a\u0302\u0323", "ậ"),  # below and above: their order says nothing
        ("か\u3099", "が"),
        ("m\u0303", "m\u0303"),
    ],
)
def test_a_letter_with_marks_is_looked_up_under_its_one_code(character: str, one: str) -> None:
    assert composed(character) == one


@pytest.mark.parametrize(
    "name", ["\ufa10", "\ufa19", "\ufa1b", "\uf9d0", "\U0002f804", "Å", "神\ufe00", "葛\U000e0100"]
)
def test_a_kanji_is_never_made_another(name: str) -> None:
    """NFC would write 神 for its compatibility form: another person's name. Å (U+212B) is not ours to change either."""
    assert composed(name) == name


def test_a_variant_is_a_kanji_and_its_selector() -> None:
    assert is_variant("葛\U000e0100")
    assert is_variant("神\ufe00")
    assert not is_variant("葛")
    assert not is_variant("e\u0302")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("山\x1b", 1),
        ("a\u200bb", 1),
        ("葛\u200d城", 1),
        ("\u202eabc", 0),
        ("a\u2003b", 1),
        ("a\xa0b", 1),
        ("\u3164", 0),
        ("\u0301a", 0),
        ("1\u0301", 1),
        ("福\u0301", 1),
        ("葛\U000e0100\U000e0101", 1),
        ("A\U000e0100", 1),
        ("が\u3099", 1),
        ("か\u3099\u3099", 1),
        ("e" + "\u0301" * 4, 1),
        ("☺\ufe0f", 1),
    ],
)
def test_what_is_invisible_or_belongs_to_nothing_is_refused_where_it_stands(text: str, position: int) -> None:
    assert refused_character(text) == position


@pytest.mark.parametrize(
    "text", ["山田　太郎", "Nguye\u0302\u0303n", "葛\U000e0100城", "か\u3099", "ﾄﾖﾀ ﾊﾅｺ", "𠮷 \ufa19"]
)
def test_names_are_not_refused(text: str) -> None:
    assert refused_character(text) is None
