import sys
from pathlib import Path

import pytest

from receipts.fonts import Face, FontFile, FontMissingError, find_font, fonts_for, missing_packages


def test_a_missing_font_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: False)
    with pytest.raises(FontMissingError, match=r"^BIZUDGothic-Regular.ttf is not .* fonts-morisawa-bizud-gothic$"):
        find_font(Face.CELLS)
    with pytest.raises(FontMissingError, match=r"apt install fonts-wqy-microhei$"):
        find_font(Face.FURTHER)


def test_what_has_to_be_installed_is_told_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_packages() == ()
    monkeypatch.setattr(Path, "is_file", lambda path: "BIZ" in path.name)
    assert missing_packages() == ("fonts-ipamj-mincho", "fonts-wqy-microhei")


def test_a_font_in_the_users_own_folder_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path.home() / ".local/share/fonts/BIZUDPGothic-Bold.ttf"
    monkeypatch.setattr(Path, "is_file", lambda path: path == own)
    assert find_font(Face.TEXT_BOLD) == FontFile(own)


def test_on_windows_both_families_are_in_the_systems_own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("WINDIR", "/win")
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    assert find_font(Face.CELLS_BOLD) == FontFile(Path("/win/Fonts/BIZ-UDGothicB.ttc"), 0)
    assert find_font(Face.TEXT) == FontFile(Path("/win/Fonts/BIZ-UDGothicR.ttc"), 1)
    assert [font.path.name for font in fonts_for(Face.FURTHER)] == ["msyh.ttc", "malgun.ttf", "segoeui.ttf"]
