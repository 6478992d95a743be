"""A desk in memory: answers the windows as a test says. Owns fake outcomes; refuses to be the product."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.domain.books import Begun, DayRow, DocumentRow, RefundRow, SaleRow, SyncStatus
from kiosk.domain.business_day import DayState
from kiosk.domain.cart import Cart, Exemption, Offer
from kiosk.domain.daily_log import LogReview
from kiosk.domain.ids import DocumentId, OperationId, PaymentId, SaleId
from kiosk.domain.item import Account, Item
from kiosk.domain.money import Yen
from kiosk.domain.operation import DeviceResult, Operation, OperationKind, Prepared, State
from kiosk.domain.operator import Operator, Role
from kiosk.domain.payment import Standing, standing
from kiosk.domain.record import Actor, DailyLogCompared, FreeSale, RefundRequested, TenderTotal
from kiosk.domain.sale_search import SaleSearch
from kiosk.domain.tax import TaxClass
from kiosk.domain.tender import RefundWay, Tender, TenderKind
from kiosk.presenters.state import Category, CounterSetup
from kiosk.services.notices import (
    Answer,
    CounterStatus,
    DailyLogsCompared,
    DayChanged,
    DeviceStatus,
    FollowUpRecorded,
    FreeSaleFinished,
    Light,
    Notice,
    OperatorSignedIn,
    OperatorSignedOut,
    OtherTenderApproved,
    PaymentFinished,
    PaymentProgress,
    PaymentStarted,
    RefundRecorded,
    Refused,
    SalesFound,
    SalesListed,
)
from kiosk.services.sale_lines import sold_lines
from tests.ui.scripted_code_setup import ScriptedCodeSetup
from tests.ui.scripted_print_desk import ScriptedPrintDesk

TODAY = date(2026, 11, 23)
PIN = "1234"
UNTAXED = TaxClass("exempt", "非課税", None)
FEES = Account("1-14-02", ("一般会計", "使用料及び手数料"), "市民課")
CREDIT = Tender(TenderKind.CREDIT, "クレジットカード", "terminal", ("Visa", "JCB"), "みほんカード")
REFUNDING = replace(CREDIT, refund=RefundWay.TERMINAL)
EMONEY = Tender(TenderKind.EMONEY, "電子マネー", "emoney", ("交通系IC", "iD", "QUICPay", "nanaco", "WAON"), "みほん")
CODE = Tender(TenderKind.CODE, "コード決済", "emoney", ("PayPay",), "みほん")
CASH = Tender(TenderKind.CASH, "現金", "drawer")
CHIEF = Operator("yamada", "山田 太郎", "出納員", Role.SUPERVISOR, "")
CLERK = Operator("suzuki", "鈴木 花子", "現金取扱員", Role.CLERK, "")
SECOND_CHIEF = Operator("ito", "伊藤 美咲", "分任出納員", Role.SUPERVISOR, "")
CONTRACTOR = Operator("watanabe", "渡邉 陽子", "指定公金事務取扱者", Role.CLERK, "")
ALL_TENDERS = frozenset(TenderKind)


def item(
    code: str, name: str, kana: str, price_yen: int, category: str, english: str, *, cash_only: bool = False
) -> Item:
    """An item as the counter's master has it."""
    tenders = frozenset({TenderKind.CASH}) if cash_only else ALL_TENDERS
    day = date(2024, 4, 1)
    return Item(code, name, kana, category, Yen(price_yen), UNTAXED, FEES, tenders, day, english, f"29000000{code}7")


