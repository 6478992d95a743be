import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.emulators.printer.codec import GETA, LETTER, CommandReader, Kind, Token
from receipts.content import DocumentKind
from receipts.document import Block, Columns, Cut, Document, Qr, Style, Text
from receipts.graphemes import characters, composed, refused_character
from receipts.layout import UnprintableCharacterError
from receipts.letters import unprintable_character
from receipts.line_breaking import width_of
from receipts.paper import IBM_EXTENSIONS, JIS_X_0208, NEC_SELECTED_IBM, PaperProfile
from receipts.qr import QrTextTooLongError
from receipts.render import escpos
from receipts.render.device_codes import encode_character, encode_text
from receipts.sample import sample_sale
from tests.layouts import compose_sale

PREAMBLE = b"\x1b@\x1cC\x01\x1bR\x08"
BYTES_MAX = 1600
TWINS = "¢£¬‖−〜"
"""Characters that Shift_JIS has under another code point."""


def document(*blocks: Block) -> Document:
    return Document(DocumentKind.TEST_PRINT, "", 0, blocks)


def body(paper: PaperProfile, *blocks: Block) -> bytes:
    """What follows the preamble and the first line pitch."""
    data = escpos.render(document(*blocks), paper)
    assert data.startswith(PREAMBLE)
    return data.removeprefix(PREAMBLE).removeprefix(b"\x1b3\x20")


def tokens(data: bytes) -> list[Token]:
    reader = CommandReader()
    reader.receive(data)
    found = []
    while (token := reader.next_token()) is not None:
        found.append(token)
    return found


def test_the_thirty_line_slip_is_small_and_fast(wide_paper: PaperProfile) -> None:
    data = escpos.render(compose_sale(sample_sale()), wide_paper)
    assert data.count(b"\n") >= 30
    assert len(data) <= BYTES_MAX
    started_s = time.perf_counter()
    escpos.render(compose_sale(sample_sale()), wide_paper)
    assert time.perf_counter() - started_s < 1.0  # a runaway guard; the figure itself is the bench's


def test_japanese_is_shift_jis_and_yen_is_5c(wide_paper: PaperProfile) -> None:
    assert body(wide_paper, Text("豊田¥1")) == "豊田".encode("cp932") + b"\x5c1\n"


def test_a_backslash_is_not_a_yen_sign(wide_paper: PaperProfile) -> None:
    assert body(wide_paper, Text("a\\¥")) == b"a\x1bR\x00\\\x1bR\x08\\\n"


def test_half_width_katakana_selects_its_page_once(wide_paper: PaperProfile) -> None:
    assert body(wide_paper, Text("ｱ"), Text("ｲ")) == b"\x1bt\x01\xb1\n\xb2\n"


def test_only_differences_are_sent(wide_paper: PaperProfile) -> None:
    bold = Style(bold=True)
    data = escpos.render(document(Text("a", bold), Text("b", bold), Text("c")), wide_paper)
    assert data == PREAMBLE + b"\x1bE\x01\x1b3\x20a\nb\n\x1bE\x00c\n"


@pytest.mark.parametrize(("lookalike", "code"), [("—", "815C"), ("〜", "8160"), ("−", "817C"), ("‖", "8161")])
def test_unicode_twins_of_jis_characters_print(wide_paper: PaperProfile, lookalike: str, code: str) -> None:
    assert body(wide_paper, Text(lookalike)) == bytes.fromhex(code) + b"\n"


@pytest.mark.parametrize(
    ("text", "position"), [("\U00030000野", 0), ("山田 \U0001f600", 3), ("福\u0301", 1), ("辻\U000e01ef", 0)]
)
def test_what_cannot_be_printed_is_named_never_replaced(wide_paper: PaperProfile, text: str, position: int) -> None:
    with pytest.raises(UnprintableCharacterError) as caught:
        escpos.render(document(Text(text)), wide_paper)
    assert caught.value.position == position
    assert text[position:].startswith(caught.value.character)


def test_extended_kanji_follow_the_profile(wide_paper: PaperProfile) -> None:
    assert encode_text("髙①", wide_paper) == "髙①".encode("cp932")
    nec = replace(wide_paper, character_sets=frozenset((JIS_X_0208, NEC_SELECTED_IBM)))
    plain = replace(wide_paper, character_sets=frozenset((JIS_X_0208,)))
    ibm = replace(wide_paper, character_sets=frozenset((JIS_X_0208, IBM_EXTENSIONS)))
    assert encode_text("髙", ibm) == b"\xfb\xfc"
    assert encode_text("髙", nec) == b"\xee\xe0"
    assert b"\xee\xe0".decode("cp932") == "髙"
    assert encode_text("高髙", plain) is None
    assert encode_text("①", nec) is None


