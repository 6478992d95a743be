"""How a payment code is drawn is the counter's to choose, and reaches the citizen's window."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from drivers.payment.api import ShownCode
from kiosk.profile import load_profile
from kiosk.profile_source import ProfileError
from kiosk.services.show_code import code_shown
from receipts.qr import qr_modules
from receipts.qr_form import PAYMENT, Level, QrForm

CONFIG = Path(__file__).parents[3] / "config"
DAY = date(2026, 11, 25)
GIVEN = '[code_symbol]\nlevel = "M"\neci = "on"\n'


def symbol_of(folder: Path, given: str) -> QrForm:
    shutil.copytree(CONFIG, folder / "config")
    file = folder / "config/counters/inabu.toml"
    text = file.read_text("utf-8")
    assert GIVEN in text
    file.write_text(text.replace(GIVEN, given), "utf-8")
    return load_profile(file, on=DAY).symbol


def test_without_the_table_it_is_as_the_standard_says(tmp_path: Path) -> None:
    assert symbol_of(tmp_path, "") == PAYMENT


def test_level_and_eci_are_chosen_each(tmp_path: Path) -> None:
    form = symbol_of(tmp_path, '[code_symbol]\nlevel = "Q"\neci = "off"\n')
    assert (form.level, form.eci, form.exact) == (Level.Q, False, True)
    shown = code_shown(ShownCode("市民課"), symbol=form).code
    assert shown is not None
    assert shown.modules == qr_modules("市民課", form) != qr_modules("市民課", PAYMENT)


@pytest.mark.parametrize(("given", "says"), [("level = 'X'", "a level"), ("eci = 'no'", "on or off"), ("x = 1", "x")])
def test_anything_else_is_one_line(tmp_path: Path, given: str, says: str) -> None:
    with pytest.raises(ProfileError, match=says):
        symbol_of(tmp_path, f"[code_symbol]\n{given}\n")
