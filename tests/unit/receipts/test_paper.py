from pathlib import Path

import pytest

from receipts.paper import PaperProfileError, parse_paper_profile

PRINTERS = Path(__file__).parents[3] / "config" / "printers"
GOOD = (PRINTERS / "emulated-80mm.toml").read_text("utf-8")


def test_every_shipped_profile_is_valid() -> None:
    profiles = [parse_paper_profile(path.read_text("utf-8"), path.name) for path in PRINTERS.glob("*.toml")]
    assert {profile.columns for profile in profiles} >= {48, 42, 32}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("columns = 48", "columns = 480", "x.toml:5: columns: must be a whole number from 24 to 64, is 480"),
        ("columns = 48", "columns = true", "x.toml:5: columns: must be a whole number from 24 to 64, is True"),
        ("columns = 48", "columns = 49", "x.toml:6: width_dots: 49 columns need 588 dots, not 576"),
        ("columns = 48\n", "", "x.toml: columns: must be a whole number from 24 to 64, is missing"),
        ("cutter = true", 'cutter = "yes"', "x.toml:13: cutter: must be true or false, is 'yes'"),
        ("cutter = true", "cuter = true", "x.toml:13: cuter: is not known here"),
        ('"jis_x_0208", ', "", "x.toml:12: character_sets: must list jis_x_0208"),
        ('name = "Emulated 80 mm"', "name = 7", "x.toml:2: name: must be the model as text"),
        ("[paper]", "[papier]", "x.toml: [paper]: the table is missing"),
        ("columns = 48", "columns = ", "x.toml: not valid TOML"),
        ("columns = 48", "columns = " + "9" * 5000, "x.toml: not valid TOML"),
        ("columns = 48", "columns = " + "[" * 5000, "x.toml: not valid TOML"),
    ],
)
def test_a_bad_profile_is_one_line_that_says_where(old: str, new: str, expected: str) -> None:
    with pytest.raises(PaperProfileError) as caught:
        parse_paper_profile(GOOD.replace(old, new, 1), "x.toml")
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(PaperProfileError, match="not a printer profile"):
        parse_paper_profile(GOOD + "#" * 70_000, "x.toml")


def test_a_printer_takes_no_glyphs_where_its_profile_does_not_say_so() -> None:
    text = (PRINTERS / "emulated-80mm.toml").read_text("utf-8")
    assert (parse_paper_profile(text, "x").user_glyphs, parse_paper_profile(text, "x").user_letters) == (94, 92)
    silent = "\n".join(line for line in text.splitlines() if not line.startswith("user_"))
    assert (parse_paper_profile(silent, "x").user_glyphs, parse_paper_profile(silent, "x").user_letters) == (0, 0)
    with pytest.raises(PaperProfileError, match=r"user_glyphs: must be a whole number from 0 to 94, is 95"):
        parse_paper_profile(text.replace("user_glyphs = 94", "user_glyphs = 95"), "x")
    with pytest.raises(PaperProfileError, match=r"user_glyphs: needs cells of 12 x 24 dots"):
        parse_paper_profile(text.replace("cell_height_dots = 24", "cell_height_dots = 20"), "x")