def test_names_are_not_folded(wide_paper: PaperProfile) -> None:
    """塚 and its compatibility form are two people's names."""
    assert encode_text("塚", wide_paper) != encode_text("\ufa10", wide_paper)


def test_qr_is_the_printers_own(wide_paper: PaperProfile) -> None:
    data = body(wide_paper, Qr("A1"), Cut())
    assert b"\x1d(k\x05\x00\x31\x50\x30A1" in data
    assert data.endswith(b"\x1dV\x42\x00")
    with pytest.raises(QrTextTooLongError):
        escpos.render(document(Qr("x" * 301)), wide_paper)


def test_printers_without_qr_or_cutter_get_a_picture_and_a_feed(narrow_paper: PaperProfile) -> None:
    paper = replace(narrow_paper, qr_native=False)
    found = tokens(escpos.render(document(Qr("A1"), Cut()), paper))
    assert [token.name for token in found if token.name in ("GS v 0", "GS ( k", "GS V")] == ["GS v 0"] * len(
        [token for token in found if token.name == "GS v 0"]
    )
    assert found[-1].name == "ESC d"


NASTY = "\x00\x07\n\r\x10\x14\x18\x1b\x1c\x1d@\u200b\u200d\u200e\u202e\u2066\ufeff\u0301\u3099\ufe0f\U000e0100\x1b"
"""Controls, escapes, joiners, direction marks, and marks that may follow something else than they belong to."""
RARE = "𠮷𣘺鷗髙﨑\ufa10\ufa19\ufa1bNguyễn ĐẶẾãõç€—汉한あｱ\\¥12葛辻\U000e0100\U000e0101e\u0302\u0301\u0323"
NAMES = st.one_of(
    st.text(st.characters(codec="cp932", include_characters=TWINS), max_size=30),
    st.text(st.sampled_from(RARE), max_size=40),
    st.text(st.sampled_from(NASTY + "一aé"), max_size=12),
    st.text(max_size=12),
)
SLOTS = st.sampled_from(((0, 0), (94, 0), (0, 92), (1, 1), (3, 2), (94, 92)))
LAYOUT = {"ESC @", "FS C", "ESC R", "ESC t", "ESC 3", "ESC $", "ESC J", "LF", "FS 2", "ESC &", "ESC %", "GS v 0"}
SAME_CODE = str.maketrans("—〜−‖¢£¬\\", "―～－∥￠￡￢¥")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left=NAMES, middle=NAMES, slots=SLOTS)
def test_no_text_can_become_a_command(wide_paper: PaperProfile, left: str, middle: str, slots: tuple[int, int]) -> None:
    """Whatever stands in a name: refused, or its characters, its glyphs, its picture, and no command of its own."""
    paper = replace(wide_paper, user_glyphs=slots[0], user_letters=slots[1])
    try:
        data = escpos.render(document(Columns(left, "¥1", middle), Text(left)), paper)
    except UnprintableCharacterError:
        assert unprintable_character(left) or unprintable_character(middle)
        return
    assert not unprintable_character(left)
    assert not unprintable_character(middle)
    found = tokens(data)
    assert not [token for token in found if token.kind is Kind.VIOLATION]
    assert b"".join(token.raw for token in found) == data
    assert {token.name for token in found if token.kind is Kind.COMMAND} <= LAYOUT
    if "GS v 0" in {token.name for token in found}:
        return
    printed = "".join(token.name for token in found if token.kind is Kind.CHARACTER)
    expected = "".join(
        composed(character) if encode_character(character, paper) else (LETTER, GETA)[width_of(character) - 1]
        for character in characters(left + middle + "¥1" + left)
    ).translate(SAME_CODE)
    assert sorted(printed.replace(" ", "").replace("\\", "¥")) == sorted(expected.replace(" ", ""))


def test_every_printable_character_takes_as_many_bytes_as_cells(wide_paper: PaperProfile) -> None:
    wrong, printable_count = [], 0
    for character in map(chr, range(0x20, 0x10000)):
        if refused_character(character) is not None:
            continue
        data = encode_text(character, wide_paper)
        if data is None:
            continue
        printable_count += 1
        if len(data) != width_of(character):
            wrong.append(character)
    assert wrong == []
    assert printable_count > 7_400


def test_every_byte_of_a_slip_is_accounted_for(wide_paper: PaperProfile) -> None:
    data = escpos.render(compose_sale(replace(sample_sale(), copy_number=1, training=True)), wide_paper)
    found = tokens(data)
    assert b"".join(token.raw for token in found) == data
    assert not [token for token in found if token.kind is Kind.VIOLATION]
