"""What each document says and in which order. Owns the words on paper; refuses columns and sums of its own."""

from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from receipts.content import (
    CheckpointContent,
    DocumentKind,
    IssuerContent,
    LineContent,
    PaidSlipContent,
    PaymentContent,
    ReportContent,
    SaleContent,
    SlipLineContent,
    TerminalSlipContent,
)
from receipts.document import (
    PLAIN,
    Align,
    Block,
    Box,
    Columns,
    Cut,
    Document,
    Feed,
    Pair,
    Qr,
    Rule,
    RuleStyle,
    Size,
    Style,
    Text,
)
from receipts.foreign_text import plain_text
from receipts.line_breaking import width_of
from receipts.notice import era_year

BOLD = Style(bold=True)
LARGE = Style(size=Size.LARGE)
LARGE_BOLD = Style(size=Size.LARGE, bold=True)
BAND = Style(size=Size.LARGE, bold=True, inverse=True)

REDUCED_MARK = "※"
REDUCED_LEGEND = "※は軽減税率対象品目です"
SUM_LABEL = "合計"
"""Rows of a report so named stand out."""
NO_ROWS = "該当なし"
"""A section without rows says so: on a day without a sale a bare title would look torn off."""
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
UNSIGNED = "署名なし（会計課サーバーに未登録）"
"""Said in as many words: such a day shows that nothing changed, and not who closed it."""
HASH_GROUP = 8
"""A hash is read aloud in groups of eight."""


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


def compose_sale(content: SaleContent) -> Document:
    """Slip, receipt, void slip or ticket of a sale. Raises ValueError for another kind or a malformed time."""
    match content.kind:
        case DocumentKind.USAGE_SLIP:
            blocks = _usage_slip(content)
        case DocumentKind.CASH_RECEIPT:
            blocks = _cash_receipt(content)
        case DocumentKind.VOID_SLIP:
            blocks = _void_slip(content)
        case DocumentKind.REFUND_SLIP:
            blocks = _refund_slip(content)
        case DocumentKind.ADMISSION:
            blocks = _admission(content)
        case (
            DocumentKind.TERMINAL_CUSTOMER
            | DocumentKind.TERMINAL_MERCHANT
            | DocumentKind.TERMINAL_SLIP
            | DocumentKind.CLOSE_REPORT
            | DocumentKind.TEST_PRINT
        ):
            raise ValueError(f"{content.kind.value} is not the document of a sale")
        case _:
            assert_never(content.kind)
    return Document(content.kind, content.serial_number, content.copy_number, tuple(blocks))


def _usage_slip(content: SaleContent) -> list[Block]:
    """利用明細: says at the top, and in as many words, that it is not a 領収書 (Local Autonomy Act 231-2-2 ff.)."""
    return [
        *_bands(content.copy_number, content.training),
        *_issuer_head(content.issuer),
        Text("キャッシュレス決済", align=Align.CENTER),
        Text("ご利用明細", LARGE_BOLD, Align.CENTER),
        Text("（領収書ではありません）", BOLD, Align.CENTER),
        Feed(1),
        *_when_and_number(content),
        *_lines(content),
        *_total(content),
        *_taxes(content),
        Rule(),
        *_payment(content.payment),
        Rule(),
        *_handled_by(content.issuer),
        *_reference(content),
        *_training_foot(content.training),
        Cut(),
    ]


def _cash_receipt(content: SaleContent) -> list[Block]:
    payment = content.payment
    change: list[Block] = []
    if payment is not None and payment.tendered_yen:
        change = [
            Feed(1),
            Columns("お預り", yen(payment.tendered_yen)),
            Columns("お釣り", yen(payment.tendered_yen - content.total_yen), style=BOLD),
        ]
    return [
        *_bands(content.copy_number, content.training),
        *_issuer_head(content.issuer),
        Text("領収書", LARGE_BOLD, Align.CENTER),
        Feed(1),
        *_when_and_number(content),
        *_lines(content),
        *_total(content),
        *_taxes(content),
        *change,
        Rule(),
        Text("上記の金額を領収いたしました。"),
        Feed(1),
        *_handled_by(content.issuer),
        Feed(1),
        Box(("領収印",)),
        *_reference(content),
        *_training_foot(content.training),
        Cut(),
    ]


