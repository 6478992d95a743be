"""``kiosk layout``: what an office sees before it approves a layout."""

import io
from pathlib import Path

import pytest
from PIL import Image

from kiosk.cli import main
from kiosk.paths import CONFIG
from tests.layouts import FOLDER
from tests.pdf_reader import PdfFile

WITH_PRINTER = str(CONFIG / "counters" / "shiminka.toml")
WITHOUT = str(CONFIG / "counters" / "inabu.toml")


def draft(tmp_path: Path, old: str, new: str) -> str:
    text = (FOLDER / "usage_slip-1.receipt").read_text("utf-8")
    assert old in text
    path = tmp_path / "draft.receipt"
    path.write_text(text.replace(old, new), "utf-8")
    return str(path)


def test_every_layout_is_listed_with_the_day_of_its_approval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "--profile", WITH_PRINTER]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert "* usage_slip-1  2026-04-01" in listed
    assert len(listed) == len(list(FOLDER.iterdir()))


def test_a_draft_is_shown_as_this_counters_printer_would_print_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = draft(tmp_path, "キャッシュレス決済\n", "キャッシュレスでのお支払い\n")
    assert main(["layout", "--profile", WITH_PRINTER, "--file", path]) == 0
    text = capsys.readouterr().out
    assert "キャッシュレスでのお支払い" in text
    assert "¥6,970" in text
    assert "市民課" in text
    assert main(["layout", "usage_slip", "--profile", WITH_PRINTER]) == 0
    assert "キャッシュレス決済" in capsys.readouterr().out, "the draft is not in force"


def test_a_mistake_in_a_draft_is_one_line_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = draft(tmp_path, "[total]", "[totl]")
    assert main(["layout", "--profile", WITH_PRINTER, "--file", path]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{path}:")
    assert "totl is not known here" in error
    assert error.count("\n") == 1


def test_a_preview_is_a_picture_of_the_paper_or_a_page(tmp_path: Path) -> None:
    picture, page = tmp_path / "slip.png", tmp_path / "slip.pdf"
    assert main(["layout", "void_slip", "--profile", WITH_PRINTER, "--out", str(picture)]) == 0
    assert Image.open(io.BytesIO(picture.read_bytes())).height > 500
    assert main(["layout", "void_slip", "--profile", WITHOUT, "--out", str(page)]) == 0
    assert "取消のご案内" in PdfFile(page.read_bytes()).text(0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slip"], "slip: no document is called so: there are admission,"),
        (["void_slip", "--out", "slip.gif"], "write a name that ends in .txt, .png, .pdf"),
        (["--file", "nowhere.receipt"], "nowhere.receipt: cannot be read"),
        (["void_slip", "--out", "nowhere/slip.png"], "cannot be written"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["layout", *arguments, "--profile", WITH_PRINTER]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
