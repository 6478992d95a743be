"""Which values each layout may show, and how they are written. Owns formats of money and time; refuses words."""

from datetime import date, datetime
from typing import Final

from receipts.content import (
    CheckpointContent,
    DocumentKind,
    IssuerContent,
    LineContent,
    PaidSlipContent,
    PaymentContent,
    ReportContent,
    ReportLine,
    ReportSection,
    SaleContent,
    SlipLineContent,
    TerminalSlipContent,
)
from receipts.document import Align, Block, Size, Style, Text
from receipts.foreign_text import plain_text
from receipts.line_breaking import width_of
from receipts.notice import era_year
from receipts.template import Schema
from receipts.template_fill import Values, when

REDUCED_MARK = "※"
SUM_LABEL = "合計"
"""Rows of a report so named stand out."""
SLIP_COPIES = {
    DocumentKind.TERMINAL_CUSTOMER: "お客様控え",
    DocumentKind.TERMINAL_MERCHANT: "窓口控え",
}
"""Whose copy a terminal's slip is, where the terminal says so."""
SLIP_BLOCK_CELLS_MAX = 32
"""The narrowest paper; wider lines begin at its edge."""
_SLIP_SIZES = {
    (False, False): Size.NORMAL,
    (True, False): Size.WIDE,
    (False, True): Size.TALL,
    (True, True): Size.LARGE,
}
"""By double width and double height."""
WEEKDAYS = "月火水木金土日"
HASH_GROUP = 8
"""A hash is read aloud in groups of eight."""

_NOTHING: Final = Schema(frozenset())
_ISSUER: Final = frozenset(
    {
        *("municipality", "counter-name", "counter", "counter-code", "clerk", "clerk-title", "clerk-name"),
        *("registration-number", "telephone"),
    }
)
_MARKS: Final = {"training": _NOTHING, "marked": _NOTHING}
_PAYMENT: Final = Schema(
    frozenset(
        {
            *("tender", "brand", "card-last4", "approval-code", "slip-number", "payment-last4", "cancellation"),
            *("terminal-id", "trustee", "tendered", "change"),
        }
    ),
    {"cash-given": _NOTHING},
)
_SLIP: Final = Schema(frozenset(("fiscal-year", "fund", "account", "number", "payer")))
_GROUPS_OF_SALE: Final = _MARKS | {
    "lines": Schema(frozenset(("name", "quantity", "several", "amount")), {"slip": _SLIP}),
    "reduced": _NOTHING,
    "taxes": Schema(frozenset(("label", "tax", "gross"))),
    "payment": _PAYMENT,
    "cash": _NOTHING,
    "cashless": _NOTHING,
    "with-symbol": _NOTHING,
    "without-symbol": _NOTHING,
}
_TEXTS_OF_SALE: Final = _ISSUER | {
    *("sold-at", "serial-number", "sale-id", "symbol", "copy-number", "total", "count", "exemption"),
    *("original-serial-number", "original-sold-on", "reason"),
}
_ALWAYS: Final = frozenset(("training", "copy-number", "municipality", "counter-name"))
"""On every paper: from whom it is, and whether it is a copy or of no worth."""
_OF_PAYMENT: Final = (
    _ALWAYS | {"sold-at", "serial-number", "lines", "amount", "total", "sale-id"} | {"slip"} | _SLIP.texts
)
_OF_INVOICE: Final = _OF_PAYMENT | {"taxes", "label", "gross", "tax", "registration-number", "reduced", "tender"}
"""適格簡易請求書 (Consumption Tax Act 57-4-2): issuer, number, day, contents, amount and tax for each rate."""


def _of_sale(required: frozenset[str]) -> Schema:
    return Schema(_TEXTS_OF_SALE, _GROUPS_OF_SALE, required=required)


