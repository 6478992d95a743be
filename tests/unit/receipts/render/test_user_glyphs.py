"""Glyphs that the printer is told: each once, the longest unused gives way, and no dot is a command."""

from dataclasses import replace

import pytest

from drivers.emulators.printer.codec import CommandReader, Kind, Token
from receipts.content import DocumentKind
from receipts.document import Document, Text
from receipts.paper import PaperProfile
from receipts.render import escpos
from receipts.render.user_glyphs import GLYPHS, LETTERS, UserGlyphs, glyph_columns, without_commands


def commands(paper: PaperProfile, *lines: str) -> list[Token]:
    reader = CommandReader()
    reader.receive(escpos.render(Document(DocumentKind.TEST_PRINT, "", 0, tuple(map(Text, lines))), paper))
    found = []
    while (token := reader.next_token()) is not None:
        assert token.kind is not Kind.VIOLATION, token.name
        found.append(token)
    return found


def count(tokens: list[Token], name: str) -> int:
    return sum(token.name == name for token in tokens)


def test_a_glyph_is_sent_once_a_job_however_often_it_is_printed(wide_paper: PaperProfile) -> None:
    found = commands(wide_paper, "𠮷田 𠮷野", "𠮷川", "Nguyễn Nguyễn", "Nguye\u0302\u0303n")
    assert (count(found, "FS 2"), count(found, "ESC &"), count(found, "GS v 0")) == (1, 1, 0)


def test_every_job_tells_its_glyphs_anew_because_it_begins_with_a_reset(wide_paper: PaperProfile) -> None:
    assert count(commands(wide_paper, "𠮷"), "FS 2") == count(commands(wide_paper, "𠮷"), "FS 2") == 1


def test_where_slots_are_short_the_longest_unused_gives_way(wide_paper: PaperProfile) -> None:
    glyphs = UserGlyphs(GLYPHS, 2)
    assert glyphs.hold(["𠮷"]).startswith(b"\x1c2\xec\x40")
    assert glyphs.hold(["𣘺"]).startswith(b"\x1c2\xec\x41")
    assert glyphs.hold(["𠮷"]) == b""
    assert glyphs.hold(["𡈽"]).startswith(b"\x1c2\xec\x41")
    assert glyphs.code_of("𠮷") == b"\xec\x40"
    assert glyphs.hold(["𣘺", "𡈽"]).startswith(b"\x1c2\xec\x40")
    found = commands(replace(wide_paper, user_glyphs=2, user_letters=2), "𠮷", "𣘺", "𡈽", "𠮷")
    assert (count(found, "FS 2"), count(found, "GS v 0")) == (4, 0)


def test_a_line_with_more_glyphs_than_slots_is_a_picture_and_the_others_are_not(wide_paper: PaperProfile) -> None:
    found = commands(replace(wide_paper, user_glyphs=2, user_letters=2), "𠮷田", "𠮷𣘺𡈽", "ệ", "ệểễ")
    assert (count(found, "FS 2"), count(found, "ESC &"), count(found, "GS v 0")) == (1, 1, 2)


def test_a_glyph_of_a_line_that_became_a_picture_is_not_taken_for_told(wide_paper: PaperProfile) -> None:
    found = commands(replace(wide_paper, user_glyphs=2, user_letters=2), "𠮷ệểễ", "𠮷")
    assert [token.name for token in found if token.name in ("GS v 0", "FS 2")] == ["GS v 0", "FS 2"]


@pytest.mark.parametrize("name", ["𠮷田", "João", "葛\U000e0100城"])
def test_a_printer_that_takes_no_glyphs_gets_a_picture(narrow_paper: PaperProfile, name: str) -> None:
    found = commands(narrow_paper, "山田", name, "山田")
    assert count(found, "FS 2") == count(found, "ESC &") == 0
    assert count(found, "GS v 0") >= 1
    assert "".join(token.name for token in found if token.kind is Kind.CHARACTER) == "山田山田"


def test_a_narrow_letter_is_half_as_wide() -> None:
    assert (len(glyph_columns("𠮷")), len(glyph_columns("ễ"))) == (72, 36)
    assert UserGlyphs(LETTERS, 1).hold(["ễ"]) == b"\x1b&\x03!!\x0c" + glyph_columns("ễ")


@pytest.mark.parametrize(
    "pair",
    [("葛\U000e0100", "葛\U000e0101"), ("神", "\ufa19"), ("塚", "\ufa10"), ("福", "\ufa1b"), ("邉", "邉\U000e010f")],
)
def test_two_names_are_two_pictures(pair: tuple[str, str]) -> None:
    assert glyph_columns(pair[0]) != glyph_columns(pair[1])


def test_dots_that_would_be_a_real_time_command_get_a_neighbor() -> None:
    assert without_commands(b"\x10\x04\x10\x05\x10\x14\x10\x10\x04\x10") == b"\x18\x04\x18\x05\x18\x14\x10\x18\x04\x10"