def _void_slip(content: SaleContent) -> list[Block]:
    """取消票: which document is void, what was taken back and how; amounts as sold, so that the two can be compared."""
    cash = content.payment is None or not content.payment.trustee_name
    returned = "上記の金額をお返ししました。" if cash else "上記のお支払いを取消しました。"
    return _given_back(content, "取消", [], returned)


def _refund_slip(content: SaleContent) -> list[Block]:
    """還付票: as a 取消票, and of which day the sale was: the money goes back on another."""
    facts = [*_given("お支払日", day(datetime.fromisoformat(content.original_sold_at).date()))]
    return _given_back(content, "還付", [*facts, *_given("還付の理由", content.reason)], "上記の金額を還付しました。")


def _given_back(content: SaleContent, what: str, facts: list[Block], returned: str) -> list[Block]:
    """``what`` is 取消 or 還付."""
    return [
        *_bands(content.copy_number, content.training),
        *_issuer_head(content.issuer),
        Text(f"{what}のご案内", LARGE_BOLD, Align.CENTER),
        Text("（領収書ではありません）", BOLD, Align.CENTER),
        Feed(1),
        *_when_and_number(content),
        *_given(f"{what}の対象", f"No. {content.original_serial_number}" if content.original_serial_number else ""),
        *facts,
        *_lines(content),
        Rule(RuleStyle.HEAVY),
        Columns(f"{what}額", yen(content.total_yen), style=LARGE_BOLD),
        Feed(1),
        *_taxes(content),
        Rule(),
        *_payment(content.payment),
        Rule(),
        Text(returned),
        Text(f"{what}の対象の書類は無効です。"),
        Feed(1),
        *_handled_by(content.issuer),
        *_reference(content),
        *_training_foot(content.training),
        Cut(),
    ]


def _admission(content: SaleContent) -> list[Block]:
    """Ticket above, stub (半券) below the tear line; both tell category, number of people and reason."""
    people = sum(line.quantity for line in content.lines)
    admitted = [Columns(line.name, f"{line.quantity}名") for line in content.lines]
    free = Text("無料", LARGE_BOLD, Align.CENTER)
    reason: list[Block] = [Pair("無料の理由", content.exemption)] if content.exemption else []
    number: list[Block] = [Pair("番号", f"No. {content.serial_number}")] if content.serial_number else []
    return [
        *_bands(content.copy_number, content.training),
        *_issuer_head(content.issuer),
        Text("入場券", LARGE_BOLD, Align.CENTER),
        Feed(1),
        Text(moment(content.sold_at), align=Align.CENTER),
        Rule(RuleStyle.HEAVY),
        *admitted,
        Feed(1),
        free,
        Feed(1),
        Rule(RuleStyle.HEAVY),
        *reason,
        *number,
        *_handled_by(replace(content.issuer, registration_number="")),  # nothing was paid: nothing to invoice
        *_reference(content),
        Feed(2),
        Text("きりとり", align=Align.CENTER),
        Rule(RuleStyle.DASHED),
        Feed(1),
        *_bands(content.copy_number, content.training),
        Columns("半券", f"{people}名", style=LARGE_BOLD),
        Feed(1),
        Text(f"{content.issuer.municipality} {content.issuer.counter_name}"),
        Text(moment(content.sold_at)),
        *admitted,
        *reason,
        *number,
        Pair("取引番号", content.sale_id),
        *_training_foot(content.training),
        Cut(),
    ]


def compose_terminal_slip(content: TerminalSlipContent) -> Document:
    """端末伝票: our heading, then the terminal's own lines between two rules. Raises ValueError for a bad time."""
    copy = SLIP_COPIES.get(content.kind)
    whose: list[Block] = [Text(copy, BOLD, Align.CENTER)] if copy else []
    rest: list[Block] = [Text("長いため途中までの印字です。", BOLD)] if content.is_cut_short else []
    blocks: list[Block] = [
        *_bands(0, content.training),
        *_issuer_head(content.issuer),
        Text("決済端末の伝票", LARGE_BOLD, Align.CENTER),
        *whose,
        Text("（領収書ではありません）", BOLD, Align.CENTER),
        Feed(1),
        Columns(moment(content.printed_at), f"No. {content.serial_number}" if content.serial_number else ""),
        Rule(RuleStyle.HEAVY),
        *_slip_lines(content.lines),
        Rule(RuleStyle.HEAVY),
        *rest,
        Text("太線の間は端末が送った内容です。"),
        *_given("取引番号", content.sale_id),
        *_training_foot(content.training),
        Cut(),
    ]
    return Document(content.kind, content.serial_number, 0, tuple(blocks))