SCHEMAS: Final = {
    "usage_slip": _of_sale(_OF_INVOICE | {"trustee"}),
    "cash_receipt": _of_sale(_OF_INVOICE - {"tender"}),
    "void_slip": _of_sale(_OF_INVOICE | {"original-serial-number"}),
    "refund_slip": _of_sale(_OF_INVOICE | {"original-serial-number", "original-sold-on"}),
    "admission": _of_sale(_ALWAYS | {"sold-at", "lines", "quantity", "exemption", "sale-id"}),
    "terminal_slip": Schema(
        _ISSUER | {"whose", "printed-at", "serial-number", "sale-id"},
        {"training": _NOTHING, "cut-short": _NOTHING},
        frozenset(("terminal-lines",)),
        frozenset(("municipality", "counter-name", "training", "terminal-lines", "cut-short", "printed-at")),
    ),
    "close_report": Schema(
        _ISSUER | {"business-date", "closed-at", "serial-range", "journal-range", "journal-head", "copy-number"},
        _MARKS
        | {
            "sections": Schema(
                frozenset(("title",)),
                {
                    "empty": _NOTHING,
                    "rows": Schema(frozenset(("label", "number", "amount")), {"plain": _NOTHING, "sum": _NOTHING}),
                },
            ),
            "checkpoint": Schema(frozenset(("code", "code-symbol", "key-id")), {"unsigned": _NOTHING}),
        },
        required=_ALWAYS
        | {"business-date", "closed-at", "sections", "title", "rows", "plain", "sum", "label", "number", "amount"}
        | {"journal-range", "journal-head", "checkpoint", "code", "code-symbol", "key-id", "unsigned"},
    ),
    "test_print": Schema(_ISSUER | {"printed-at"}, required=frozenset(("municipality", "counter-name", "printed-at"))),
}
"""By the layout's name."""
LAYOUT_OF: Final = {kind: kind.value for kind in DocumentKind} | {
    DocumentKind.TERMINAL_CUSTOMER: "terminal_slip",
    DocumentKind.TERMINAL_MERCHANT: "terminal_slip",
}


def yen(amount_yen: int) -> str:
    """¥1,200 as on paper; what leaves the till is -¥1,200."""
    return f"-¥{-amount_yen:,}" if amount_yen < 0 else f"¥{amount_yen:,}"


def day(value: date) -> str:
    """2026年11月23日(月)."""
    return f"{value.year}年{value.month}月{value.day}日({WEEKDAYS[value.weekday()]})"


def moment(iso_text: str) -> str:
    """2026年11月23日(月) 10:15, local time as it stands in ``iso_text``. Raises ValueError for anything else."""
    at = datetime.fromisoformat(iso_text)
    return f"{day(at)} {at:%H:%M}"


def sale_values(content: SaleContent) -> Values:
    """Raises ValueError for a malformed time."""
    payment = content.payment
    is_cash = payment is None or not payment.trustee_name
    sold_on = content.original_sold_at and day(datetime.fromisoformat(content.original_sold_at).date())
    return Values(
        _issuer(content.issuer)
        | {
            "sold-at": moment(content.sold_at),
            "serial-number": content.serial_number,
            "sale-id": content.sale_id,
            "symbol": content.qr_text,
            "copy-number": _copy(content.copy_number),
            "total": yen(content.total_yen),
            "count": f"{sum(line.quantity for line in content.lines):,}",
            "exemption": content.exemption,
            "original-serial-number": content.original_serial_number,
            "original-sold-on": sold_on,
            "reason": content.reason,
        },
        _marks(content.copy_number, content.training)
        | {
            "lines": tuple(_line(line) for line in content.lines),
            "reduced": when(any(line.reduced_rate for line in content.lines)),
            "taxes": tuple(
                Values(
                    {
                        "label": tax.label,
                        "gross": yen(tax.gross_yen),
                        "tax": "" if tax.tax_yen is None else f"内税 {yen(tax.tax_yen)}",
                    }
                )
                for tax in content.taxes
            ),
            "payment": (_payment(payment, content.total_yen),) if payment else (),
            "cash": when(is_cash),
            "cashless": when(not is_cash),
            "with-symbol": when(content.qr_text),
            "without-symbol": when(not content.qr_text),
        },
    )


def terminal_slip_values(content: TerminalSlipContent) -> Values:
    """Raises ValueError for a malformed time."""
    return Values(
        _issuer(content.issuer)
        | {
            "whose": SLIP_COPIES.get(content.kind, ""),
            "printed-at": moment(content.printed_at),
            "serial-number": content.serial_number,
            "sale-id": content.sale_id,
        },
        {"training": when(content.training), "cut-short": when(content.is_cut_short)},
        {"terminal-lines": tuple(_terminal_lines(content.lines))},
    )


def report_values(content: ReportContent) -> Values:
    """Raises ValueError for a malformed date or time."""
    head = content.journal_head
    groups = " ".join(head[start : start + HASH_GROUP] for start in range(0, len(head), HASH_GROUP))
    return Values(
        _issuer(content.issuer)
        | {
            "business-date": day(date.fromisoformat(content.business_date)),
            "closed-at": moment(content.closed_at),
            "serial-range": content.serial_range,
            "journal-range": content.journal_range,
            "journal-head": groups,
            "copy-number": _copy(content.copy_number),
        },
        _marks(content.copy_number, content.training)
        | {
            "sections": tuple(_section(section) for section in content.sections),
            "checkpoint": (_checkpoint(content.checkpoint),) if content.checkpoint else (),
        },
    )