ITEMS = (
    item("1001", "住民票の写し", "じゅうみんひょうのうつし", 300, "certificate", "Copy of resident record"),
    item(
        "1002",
        "住民票記載事項証明書",
        "じゅうみんひょうきさいじこう",
        300,
        "certificate",
        "Certificate of items in resident record",
    ),
    item("1003", "住民票の除票の写し", "じょひょう", 300, "certificate", "Copy of removed resident record"),
    item("1004", "戸籍の附票の写し", "こせきのふひょう", 300, "certificate", "Copy of family register address record"),
    item(
        "1005", "印鑑登録証明書", "いんかんとうろくしょうめいしょ", 300, "certificate", "Seal registration certificate"
    ),
    item(
        "1006",
        "印鑑登録証の再交付",
        "いんかんとうろくしょうのさいこうふ",
        300,
        "certificate",
        "Reissue of seal registration card",
    ),
    item(
        "1007",
        "住民基本台帳の閲覧",
        "じゅうみんきほんだいちょうのえつらん",
        300,
        "certificate",
        "Inspection of basic resident register",
    ),
    item(
        "2001",
        "戸籍全部事項証明書",
        "こせきぜんぶじこうしょうめいしょ",
        450,
        "family",
        "Certificate of all items in family register",
    ),
    item(
        "2003",
        "除籍全部事項証明書",
        "じょせきぜんぶじこう",
        750,
        "family",
        "Certificate of all items in closed family register",
    ),
    item(
        "2008",
        "受理証明書（上質紙）",
        "じゅりしょうめいしょ",
        1400,
        "family",
        "Certificate of acceptance on fine paper",
    ),
    item("3001", "課税証明書", "かぜいしょうめいしょ", 300, "tax", "Certificate of taxation"),
    item(
        "3006",
        "軽自動車税納税証明書（車検用）",
        "けいじどうしゃぜい",
        0,
        "tax",
        "Light vehicle tax certificate for inspection",
    ),
    item(
        "9001",
        "マイナンバーカード再交付",
        "まいなんばーかーど",
        800,
        "other",
        "Reissue of My Number card",
        cash_only=True,
    ),
)
CATEGORIES = (
    Category("certificate", "証明", "#0017c1"),
    Category("family", "戸籍", "#197a4b"),
    Category("tax", "税", "#c74700"),
    Category("other", "その他", "#666666"),
)
SETUP = CounterSetup(
    "豊田市",
    "市民課 1番窓口",
    ITEMS,
    CATEGORIES,
    (REFUNDING, EMONEY, CASH),
    (CHIEF, CLERK, SECOND_CHIEF, CONTRACTOR),
    (Exemption("welfare", "生活保護受給者"), Exemption("pension", "年金等の請求（法令による無料証明）")),
    Yen(100_000),
    has_drawer=True,
)
GOOD = DeviceStatus(Light.GOOD)
ALL_GOOD = CounterStatus(GOOD, GOOD, GOOD, GOOD, SyncStatus(41, 41, ""))
TROUBLED = CounterStatus(
    DeviceStatus(Light.BAD, "terminal_not_ready"),
    DeviceStatus(Light.BAD, "cover_open"),
    DeviceStatus(Light.ATTENTION, "paper_near_end"),
    DeviceStatus(Light.ATTENTION, "port_missing"),
    SyncStatus(41, 3, "2026-11-23T09:00:00+09:00"),
)
NO_SCANNER, NO_DISPLAY = DeviceStatus(Light.BAD, "line_lost"), DeviceStatus(Light.BAD, "port_missing")
BESIDE_LOST = replace(ALL_GOOD, scanner=NO_SCANNER, display=NO_DISPLAY)
ALL_LOST = replace(TROUBLED, scanner=NO_SCANNER, display=NO_DISPLAY)


NOT_OPENED = DayRow(None, DayState.NOT_OPENED, 0, 0)