def _slip_lines(lines: tuple[SlipLineContent, ...]) -> list[Block]:
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


def compose_report(content: ReportContent) -> Document:
    """精算票 of one business day. Raises ValueError for a malformed date."""
    blocks: list[Block] = [
        *_bands(content.copy_number, content.training),
        *_issuer_head(content.issuer),
        Text("精算票", LARGE_BOLD, Align.CENTER),
        Feed(1),
        Pair("営業日", day(date.fromisoformat(content.business_date))),
        Pair("精算日時", moment(content.closed_at)),
    ]
    for section in content.sections:
        blocks += [Rule(), Text(section.title, BOLD)]
        if not section.lines:
            blocks.append(Text(NO_ROWS))
        blocks += [
            Columns(
                line.label,
                "" if line.amount_yen is None else yen(line.amount_yen),
                "" if line.count is None else f"{line.count:,}{line.unit}",
                BOLD if line.label.startswith(SUM_LABEL) else PLAIN,
            )
            for line in section.lines
        ]
    head = content.journal_head
    groups = " ".join(head[start : start + HASH_GROUP] for start in range(0, len(head), HASH_GROUP))
    blocks += [
        Rule(RuleStyle.HEAVY),
        *_given("番号の範囲", content.serial_range),
        *_given("記録の範囲", content.journal_range),
        *_given("記録の検証値", groups),
        *_given("窓口コード", content.issuer.counter_code),
        Pair(content.issuer.clerk_title or "取扱者", content.issuer.clerk_name),
        *_checkpoint(content.checkpoint),
        Feed(2),
        Box(("取扱者", "確認者", "出納員"), Align.CENTER),
        *_training_foot(content.training),
        Cut(),
    ]
    return Document(DocumentKind.CLOSE_REPORT, "", content.copy_number, tuple(blocks))


def _checkpoint(checkpoint: CheckpointContent | None) -> list[Block]:
    """日次確認: the code for people, the symbol for whoever checks the record against this paper, and who signed."""
    if checkpoint is None:
        return []
    return [
        Rule(),
        Text("日次確認コード", align=Align.CENTER),
        Text(checkpoint.code, BOLD, Align.CENTER),
        Qr(checkpoint.qr_text),
        Text(f"署名の鍵 {checkpoint.key_id}" if checkpoint.key_id else UNSIGNED, align=Align.CENTER),
    ]


def compose_test_print(issuer: IssuerContent, printed_at: str) -> Document:
    """Shows on paper what the profile claims: width, sizes, characters, frame, symbol and cut. Raises ValueError."""
    blocks: tuple[Block, ...] = (
        *_issuer_head(issuer),
        Text("印刷テスト", LARGE_BOLD, Align.CENTER),
        Text("この用紙は証明になりません", align=Align.CENTER),
        Feed(1),
        Pair("日時", moment(printed_at)),
        Pair("窓口コード", issuer.counter_code),
        Rule(RuleStyle.HEAVY),
        Text("0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz ¥1,234,567"),
        Text("あいうえお アイウエオ ｱｲｳｴｵ 豊田市役所"),
        Columns("左", "右 ¥1,234", "中 2 × ¥617"),
        Text("太字", BOLD),
        Text("縦倍", Style(size=Size.TALL)),
        Text("横倍", Style(size=Size.WIDE)),
        Text("四倍 ¥1,234", LARGE),
        Text("白黒反転", BAND, Align.CENTER),
        Rule(RuleStyle.DASHED),
        Rule(),
        Box(("枠",), Align.CENTER),
        Qr("印刷テスト"),
        Text("右端と枠の線が切れていなければ正常です。"),
        Cut(),
    )
    return Document(DocumentKind.TEST_PRINT, "", 0, blocks)