def test_print_values(issuer: IssuerContent, printed_at: str) -> Values:
    """Raises ValueError for a malformed time."""
    return Values(_issuer(issuer) | {"printed-at": moment(printed_at)})


def _issuer(issuer: IssuerContent) -> dict[str, str]:
    code = f" ({issuer.counter_code})" if issuer.counter_code else ""
    return {
        "municipality": issuer.municipality,
        "counter-name": issuer.counter_name,
        "counter": issuer.counter_name + code,
        "counter-code": issuer.counter_code,
        "clerk": f"{issuer.clerk_title} {issuer.clerk_name}".strip(),
        "clerk-title": issuer.clerk_title or "取扱者",
        "clerk-name": issuer.clerk_name,
        "registration-number": issuer.registration_number,
        "telephone": issuer.telephone,
    }


def _marks(copy_number: int, training: bool) -> dict[str, tuple[Values, ...]]:
    return {"training": when(training), "marked": when(training or copy_number)}


def _copy(copy_number: int) -> str:
    return str(copy_number) if copy_number else ""


def _line(line: LineContent) -> Values:
    return Values(
        {
            "name": line.name + REDUCED_MARK if line.reduced_rate else line.name,
            "quantity": f"{line.quantity}",
            "several": "" if line.quantity == 1 else f"{yen(line.unit_price_yen)} × {line.quantity}",
            "amount": yen(line.amount_yen),
        },
        {"slip": (_paid_slip(line.slip),) if line.slip else ()},
    )


def _paid_slip(slip: PaidSlipContent) -> Values:
    """What a 納付書 that is paid at a bank would say on its receipt: for which year, account and person."""
    fund, *deeper = slip.account_path
    return Values(
        {
            "fiscal-year": era_year(slip.fiscal_year),
            "fund": fund,
            "account": " > ".join(deeper),
            "number": slip.number,
            "payer": slip.payer,
        }
    )


def _payment(payment: PaymentContent, total_yen: int) -> Values:
    return Values(
        {
            "tender": payment.tender_name,
            "brand": payment.brand,
            "card-last4": payment.card_last4,
            "approval-code": payment.approval_code,
            "slip-number": payment.slip_number,
            "payment-last4": payment.payment_last4,
            "cancellation": payment.cancellation,
            "terminal-id": payment.terminal_id,
            "trustee": payment.trustee_name,
            "tendered": yen(payment.tendered_yen),
            "change": yen(payment.tendered_yen - total_yen),
        },
        {"cash-given": when(payment.tendered_yen)},
    )


def _section(section: ReportSection) -> Values:
    rows = tuple(_report_line(line) for line in section.lines)
    return Values({"title": section.title}, {"empty": when(not rows), "rows": rows})


def _report_line(line: ReportLine) -> Values:
    is_sum = line.label.startswith(SUM_LABEL)
    return Values(
        {
            "label": line.label,
            "number": "" if line.count is None else f"{line.count:,}{line.unit}",
            "amount": "" if line.amount_yen is None else yen(line.amount_yen),
        },
        {"plain": when(not is_sum), "sum": when(is_sum)},
    )


def _checkpoint(checkpoint: CheckpointContent) -> Values:
    return Values(
        {"code": checkpoint.code, "code-symbol": checkpoint.qr_text, "key-id": checkpoint.key_id},
        {"unsigned": when(not checkpoint.key_id)},
    )


def _terminal_lines(lines: tuple[SlipLineContent, ...]) -> list[Block]:
    """One block in the middle of the paper: a terminal's lines are narrower, and aligned to each other by spaces."""
    texts = [plain_text(line.text) for line in lines]
    cells = max((width_of(text) * (1 + line.double_width) for text, line in zip(texts, lines, strict=True)), default=0)
    is_narrow = cells <= SLIP_BLOCK_CELLS_MAX
    blocks: list[Block] = []
    for text, line in zip(texts, lines, strict=True):
        size = _SLIP_SIZES[line.double_width, line.double_height]
        if is_narrow and not line.centered:
            text += " " * (cells // size.across - width_of(text))
        align = Align.CENTER if is_narrow or line.centered else Align.LEFT
        blocks.append(Text(text, Style(size=size), align))
    return blocks
