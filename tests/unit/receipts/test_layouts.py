"""The set of approved layouts: which one is in force, and which set is refused."""

import pytest

from receipts.layouts import read_layouts
from receipts.template_line import TemplateError
from receipts.template_values import SCHEMAS
from tests.layouts import FOLDER

FILES = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}


def changed(old: str, new: str, name: str = "usage_slip-1.receipt") -> str:
    assert old in FILES[name]
    return FILES[name].replace(old, new)


def test_every_document_has_a_layout() -> None:
    layouts = read_layouts(FILES)
    assert {layouts.in_force(name).name for name in SCHEMAS} == set(SCHEMAS)


def test_the_newest_version_is_in_force_and_the_older_ones_are_kept() -> None:
    second = changed("version:1;approved:2026-04-01", "version:2;approved:2027-04-01")
    layouts = read_layouts({**FILES, "usage_slip-2.receipt": second})
    assert layouts.in_force("usage_slip").version == 2
    assert layouts.templates["usage_slip", 1].version == 1


def test_a_document_without_a_layout_is_named() -> None:
    with pytest.raises(TemplateError, match=r"^void_slip-1\.receipt:1:1: is missing"):
        read_layouts({name: text for name, text in FILES.items() if not name.startswith("void_slip")})


@pytest.mark.parametrize("name", ["usage_slip-2.receipt", "slip.receipt", "cash_receipt-9.receipt"])
def test_a_file_is_called_after_its_layout_and_version(name: str) -> None:
    with pytest.raises(TemplateError, match=r"must be called usage_slip-1\.receipt"):
        read_layouts({**FILES, name: FILES["usage_slip-1.receipt"]})


def test_versions_follow_their_approval() -> None:
    second = changed("version:1;approved:2026-04-01", "version:2;approved:2025-04-01")
    with pytest.raises(TemplateError, match=r"^usage_slip-2\.receipt:1:1: was approved before version 1"):
        read_layouts({**FILES, "usage_slip-2.receipt": second})


@pytest.mark.parametrize(
    "needed", ['^^^"合計 | ^^^"[total]\n', "登録番号 |[registration-number]\n", "指定納付受託者 |[trustee]\n"]
)
def test_what_the_law_asks_of_a_paper_cannot_be_left_out(needed: str) -> None:
    with pytest.raises(TemplateError, match="a usage_slip must show"):
        read_layouts({**FILES, "usage_slip-1.receipt": changed(needed, "")})
