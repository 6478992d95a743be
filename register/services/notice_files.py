"""納入済通知 as files for each office, or JSON. Owns names, columns and encodings; refuses to replace a character."""

import json
import re
from pathlib import Path

from kiosk.domain.codec import Plain, to_plain
from receipts.fonts import FontMissingError
from receipts.notice import NoticeBatch, NoticeContent, NoticeKind
from receipts.notice_pages import KINDS, remarks, render_notices
from register.domain.refusal import Unusable
from register.services.settlement_files import COMPLETE, INCOMPLETE, written

COLUMNS = (
    "行種別",
    "取扱日",
    "取扱時刻",
    "会計年度",
    "科目コード",
    "科目",
    "所管課",
    "品目",
    "調定番号",
    "納入者",
    "金額_円",
    "決済手段",
    "ブランド",
    "指定納付受託者",
    "窓口コード",
    "窓口",
    "取扱者",
    "書類番号",
    "備考",
    "還付依頼額_円",
    "締め状況",
)
"""One value per cell, units in the header. What was taken back has a negative amount; what is asked for, none yet."""
_UNUSABLE_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def write_files(batches: tuple[NoticeBatch, ...], folder: Path, encoding: str) -> list[Path]:
    """A PDF and a CSV for each office, made whole before the first is written. Raises Unusable."""
    files: list[tuple[Path, bytes]] = []
    for batch in batches:
        office = _UNUSABLE_IN_NAMES.sub("_", batch.office)
        stem = f"納入済通知_{batch.business_date.isoformat()}_{office}"
        try:
            files.append((folder / f"{stem}.pdf", render_notices(batch)))
        except FontMissingError as error:
            raise Unusable(str(error)) from error
        files.append((folder / f"{stem}.csv", to_csv(batch, encoding)))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, content in files:
            path.touch(mode=0o600)  # payers' names
            path.write_bytes(content)
    except OSError as error:
        raise Unusable(f"--out {folder}: cannot be written ({error.strerror})") from error
    return [path for path, _ in files]


def to_csv(batch: NoticeBatch, encoding: str) -> bytes:
    """Lines ended by CR LF (RFC 4180), the last one the sum. Raises Unusable for a character ``encoding`` lacks."""
    state = COMPLETE if batch.is_complete else INCOMPLETE
    total: list[str | int] = ["合計", batch.business_date.isoformat(), *[""] * 8, batch.net_yen, *[""] * 9, state]
    return written([list(COLUMNS), *(_line(each) for each in batch.notices), total], encoding, named_by=8)


def _line(notice: NoticeContent) -> list[str | int]:
    return [
        KINDS[notice.kind],
        notice.business_date.isoformat(),
        notice.at[11:16],
        notice.fiscal_year,
        notice.account_code,
        " > ".join(notice.account_path),
        notice.department,
        notice.item_name,
        notice.number,
        notice.payer,
        notice.signed_yen,
        notice.tender_name,
        notice.brand,
        notice.trustee_name,
        notice.counter_code,
        notice.counter_name,
        notice.clerk_name,
        notice.document_number,
        remarks(notice),
        notice.amount_yen if notice.kind is NoticeKind.ASKED else "",
        "",
    ]


def to_json(batches: tuple[NoticeBatch, ...]) -> str:
    """One object for each office; amounts are integers of yen."""
    value: Plain = [
        {
            "office": batch.office,
            "business_date": batch.business_date.isoformat(),
            "complete": batch.is_complete,
            "net_yen": batch.net_yen,
            "notices": to_plain(batch.notices),
        }
        for batch in batches
    ]
    return json.dumps(value, ensure_ascii=False, indent=2)