def _bands(copy_number: int, training: bool) -> list[Block]:
    bands: list[Block] = []
    if training:
        bands += _training_mark()
    if copy_number:
        bands.append(Text(f"再発行({copy_number}回目)", BAND, Align.CENTER))
    return [*bands, Feed(1)] if bands else []


def _training_foot(training: bool) -> list[Block]:
    return [Feed(1), *_training_mark()] if training else []


def _training_mark() -> list[Block]:
    return [Text("訓練", BAND, Align.CENTER), Text("この用紙は無効です", BOLD, Align.CENTER)]


def _issuer_head(issuer: IssuerContent) -> list[Block]:
    return [Text(issuer.municipality, LARGE, Align.CENTER), Text(issuer.counter_name, align=Align.CENTER), Feed(1)]


def _when_and_number(content: SaleContent) -> list[Block]:
    return [Columns(moment(content.sold_at), f"No. {content.serial_number}" if content.serial_number else "")]


def _lines(content: SaleContent) -> list[Block]:
    blocks: list[Block] = [Rule()]
    for line in content.lines:
        blocks += [_line(line), *_paid_slip(line.slip)]
    if any(line.reduced_rate for line in content.lines):
        blocks.append(Text(REDUCED_LEGEND))
    return blocks


def _line(line: LineContent) -> Columns:
    name = line.name + REDUCED_MARK if line.reduced_rate else line.name
    several = "" if line.quantity == 1 else f"{yen(line.unit_price_yen)} × {line.quantity}"
    return Columns(name, yen(line.amount_yen), several)


def _paid_slip(slip: PaidSlipContent | None) -> list[Block]:
    """What a 納付書 that is paid at a bank would say on its receipt: for which year, account and person."""
    if slip is None:
        return []
    account, *deeper = slip.account_path
    return [
        Pair("会計年度", era_year(slip.fiscal_year)),
        Pair("会計", account),
        *_given("科目", " > ".join(deeper)),
        Pair("調定番号", slip.number),
        Pair("納入者", f"{slip.payer} 様"),
        Feed(1),
    ]


def _total(content: SaleContent) -> list[Block]:
    count = sum(line.quantity for line in content.lines)
    return [
        Rule(RuleStyle.HEAVY),
        Columns("合計", yen(content.total_yen), style=LARGE_BOLD),
        Feed(1),
        Columns("点数", f"{count:,}点"),
    ]


def _taxes(content: SaleContent) -> list[Block]:
    return [
        Columns(tax.label, yen(tax.gross_yen), "" if tax.tax_yen is None else f"内税 {yen(tax.tax_yen)}")
        for tax in content.taxes
    ]


def _given(label: str, value: str) -> list[Block]:
    return [Pair(label, value)] if value else []


def _payment(payment: PaymentContent | None) -> list[Block]:
    if payment is None:
        return []
    last4 = f"****{payment.card_last4}" if payment.card_last4 else ""
    return [
        *_given("お支払方法", payment.tender_name),
        *_given("ブランド", payment.brand),
        *_given("カード番号", last4),
        *_given("承認番号", payment.approval_code),
        *_given("伝票番号", payment.slip_number),
        *_given("決済番号 下4桁", payment.payment_last4),
        *_given("取消の受付番号", payment.cancellation),
        *_given("端末番号", payment.terminal_id),
        *_given("指定納付受託者", payment.trustee_name),
    ]


def _handled_by(issuer: IssuerContent) -> list[Block]:
    return [
        *_given(
            "取扱窓口", f"{issuer.counter_name} ({issuer.counter_code})" if issuer.counter_code else issuer.counter_name
        ),
        *_given("取扱者", f"{issuer.clerk_title} {issuer.clerk_name}".strip()),
        *_given("登録番号", issuer.registration_number),
        *_given("お問い合わせ", issuer.telephone),
    ]


def _reference(content: SaleContent) -> list[Block]:
    if not content.qr_text:
        return _given("取引番号", content.sale_id)
    return [Qr(content.qr_text), Text(content.sale_id, align=Align.CENTER)]
