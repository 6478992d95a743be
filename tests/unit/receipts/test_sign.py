"""The sign as somebody sees it who has only the paper: read, measured and scanned from its rendered pages."""

from dataclasses import replace
from datetime import datetime
from itertools import combinations

import pytest
import zxingcpp

from receipts.qr import QUIET_MODULES, qr_modules
from receipts.qr_form import PAYMENT
from receipts.render.pages import About
from receipts.sign import (
    CODE_ROOM_MM,
    LANGUAGES_MAX,
    OPERATORS_MAX,
    SheetWords,
    SignContent,
    SignError,
    SignWords,
    module_mm,
    render,
)
from tests.pdf_reader import Letter, PdfFile

PAYLOAD = (
    "00020101021126680019jp.or.paymentsjapan011300000000000010204000103060000010406000001"
    "5204939953033925802JP5916TOYOTA CITY HALL6006TOYOTA6107471850164190002JA0109豊田市役所 市民課63040AD4"
)
ABOUT = About("掲示", "豊田市", datetime.fromisoformat("2026-11-23T00:00:00+09:00"))
JAPANESE = SignWords(
    "ja", "スマートフォンで払えます", "お支払い先", "使えるアプリ", ("読み取る", "金額を入力する", "完了画面を見せる")
)
ENGLISH = SignWords("en", "Pay with your phone", "Pay to", "Accepted apps", ("Scan", "Enter the amount", "Show us"))
CHINESE = SignWords("zh", "可用手机支付", "收款方", "可用的支付应用", ("扫描二维码", "输入金额", "出示成功页面"))
KOREAN = SignWords("ko", "결제할 수 있습니다", "받는 곳", "앱", ("스캔", "금액을 입력", "완료 화면 보여 주기"))
CONTENT = SignContent(
    issuer="豊田市 市民課 1番窓口",
    words=(JAPANESE, ENGLISH, CHINESE, KOREAN),
    sheet=SheetWords("100%で印刷", "コードの内容", "50 mm", "寸法", "{module} mm {count} {side} mm"),
    payee="豊田市役所 市民課",
    payee_latin="TOYOTA CITY HALL",
    operators=("PayPay", "d払い", "楽天ペイ"),
    modules=qr_modules(PAYLOAD, PAYMENT),
    holds=("コードの内容 JPQR", "0000000000001-0001-000001-000001", "0AD4"),
    facts=(("店舗名", "豊田市役所 市民課"), ("検査文字", "0AD4")),
    payload=PAYLOAD,
    color="#0017c1",
)
FULL = replace(
    CONTENT,
    issuer="鹿児島県奄美大島瀬戸内町 町民生活課 請島出張所 証明書発行 第12番窓口",
    words=(*CONTENT.words, *(replace(ENGLISH, language=tag) for tag in ("vi", "pt", "es"))),
    payee="瀬戸内町役場町民生活課請島出張所証明書発行第十二番",
    payee_latin="SETOUCHI TOWN HALL UKESHI",
    operators=tuple(f"決済サービス{number}" for number in range(OPERATORS_MAX)),
)
MM = 72 / 25.4
SLACK = 0.2
"""Points: letters of one word may touch."""
LEFT, TOP, WIDE, HIGH = 52.5, 24.0, 105.0, 148.0
"""Of the A6 sign on its sheet."""


def printed(letters: list[Letter]) -> list[Letter]:
    return [letter for letter in letters if not letter.character.isspace()]


@pytest.mark.parametrize("content", [CONTENT, FULL], ids=["usual", "full"])
@pytest.mark.parametrize("page", [0, 1])
def test_an_independent_reader_finds_the_issued_bytes_on_the_page(content: SignContent, page: int) -> None:
    read = PdfFile(render(content, ABOUT))
    for dots_per_inch in (100, 150, 300):
        (found,) = zxingcpp.read_barcodes(read.picture(page, dots_per_inch))
        assert found.bytes == PAYLOAD.encode()


@pytest.mark.parametrize(("page", "scale"), [(0, 1), (1, 2)])
def test_the_symbol_has_its_size_to_a_tenth_of_a_millimeter_and_white_around_it(page: int, scale: int) -> None:
    dots = 20  # per millimeter
    picture = PdfFile(render(CONTENT, ABOUT)).picture(page, 25.4 * dots)
    (found,) = zxingcpp.read_barcodes(picture.reduce(4))
    corner = found.position.top_left
    count = len(CONTENT.modules)
    module = module_mm(count, CODE_ROOM_MM * scale)
    side, quiet = round(count * module * dots), round(QUIET_MODULES * module * dots)
    left = min(x for x in range(corner.x * 4 - 40, corner.x * 4 + 40) if picture.getpixel((x, corner.y * 4 + 30)) == 0)
    top = min(y for y in range(corner.y * 4 - 40, corner.y * 4 + 40) if picture.getpixel((left + 30, y)) == 0)
    around = (left - quiet + 2, top - quiet + 2, left + side + quiet - 2, top + side + quiet - 2)
    ground = picture.crop(around)
    ink = ground.point(lambda level: 255 if level < 255 else 0).getbbox()
    assert ink is not None
    assert (ink[2] - ink[0], ink[3] - ink[1]) == pytest.approx((side, side), abs=2)
    assert ink[:2] == pytest.approx((quiet - 2, quiet - 2), abs=2)
    assert (ground.width - ink[2], ground.height - ink[3]) == pytest.approx((quiet - 2, quiet - 2), abs=2)


