import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.emulators.printer.codec import CommandReader, Kind, Token
from receipts.compose import compose_sale
from receipts.content import DocumentKind
from receipts.document import Block, Columns, Cut, Document, Qr, Style, Text
from receipts.layout import UnprintableCharacterError
from receipts.line_breaking import refused_character, width_of
from receipts.paper import IBM_EXTENSIONS, JIS_X_0208, NEC_SELECTED_IBM, PaperProfile
from receipts.qr import QrTextTooLongError
from receipts.render import escpos
from receipts.sample import sample_sale

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


@pytest.mark.parametrize(("text", "position"), [("𠮷野", 0), ("é", 0), ("山田 €", 3), ("福\u0301", 1)])
def test_what_cannot_be_printed_is_named_never_replaced(wide_paper: PaperProfile, text: str, position: int) -> None:
    with pytest.raises(UnprintableCharacterError) as caught:
        escpos.render(document(Text(text)), wide_paper)
    assert (caught.value.character, caught.value.position) == (text[position], position)


def test_extended_kanji_follow_the_profile(wide_paper: PaperProfile) -> None:
    assert escpos.encode_text("髙①", wide_paper).decode("cp932") == "髙①"
    nec = replace(wide_paper, character_sets=frozenset((JIS_X_0208, NEC_SELECTED_IBM)))
    plain = replace(wide_paper, character_sets=frozenset((JIS_X_0208,)))
    ibm = replace(wide_paper, character_sets=frozenset((JIS_X_0208, IBM_EXTENSIONS)))
    assert escpos.encode_text("髙", ibm) == b"\xfb\xfc"
    assert escpos.encode_text("髙", nec) == b"\xee\xe0"
    assert b"\xee\xe0".decode("cp932") == "髙"
    with pytest.raises(UnprintableCharacterError):
        escpos.encode_text("高髙", plain)
    with pytest.raises(UnprintableCharacterError):
        escpos.check_text("①", nec)


def test_names_are_not_folded(wide_paper: PaperProfile) -> None:
    """塚 and its compatibility form are two people's names."""
    assert escpos.encode_text("塚", wide_paper) != escpos.encode_text("\ufa10", wide_paper)


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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left=st.text(st.characters(codec="cp932", include_characters=TWINS), max_size=30), middle=st.text(max_size=12))
def test_no_text_can_become_a_command(wide_paper: PaperProfile, left: str, middle: str) -> None:
    """Whatever stands in a name: refused, or exactly its characters and the commands of an empty name."""
    try:
        data = escpos.render(document(Columns(left, "¥1", middle), Text(left)), wide_paper)
    except UnprintableCharacterError:
        return
    allowed = {"ESC @", "FS C", "ESC R", "ESC t", "ESC 3", "ESC $", "LF"}
    found = tokens(data)
    assert not [token for token in found if token.kind is Kind.VIOLATION]
    assert {token.name for token in found if token.kind is Kind.COMMAND} <= allowed
    printed = "".join(token.name for token in found if token.kind is Kind.CHARACTER)
    expected = (left + middle + "¥1" + left).translate(str.maketrans("—〜−‖¢£¬\\", "―～－∥￠￡￢¥"))
    assert sorted(printed.replace(" ", "").replace("\\", "¥")) == sorted(expected.replace(" ", ""))


def test_every_printable_character_takes_as_many_bytes_as_cells(wide_paper: PaperProfile) -> None:
    wrong, printable_count = [], 0
    for character in map(chr, range(0x20, 0x10000)):
        if refused_character(character) is not None:
            continue
        try:
            data = escpos.encode_text(character, wide_paper)
        except UnprintableCharacterError:
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
