"""The catalogues: the same keys and placeholders in every language, compiled from what is written."""

import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

TEXTS = Path(__file__).resolve().parents[2] / "config" / "texts"
LANGUAGES = ("ja", "en")


def written(language: str, catalogue: str = "screen") -> dict[str, str]:
    with (TEXTS / language / f"{catalogue}.po").open("rb") as file:
        return sentences(read_po(file, abort_invalid=True))


def sentences(catalogue: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue if message.id}


CATALOGUES = [(path.parent.name, path.stem) for path in sorted(TEXTS.glob("*/*.po"))]


@pytest.mark.parametrize(("language", "catalogue"), CATALOGUES)
def test_the_compiled_catalogue_is_what_is_written(language: str, catalogue: str) -> None:
    compiled = read_mo(io.BytesIO((TEXTS / language / f"{catalogue}.mo").read_bytes()))
    assert sentences(compiled) == written(language, catalogue), "run scripts/texts.py"


@pytest.mark.parametrize(("language", "catalogue"), CATALOGUES)
def test_no_sentence_is_empty(language: str, catalogue: str) -> None:
    assert not [key for key, text in written(language, catalogue).items() if not text]


def test_a_sign_says_the_same_in_every_language_and_to_the_staff_in_two() -> None:
    japanese, english = written("ja", "sign"), written("en", "sign")
    assert japanese.keys() == english.keys()
    for key in japanese:
        assert placeholders(japanese[key]) == placeholders(english[key]), key
    to_citizens = {key for key in japanese if not key.startswith("sheet.")}
    further = [language for language, catalogue in CATALOGUES if catalogue == "sign" and language not in LANGUAGES]
    assert further == ["ko", "pt", "vi", "zh"]
    for language in further:
        assert written(language, "sign").keys() == to_citizens


def test_the_languages_have_the_same_keys_and_placeholders() -> None:
    japanese, english = written("ja"), written("en")
    assert japanese.keys() == english.keys()
    for key in japanese:
        assert placeholders(japanese[key]) == placeholders(english[key]), key


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
