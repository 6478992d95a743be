"""The files finance gets: golden bytes, tidy cells, and no character lost in silence."""

import csv
import io
import itertools
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.domain.refusal import Unusable
from register.domain.settlement import Completeness, Figures, KioskDay, Settlement, SettlementRow
from register.services.settlement_files import COLUMNS, to_csv, to_json
from tests.unit.register.kiosk_side import DAY

FEES = SettlementRow(
    2026,
    "revenue",
    "0101",
    "一般会計/使用料及び手数料",
    "市民課",
    "credit",
    "クレジットカード",
    Figures(2, 3, 900, 1, 300, 0, 0, 0, 0, 0),
)
TICKETS = replace(FEES, account_code="0202", tender="cash", tender_name="", figures=Figures(1, 1, 330, tax_yen=30))
FREE = replace(FEES, tender="free", tender_name="", figures=Figures(free_quantity=4, exempted_yen=1200))
POOL = replace(FEES, ownership="operator_fee", account_code="0901", figures=Figures(1, 1, 500, tax_yen=45))
COUNTER = KioskDay("k1", "101", "市民課", Completeness.COMPLETE, 0, 0, "")
SETTLED = Settlement(DAY, (FEES, TICKETS, FREE, POOL), (COUNTER,))

GOLDEN = """\
行種別,取扱日,会計年度,帰属区分,科目コード,科目,所属,決済手段区分,決済手段,件数,数量,金額_円,取消件数,取消額_円,還付件数,還付額_円,差引額_円,内消費税額_円,無料数量,減免額_円,未確定件数,要確認件数,締め状況
明細,2026-11-23,2026,歳入,0101,一般会計/使用料及び手数料,市民課,クレジットカード,クレジットカード,2,3,900,1,300,0,0,600,0,0,0,,,
明細,2026-11-23,2026,歳入,0202,一般会計/使用料及び手数料,市民課,現金,現金,1,1,330,0,0,0,0,330,30,0,0,,,
明細,2026-11-23,2026,歳入,0101,一般会計/使用料及び手数料,市民課,無料・減免,無料・減免,0,0,0,0,0,0,0,0,0,4,1200,,,
明細,2026-11-23,2026,利用料金,0901,一般会計/使用料及び手数料,市民課,クレジットカード,クレジットカード,1,1,500,0,0,0,0,500,45,0,0,,,
合計,2026-11-23,,歳入,,,,,,3,4,1230,1,300,0,0,930,30,4,1200,0,0,確定
合計,2026-11-23,,利用料金,,,,,,1,1,500,0,0,0,0,500,45,0,0,0,0,確定
"""


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8-sig", b"\xef\xbb\xbf"), ("cp932", b"")])
def test_the_csv_is_the_golden_one(encoding: str, mark: bytes) -> None:
    written = to_csv(SETTLED, encoding)
    assert written.startswith(mark)
    assert written == GOLDEN.replace("\n", "\r\n").encode(encoding)


def test_every_row_has_every_column_and_figures_are_plain_numbers() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(SETTLED, "utf-8-sig").decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert all(cell.lstrip("-").isdecimal() for row in rows[1:] for cell in row[9:20])


def test_a_character_the_encoding_lacks_is_an_error_that_names_the_row() -> None:
    odd = replace(SETTLED, rows=(FEES, replace(TICKETS, department="髙橋\U00020bb7課")))
    with pytest.raises(Unusable) as refused:
        to_csv(odd, "cp932")
    assert "row 3" in str(refused.value)
    assert "U+20BB7" in str(refused.value)
    assert "𠮷" not in to_csv(SETTLED, "utf-8-sig").decode("utf-8-sig")
    assert "\U00020bb7" in to_csv(odd, "utf-8-sig").decode("utf-8-sig")


def test_text_that_would_be_a_formula_stays_text() -> None:
    sly = replace(SETTLED, rows=(replace(FEES, department='=HYPERLINK("x")'),))
    rows = list(csv.reader(io.StringIO(to_csv(sly, "utf-8-sig").decode("utf-8-sig"))))
    assert rows[1][6] == '\'=HYPERLINK("x")'


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", ""]),
)
def test_no_text_is_a_formula_and_none_is_lost(text: str, start: str) -> None:
    """Whatever a name is, the cell begins with no sign of a formula, and is the name again without its apostrophe."""
    name = (start + text).replace("\0", "")
    row = replace(FEES, account_path=name, department=name, tender_name=name, account_code=name)
    written = to_csv(replace(SETTLED, rows=(row,)), "utf-8-sig").decode("utf-8-sig")
    cells = next(itertools.islice(csv.reader(io.StringIO(written, newline="")), 1, None))
    assert not [cell for cell in cells if cell[:1] in set("=+@\t\r\n＝＋－＠") or re.match(r"-(?!\d+$)", cell)]
    assert [cells[at].removeprefix("'") for at in (4, 5, 6)] == [name.removeprefix("'")] * 3


def test_an_unfinished_day_says_so_on_its_total() -> None:
    unfinished = replace(SETTLED, kiosk_days=(replace(COUNTER, completeness=Completeness.OPEN, in_doubt_count=2),))
    last = to_csv(unfinished, "utf-8-sig").decode("utf-8-sig").splitlines()[-1]
    assert last.endswith(",2,0,未確定")


def test_json_has_the_total_in_yen() -> None:
    value = json.loads(to_json(SETTLED))
    assert (value["total_yen"], value["city_yen"], value["complete"]) == (1430, 930, True)
    assert [row["net_yen"] for row in value["rows"]] == [600, 330, 0, 500]
    assert value["kiosks"][0]["note"] == "day closed, no gaps"
    assert value["totals"]["revenue"]["net_yen"] == 930