def test_modules_are_whole_twentieths_of_a_millimeter_and_never_too_fine() -> None:
    assert module_mm(57, 46) == 0.7
    assert module_mm(57, 92) == 1.4
    assert module_mm(105, 46) == 0.4
    with pytest.raises(SignError, match="too fine"):
        module_mm(109, 46)


@pytest.mark.parametrize("content", [CONTENT, FULL], ids=["usual", "full"])
def test_both_papers_say_everything_in_every_language(content: SignContent) -> None:
    read = PdfFile(render(content, ABOUT))
    assert len(read) == 2
    said = [text for words in content.words for text in (words.title, words.payee, words.apps, *words.steps)]
    for page in range(2):
        found = "".join(read.text(page).split())
        for text in (content.issuer, content.payee, content.payee_latin, *content.operators, *content.holds, *said):
            assert "".join(text.split()) in found, text
        assert all(read.fonts(page).values())


def test_the_sheet_says_what_the_code_holds_to_the_last_character() -> None:
    found = "".join(PdfFile(render(CONTENT, ABOUT)).text(0).split())
    assert "".join(PAYLOAD.split()) in found
    assert "0.70mm5739.9mm" in found
    for label, value in CONTENT.facts:
        assert label + "".join(value.split()) in found


@pytest.mark.parametrize("content", [CONTENT, FULL, replace(CONTENT, words=(JAPANESE, ENGLISH))])
def test_nothing_is_cut_off_and_nothing_overlaps(content: SignContent) -> None:
    read = PdfFile(render(content, ABOUT))
    for page, (left, top, scale) in enumerate(((LEFT, TOP, 1), (0, 0, 2))):
        on_sign = [
            letter
            for letter in printed(read.letters(page, ink=True))
            if page == 1 or (297 - letter.top / MM > TOP and 297 - letter.bottom / MM < TOP + HIGH)
        ]
        for letter in on_sign:
            assert left + 4.9 * scale <= letter.left / MM
            assert letter.right / MM <= left + (WIDE - 3.9) * scale
            assert 297 - letter.bottom / MM <= top + (HIGH - 2) * scale
        for one, other in combinations(on_sign, 2):
            is_beside = one.right < other.left + SLACK or other.right < one.left + SLACK
            is_above = one.top < other.bottom + SLACK or other.top < one.bottom + SLACK
            assert is_beside or is_above, (one, other)


def test_the_sheet_has_marks_at_the_four_corners_outside_the_sign() -> None:
    read = PdfFile(render(CONTENT, ABOUT))
    left, bottom, right, top = (points / MM for points in read.trim_points(0))
    assert (left, 297 - top, right - left, top - bottom) == pytest.approx((LEFT, TOP, WIDE, HIGH), abs=0.01)
    picture = read.picture(0, 25.4 * 10)

    def has_ink(x_mm: float, y_mm: float) -> bool:
        box = (int(x_mm * 10) - 2, int(y_mm * 10) - 2, int(x_mm * 10) + 3, int(y_mm * 10) + 3)
        return picture.crop(box).point(lambda level: 255 if level < 200 else 0).getbbox() is not None

    for x, out in ((LEFT, -5), (LEFT + WIDE, 5)):
        for y, away in ((TOP, -5), (TOP + HIGH, 5)):
            assert has_ink(x + out, y)
            assert has_ink(x, y + away)
            assert not has_ink(x - out / 5, y - away / 5), "no mark stays on the sign"
    assert read.size_points(1) == pytest.approx((210 * MM, 297 * MM), abs=0.01)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render(CONTENT, ABOUT) == render(CONTENT, ABOUT)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (replace(CONTENT, operators=()), "1 to 20 operators, not 0"),
        (replace(CONTENT, operators=("x",) * (OPERATORS_MAX + 1)), "1 to 20 operators, not 21"),
        (replace(CONTENT, words=(JAPANESE,) * (LANGUAGES_MAX + 1)), "at most 7 languages, not 8"),
        (replace(CONTENT, operators=("とても長い名前の決済サービス事業者とその共同事業者の連合会",)), "does not fit"),
    ],
)
def test_what_has_no_room_is_refused(content: SignContent, says: str) -> None:
    with pytest.raises(SignError, match=says):
        render(content, ABOUT)
