"""The screen catalogues: the same keys and placeholders in every language, compiled from what is written."""

import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

TEXTS = Path(__file__).resolve().parents[2] / "config" / "texts"
LANGUAGES = ("ja", "en")


def written(language: str) -> dict[str, str]:
    with (TEXTS / language / "screen.po").open("rb") as file:
        return sentences(read_po(file, abort_invalid=True))


def sentences(catalogue: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_what_is_written(language: str) -> None:
    compiled = read_mo(io.BytesIO((TEXTS / language / "screen.mo").read_bytes()))
    assert sentences(compiled) == written(language), "run scripts/texts.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert not [key for key, text in written(language).items() if not text]


def test_the_languages_have_the_same_keys_and_placeholders() -> None:
    japanese, english = written("ja"), written("en")
    assert japanese.keys() == english.keys()
    for key in japanese:
        assert placeholders(japanese[key]) == placeholders(english[key]), key


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