@dataclass
class ScriptedApprovals:
    """What needs a second person; every PIN but one is wrong."""

    desk: "ScriptedDesk"
    voids: list[tuple[str, str, str]] = field(default_factory=list)
    refunds: list[tuple[str, str, str]] = field(default_factory=list)
    followed_up: list[tuple[str, bool, str, str]] = field(default_factory=list)
    terminal_refunds: list[tuple[str, str, str]] = field(default_factory=list)

    def other_tender(self, operation_id: OperationId, approver_id: str, approver_pin: str) -> None:
        assert approver_id in self.desk.operators
        self.desk.tell(OtherTenderApproved(operation_id) if approver_pin == PIN else Refused("pin_wrong"))

    def void(self, sale_id: SaleId, approver_id: str, approver_pin: str) -> None:
        self.voids.append((sale_id, approver_id, approver_pin))
        if approver_pin != PIN:
            self.desk.tell(Refused("pin_wrong"))
            return
        self._take_back(sale_id, OperationKind.VOID, "")

    def refund(self, sale_id: SaleId, reason: str, approver_id: str, approver_pin: str) -> None:
        self.terminal_refunds.append((sale_id, reason, approver_id))
        if approver_pin != PIN:
            self.desk.tell(Refused("pin_wrong"))
            return
        self._take_back(sale_id, OperationKind.REFUND, reason)

    def _take_back(self, sale_id: SaleId, kind: OperationKind, reason: str) -> None:
        sale = next(each for each in (*self.desk.sales, *self.desk.earlier) if each.sale_id == sale_id)
        original = sale.operations[0]
        intent = replace(
            original.prepared,
            operation_id=OperationId(f"{kind}-{sale_id}"),
            operation_kind=kind,
            business_date=TODAY,
            original_operation_id=original.prepared.operation_id,
            reason=reason,
        )
        self.desk.operation = Operation(intent, State.REQUESTED, 77)
        self.desk.tell(PaymentStarted(self.desk.operation, -1))

    def close_follow_up(
        self, operation_id: OperationId, *, charged: bool, evidence: str, approver_id: str, approver_pin: str
    ) -> None:
        self.followed_up.append((operation_id, charged, evidence, approver_id))
        if approver_pin != PIN:
            self.desk.tell(Refused("pin_wrong"))
            return
        self.desk.follow_ups = tuple(x for x in self.desk.follow_ups if x.prepared.operation_id != operation_id)
        self.desk.tell(FollowUpRecorded(operation_id, charged))
        self.desk.list_sales()

    def request_refund(self, sale_id: SaleId, reason: str, approver_id: str, approver_pin: str) -> None:
        self.refunds.append((sale_id, reason, approver_id))
        if approver_pin != PIN:
            self.desk.tell(Refused("pin_wrong"))
            return
        sale = next(each for each in self.desk.sales if each.sale_id == sale_id)
        refund = RefundRequested(sale_id, sale.operations[0].prepared.operation_id, sale.amount_yen, reason)
        begun = Begun(90, sale.at, sale.actor, self.desk.operators[approver_id].actor)
        self.desk.sales[self.desk.sales.index(sale)] = replace(sale, refunds=(RefundRow(begun, refund),))
        self.desk.tell(RefundRecorded(refund))
        self.desk.list_sales()


@dataclass
class ScriptedArchive:
    """Earlier sales: finds what the test put into ``desk.earlier``, whatever is looked for."""

    desk: "ScriptedDesk"
    searches: list[SaleSearch] = field(default_factory=list)

    def find(self, search: SaleSearch) -> None:
        self.searches.append(search)
        fits = (
            sale
            for sale in self.desk.earlier
            if search.business_date in (None, sale.business_date) and search.amount_yen in (None, sale.amount_yen)
        )
        self.desk.tell(SalesFound(search, tuple(fits) if search.number != "0" else ()))

    def find_day_beside(self, business_date: date, *, later: bool) -> None:
        days = sorted({sale.business_date for sale in self.desk.earlier} | {TODAY}, reverse=not later)
        beside = next((day for day in days if (day > business_date if later else day < business_date)), None)
        if beside is None:
            self.desk.tell(Refused("no_later_day" if later else "no_earlier_day"))
        else:
            self.find(SaleSearch(beside))


