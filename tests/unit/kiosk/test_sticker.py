"""kiosk sticker: the file, and one line for whatever is wrong, without a file."""

import shutil
from pathlib import Path

import pytest
import zxingcpp

from drivers.codes.jpqr import Store, StoreCode, encode_dynamic, encode_static
from kiosk.cli import main
from kiosk.services.enroll_code import enroll_code
from tests.pdf_reader import PdfFile
from tests.unit.kiosk.conftest import CHIEF, CLERK, Bench
from tests.unit.kiosk.services.test_enroll_code import ISSUED as ENROLLED

CONFIG = Path(__file__).parents[3] / "config"
STORE = Store(
    StoreCode("0000000000001", "0001", "000001", "000001"),
    "9399",
    "TOYOTA CITY HALL",
    "TOYOTA",
    "4718501",
    "豊田市役所 市民課",
)
ISSUED = encode_static(STORE).payload
SIX = 'languages = ["ja", "en", "zh", "ko", "pt", "vi"]'


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A counter that takes payment codes, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CONFIG, tmp_path / "config")
    Path("code.txt").write_text(ISSUED + "\n", "utf-8")
    return Path("config/counters/bijutsukan.toml")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def sticker(counter: Path, *more: str) -> int:
    return main(["sticker", "--profile", str(counter), "--code", "code.txt", "--out", "sign.pdf", *more])


def test_the_issued_code_stands_on_both_papers_in_the_counters_languages(
    counter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sticker(counter) == 0
    told = capsys.readouterr()
    assert told.out.startswith("sign.pdf: ")
    assert "豊田市役所 市民課 TOYOTA CITY HALL 0000000000001-0001-000001-000001" in told.out
    read = PdfFile(Path("sign.pdf").read_bytes())
    assert read.language == "ja"
    assert read.properties["Title"] == "豊田市 美術館 総合案内\u3000決済コードの掲示"
    for page in range(2):
        (found,) = zxingcpp.read_barcodes(read.picture(page))
        assert found.bytes == ISSUED.encode()
        text = read.text(page)
        for said in (
            "スマートフォンで払えます",
            "Pay with your phone",
            "可用手机支付",
            "스마트폰으로 결제할 수 있습니다",
        ):
            assert said in text
        for said in ("Thanh toán bằng điện thoại", "Pague com o celular", "PayPay", "楽天ペイ", "d払い"):
            assert said in text


def test_a_days_file_is_the_same_however_often_it_is_made(counter: Path) -> None:
    sticker(counter)
    first = Path("sign.pdf").read_bytes()
    sticker(counter)
    assert Path("sign.pdf").read_bytes() == first


def test_a_counter_that_names_no_languages_speaks_japanese_and_english(counter: Path) -> None:
    edit(counter, SIX, "")
    assert sticker(counter, "--language", "en") == 0
    text = PdfFile(Path("sign.pdf").read_bytes()).text()
    assert "Pay with your phone" in text
    assert "可用手机支付" not in text
    assert "What the code holds" in text


def refused(capsys: pytest.CaptureFixture[str], code: int) -> str:
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert len(told.err.splitlines()) == 1
    assert not Path("sign.pdf").exists()
    return told.err


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (ISSUED[:-1] + "0", "not a JPQR code: tag 63"),
        (encode_dynamic(STORE, amount_yen=300).payload, "the code that the scheme issued"),
        (encode_static(STORE, amount_yen=300).payload, "the code that the scheme issued"),
        ("", "not a JPQR code"),
        ("0" * 10_000, "at most 512 characters"),
        (ISSUED + "\n" + ISSUED, "not a JPQR code"),
    ],
)
def test_a_code_that_is_no_sticker_is_refused(
    counter: Path, capsys: pytest.CaptureFixture[str], payload: str, says: str
) -> None:
    Path("code.txt").write_text(payload, "utf-8")
    assert says in refused(capsys, sticker(counter))


def test_the_code_enrolled_at_the_counter_is_the_one_on_paper(counter: Path, bench: Bench, tmp_path: Path) -> None:
    """Byte for byte, while the counter is at work."""
    enroll_code(bench.counter, "code", ENROLLED, actor=CLERK.actor, approver=CHIEF.actor)
    rare = str(counter.with_name("inabu.toml"))
    state = str(tmp_path / "journal")
    assert main(["sticker", "--profile", rare, "--state", state, "--out", "sign.pdf"]) == 0
    read = PdfFile(Path("sign.pdf").read_bytes())
    for page in range(2):
        (found,) = zxingcpp.read_barcodes(read.picture(page))
        assert found.bytes == ENROLLED.encode()


def test_without_an_enrolled_code_it_says_what_to_do(counter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rare = str(counter.with_name("inabu.toml"))
    code = main(["sticker", "--profile", rare, "--state", "nowhere", "--out", "sign.pdf"])
    assert "scan the sticker" in refused(capsys, code)


def test_a_code_is_taken_from_standard_input(counter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("code.txt").open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert main(["sticker", "--profile", str(counter), "--code", "-", "--out", "sign.pdf"]) == 0
    assert Path("sign.pdf").exists()


def test_files_that_cannot_be_used_are_named(counter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sticker", "--profile", str(counter), "--code"]
    assert "--code nowhere.txt" in refused(capsys, main([*arguments, "nowhere.txt", "--out", "sign.pdf"]))
    assert "--out nowhere/sign.pdf" in refused(capsys, main([*arguments, "code.txt", "--out", "nowhere/sign.pdf"]))
    Path("code.txt").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refused(capsys, sticker(counter))


def test_a_profile_that_makes_no_sign_is_refused(counter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(counter, SIX, 'languages = ["ja", "tlh"]')
    assert "languages: tlh: " in refused(capsys, sticker(counter))
    edit(counter, '"tlh"', '"EN"')
    assert "not a language" in refused(capsys, sticker(counter))
    without_codes = counter.with_name("shiminka.toml")
    assert "takes no payment codes" in refused(capsys, sticker(without_codes))


def test_an_operators_name_without_letters_is_refused_and_leaves_no_file(
    counter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(Path("config/tenders.toml"), '"楽天ペイ"', '"\U00030000ペイ"')
    assert "U+30000" in refused(capsys, sticker(counter))