@dataclass
class ScriptedDesk:
    """Keeps what it was asked; a test moves the payment on with ``finish`` and friends."""

    tell: Callable[[Notice], None] = lambda _: None
    offers: list[tuple[Offer, Tender | None]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    inquiries: list[str] = field(default_factory=list)
    resolutions: list[tuple[str, bool, str, str, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    instead: list[OperationId | None] = field(default_factory=list)
    logs: tuple[LogReview, ...] = ()
    asks: int = 0
    answers_late: bool = False
    """The terminals take their time at the close."""
    earlier: list[SaleRow] = field(default_factory=list)
    """Sales of other days, newest first."""
    told_logs: tuple[DailyLogCompared, ...] = ()
    cancels: int = 0
    follow_ups: tuple[Operation, ...] = ()
    operation: Operation | None = None
    sales: list[SaleRow] = field(default_factory=list)
    day: DayRow = NOT_OPENED
    operators: dict[str, Operator] = field(default_factory=lambda: {x.operator_id: x for x in SETUP.operators})

    def __post_init__(self) -> None:
        self.approvals = ScriptedApprovals(self)
        self.archive = ScriptedArchive(self)
        self.printing = ScriptedPrintDesk(lambda notice: self.tell(notice))
        self.code_setup = ScriptedCodeSetup(lambda notice: self.tell(notice))

    def sign_in(self, operator_id: str, pin: str) -> None:
        self.tell(OperatorSignedIn(self.operators[operator_id]) if pin == PIN else Refused("pin_wrong"))

    def sign_out(self) -> None:
        self.tell(OperatorSignedOut())

    def open_day(self) -> None:
        self.day = DayRow(TODAY, DayState.OPEN, 1, 0)
        self.tell(DayChanged(self.day, TODAY))

    def close_day(self, *, confirmed: bool = False) -> None:
        if not confirmed:
            self.asks += 1
            if self.answers_late:
                return
        if self.logs and not confirmed:
            self.tell(DailyLogsCompared(self.logs))
            return
        self.day = DayRow(TODAY, DayState.CLOSED, 1, 20)
        self.tell(DayChanged(self.day, TODAY, totals_of(self.sales), 0))

    def pay(self, offer: Offer, tender: Tender | None, instead_of: OperationId | None = None) -> None:
        self.offers.append((offer, tender))
        self.instead.append(instead_of)
        number = len(self.offers)
        if tender is None:
            self.sales.insert(0, free_sale(offer.cart, number))
            self.tell(FreeSaleFinished(self.sales[0]))
            return
        self.operation = Operation(prepared(offer.cart, tender, number), State.REQUESTED, number)
        self.tell(PaymentStarted(self.operation, offer.revision))

    def cancel_payment(self) -> None:
        self.cancels += 1

    def answer(self, answer: Answer) -> None:
        self.answers.append(answer)

    def inquire(self, operation_id: OperationId) -> None:
        self.inquiries.append(operation_id)
        self.tell(PaymentProgress("inquiring"))

    def resolve(
        self,
        operation_id: OperationId,
        *,
        charged: bool,
        evidence: str,
        approver_id: str,
        approver_pin: str,
        provisional: bool = False,
        reference: str = "",
    ) -> None:
        self.references.append(reference)
        self.resolutions.append((operation_id, charged, evidence, approver_id, approver_pin))
        if approver_pin != PIN:
            self.tell(Refused("pin_wrong"))
        else:
            assert self.operation is not None
            self.operation = replace(self.operation, provisional=provisional)
            self.finish(State.APPROVED if charged else State.NOT_CHARGED)

    def list_sales(self) -> None:
        unsettled = tuple(o for sale in self.sales for o in sale.operations if o.state is State.IN_DOUBT)
        self.tell(
            SalesListed(TODAY, tuple(self.sales), totals_of(self.sales), unsettled, self.told_logs, self.follow_ups)
        )

    def refresh_status(self) -> None:
        self.tell(ALL_GOOD)

    # --- what a test makes happen ---------------------------------------------------------------------------

    def finish(self, state: State, *, reason: str = "", code: str = "", result: DeviceResult | None = None) -> None:
        """The running payment ends like this."""
        assert self.operation is not None
        self.operation = replace(self.operation, state=state, reason=reason, code=code, result=result)
        self.remember(self.operation)
        self.tell(PaymentFinished(self.operation))

    def remember(self, operation: Operation) -> None:
        if operation.prepared.operation_kind is not OperationKind.SALE:
            self.sales = [taken_back(sale, operation) for sale in self.sales]
            self.earlier = [taken_back(sale, operation) for sale in self.earlier]
            return
        self.sales = [sale for sale in self.sales if sale.sale_id != operation.prepared.sale_id]
        self.sales.insert(0, sale_of(operation, len(self.sales)))


def totals_of(sales: list[SaleRow]) -> tuple[TenderTotal, ...]:
    """Approved sales per tender."""
    sums: dict[TenderKind, list[int]] = {}
    for sale in sales:
        for operation in sale.operations:
            if operation.state is State.APPROVED:
                sign = 1 if operation.prepared.operation_kind is OperationKind.SALE else -1
                sums.setdefault(operation.prepared.tender, []).append(sign * operation.prepared.amount_yen)
    return tuple(
        TenderTotal(kind, sum(1 if x > 0 else -1 for x in amounts), Yen(sum(amounts))) for kind, amounts in sums.items()
    )


def prepared(cart: Cart, tender: Tender, number: int) -> Prepared:
    """An intent."""
    return Prepared(
        SaleId(f"sale-{number}"),
        PaymentId(f"payment-{number}"),
        OperationId(f"operation-{number}"),
        OperationKind.SALE,
        TODAY,
        tender.kind,
        tender.name,
        tender.trustee_name,
        tender.device,
        cart.total_yen,
        sold_lines(cart, TODAY),
        (),
    )


_STANDINGS = {State.APPROVED: Standing.PAID, State.IN_DOUBT: Standing.IN_DOUBT}


def sale_of(operation: Operation, number: int) -> SaleRow:
    """A sale as the books tell it."""
    p = operation.prepared
    documents: tuple[DocumentRow, ...] = ()
    if operation.state is State.APPROVED:
        documents = (
            DocumentRow(DocumentId(f"d-{p.sale_id}"), p.sale_id, "usage_slip", f"A1-{number + 1:06}", 0, "printed", ""),
        )
    return SaleRow(
        p.sale_id,
        TODAY,
        f"2026-11-23T09:{number:02}:05.000+09:00",
        Actor("suzuki", "鈴木 花子", "現金取扱員"),
        p.amount_yen,
        p.lines,
        (operation,),
        None,
        _STANDINGS.get(operation.state, Standing.UNPAID),
        documents,
        (Begun(number + 1, f"2026-11-23T09:{number:02}:05.000+09:00", CLERK.actor),),
    )


def taken_back(sale: SaleRow, back: Operation) -> SaleRow:
    """The sale after its void or refund."""
    if sale.sale_id != back.prepared.sale_id:
        return sale
    operations = (*(x for x in sale.operations if x.prepared.operation_kind is OperationKind.SALE), back)
    begun = (sale.begun[0], Begun(95, sale.at, sale.actor, CHIEF.actor))
    return replace(sale, operations=operations, standing=standing(operations), begun=begun)


def earlier_sale(number: int, day: date, tender: Tender = CREDIT) -> SaleRow:
    """A paid sale of another day."""
    cart = Cart().add(ITEMS[number % len(ITEMS)]).add(ITEMS[9])
    paid = Operation(
        prepared(cart, tender, 1000 + number),
        State.APPROVED,
        1000 + number,
        result=DeviceResult("Visa", "4242", "123456", f"{number:05}", "T1", "17"),
    )
    paid = replace(paid, prepared=replace(paid.prepared, business_date=day))
    at = f"{day.isoformat()}T{9 + number % 8:02}:{number * 7 % 60:02}:05.000+09:00"
    return replace(sale_of(paid, number), business_date=day, at=at)


def free_sale(cart: Cart, number: int) -> SaleRow:
    """A zero-yen sale as the books tell it."""
    sale_id = SaleId(f"sale-{number}")
    exemption = cart.exemption
    lines = sold_lines(cart, TODAY)
    free = FreeSale(sale_id, lines, exemption.code if exemption else "", exemption.name if exemption else "")
    actor = Actor("suzuki", "鈴木 花子", "現金取扱員")
    at = "2026-11-23T10:00:00.000+09:00"
    return SaleRow(sale_id, TODAY, at, actor, Yen(0), lines, (), free, Standing.UNPAID, ())
