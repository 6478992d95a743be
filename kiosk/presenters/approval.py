"""What needs a second person's PIN, and setting a doubt aside. Owns these forms; refuses to check a PIN or to pay."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from kiosk.domain.ids import OperationId
from kiosk.domain.operation import Operation
from kiosk.domain.operator import Act
from kiosk.domain.taking_back import paid_by, refund_obstacle, terminal_refund_obstacle, void_obstacle
from kiosk.domain.tender import RefundWay, Tender
from kiosk.presenters.cart import new_sale
from kiosk.presenters.desk import Desk
from kiosk.presenters.forms import first_open
from kiosk.presenters.resolve import FOUND
from kiosk.presenters.state import (
    Approving,
    CounterSetup,
    Done,
    Doubt,
    Editing,
    Form,
    FormField,
    Purpose,
    StaffState,
    Store,
    looked_at,
)
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words
from kiosk.services.notices import FollowUpRecorded, OtherTenderApproved, RefundRecorded

_ACTS = {
    Purpose.OTHER_TENDER: Act.OTHER_TENDER,
    Purpose.VOID: Act.VOID,
    Purpose.REFUND: Act.REFUND,
    Purpose.FOLLOW_UP: Act.RESOLVE,
}
REASONS = ("paid_twice", "wrong_item", "not_issued", "exempted")
"""Why money goes back; the words are in the text catalogue and are kept as the clerk read them."""


FOLLOW_UP_EVIDENCE = ("trustee", "statement")
"""What tells in the end: the trustee's answer to an inquiry, or its statement of what it pays out."""


class ApprovalPresenter:
    """Another tender for a sale in doubt, a void: each with somebody else's PIN."""

    def __init__(self, store: Store, words: Words, texts: Texts, desk: Desk, setup: CounterSetup) -> None:
        self._store, self._words, self._texts, self._desk = store, words, texts, desk
        self._operators, self._tenders = setup.operators, setup.tenders

    def set_aside(self) -> None:
        """後で確認: serve the next citizen; the doubt stays in the queue and its device stays blocked."""
        state = self._store.state
        if isinstance(state.stage, Doubt) and not state.stage.inquiring:
            aside = state.aside | {state.stage.operation.prepared.operation_id}
            self._store.set(replace(new_sale(state), aside=aside))

    def begin_other_tender(self) -> None:
        """別の方法で支払う: the same cart, while its first charge is in doubt."""
        state = self._store.state
        if isinstance(state.stage, Doubt) and may_pay_otherwise(state):
            self._ask(Purpose.OTHER_TENDER, state.stage.operation)

    def begin_void(self) -> None:
        """取消 of the looked-at sale, between two sales only."""
        state = self._store.state
        sale = looked_at(state)
        paid = paid_by(sale) if sale else None
        if paid is not None and self._between_sales(state):
            if obstacle := void_obstacle_of(state):
                self._store.set(replace(state, message=self._words.refusal(obstacle)))
            else:
                self._ask(Purpose.VOID, paid)

    def begin_refund(self) -> None:
        """還付 of the looked-at sale: a request for a transfer, or on the terminal where the rules allow it."""
        state = self._store.state
        sale = looked_at(state)
        paid = paid_by(sale) if sale else None
        if paid is not None and refund_ways(state, self._tenders) and self._between_sales(state):
            self._ask(Purpose.REFUND, paid)

    def begin_follow_up(self) -> None:
        """後日確認: what a brand said in the end; the oldest is offered first."""
        listed = self._store.state.sales
        if listed and listed.follow_ups and self._between_sales(self._store.state):
            self._ask(Purpose.FOLLOW_UP, listed.follow_ups[0])

    def submit(self, form: Form) -> None:
        """Hand in the second person's PIN; it leaves the state before anything else happens to it."""
        state = self._store.state
        stage = state.stage
        if not isinstance(stage, Approving):
            return
        approver, pin = form.values["approver"], form.values["pin"]
        cleared = replace(form.with_value("pin", ""), active="pin")
        self._store.set(replace(state, stage=replace(stage, form=cleared), message=None))
        prepared = stage.operation.prepared
        match stage.purpose:
            case Purpose.OTHER_TENDER:
                self._desk.approvals.other_tender(prepared.operation_id, approver, pin)
            case Purpose.VOID:
                self._desk.approvals.void(prepared.sale_id, approver, pin)
            case Purpose.REFUND:
                refund = self._desk.approvals.request_refund
                if form.values.get("way") == RefundWay.TERMINAL:
                    refund = self._desk.approvals.refund
                refund(prepared.sale_id, form.values["reason"], approver, pin)
            case Purpose.FOLLOW_UP:
                self._desk.approvals.close_follow_up(
                    OperationId(form.values.get("which", prepared.operation_id)),
                    charged=form.values["brand_says"] == "charged",
                    evidence=form.values["evidence"],
                    approver_id=approver,
                    approver_pin=pin,
                )
            case _:
                assert_never(stage.purpose)

    def recorded(self, notice: RefundRecorded | FollowUpRecorded) -> None:
        """It is in the journal: back to where the clerk was."""
        state = self._store.state
        match state.stage, notice:
            case Approving(Purpose.REFUND, operation, _, before), RefundRecorded(refund):
                if operation.prepared.sale_id == refund.sale_id:
                    self._store.set(replace(state, stage=before, message=self._words.refund(refund)))
            case Approving(Purpose.FOLLOW_UP, _, _, before), FollowUpRecorded(_, charged):
                self._store.set(replace(state, stage=before, message=self._words.follow_up(charged=charged)))
            case _:
                return

    def handle(self, notice: OtherTenderApproved) -> None:
        """The same cart may be paid another way; the doubt stays where it is."""
        state = self._store.state
        stage = state.stage
        if isinstance(stage, Approving) and stage.operation.prepared.operation_id == notice.operation_id:
            cart = replace(state.cart, revision=state.cart.revision + 1)
            aside = state.aside | {notice.operation_id}
            self._store.set(
                replace(state, cart=cart, stage=Editing(), aside=aside, instead_of=notice.operation_id, message=None)
            )

    def _ask(self, purpose: Purpose, operation: Operation) -> None:
        state, texts = self._store.state, self._texts
        others = (person for person in self._operators if person.may(_ACTS[purpose]))
        me = state.operator.operator_id if state.operator else ""
        approvers = tuple((person.operator_id, person.name) for person in others if person.operator_id != me)
        words = f"{purpose}"
        ways = refund_ways(state, self._tenders) if purpose is Purpose.REFUND else ()
        if len(ways) > 1:
            words = "refund_either"
        fields = (
            *(self._refund_fields(ways, operation) if purpose is Purpose.REFUND else ()),
            *(self._follow_up_fields() if purpose is Purpose.FOLLOW_UP else ()),
            FormField("approver", texts("field.approver"), "choice", choices=approvers),
            FormField("pin", texts("field.approver_pin"), "pin"),
        )
        values = {"approver": approvers[0][0]} if len(approvers) == 1 else {}
        form = Form(
            purpose,
            texts(f"{words}.title"),
            texts(f"{words}.instruction"),
            None if any(field.name == "which" for field in fields) else operation.prepared.amount_yen,
            fields,
            ((purpose, texts(f"answer.{words}")),),
            values,
            first_open(fields, values),
        )
        self._store.set(replace(state, stage=Approving(purpose, operation, form, state.stage), message=None))

    def _refund_fields(self, ways: tuple[RefundWay, ...], operation: Operation) -> tuple[FormField, ...]:
        """How, where there is a choice, and why."""
        texts = self._words.texts_about(operation)
        reasons = tuple((texts(f"choice.refund.{name}"),) * 2 for name in REASONS)
        reason = FormField("reason", texts("field.refund_reason"), "choice", choices=reasons)
        if len(ways) < 2:
            return (reason,)
        choices = tuple((way.value, texts(f"choice.refund_way.{way}")) for way in ways)
        return (FormField("way", texts("field.refund_way"), "choice", choices=choices), reason)

    def _follow_up_fields(self) -> tuple[FormField, ...]:
        """Which payment, where several are open, what its brand says, and what shows it."""
        texts, listed = self._texts, self._store.state.sales
        follow_ups = listed.follow_ups if listed else ()
        open_ones = tuple((each.prepared.operation_id, _named(each, texts)) for each in follow_ups)
        which = (FormField("which", texts("field.which"), "choice", choices=open_ones),) if len(open_ones) > 1 else ()
        says = tuple((name, texts(f"choice.brand_says.{name}")) for name in FOUND)
        evidence = tuple((texts(f"choice.evidence.{name}"),) * 2 for name in FOLLOW_UP_EVIDENCE)
        return (
            *which,
            FormField("brand_says", texts("field.brand_says"), "choice", choices=says),
            FormField("evidence", texts("field.evidence"), "choice", choices=evidence),
        )

    def _between_sales(self, state: StaffState) -> bool:
        if isinstance(state.stage, Done) or (isinstance(state.stage, Editing) and not state.cart.lines):
            return True
        self._store.set(replace(state, message=self._words.refusal("sale_in_work")))
        return False


def _named(operation: Operation, texts: Texts) -> str:
    """A follow-up as one of several: its day and brand, and the amount under them."""
    day, brand = operation.prepared.business_date, operation.seen.brand if operation.seen else ""
    return f"{day:%m-%d} {brand}".strip() + f"\n{texts.yen(operation.prepared.amount_yen)}"


def may_pay_otherwise(state: StaffState) -> bool:
    """Whether the doubt on screen is about the cart that is still there."""
    stage = state.stage
    return (
        isinstance(stage, Doubt)
        and not stage.inquiring
        and bool(state.cart.lines)
        and state.cart.total_yen == stage.operation.prepared.amount_yen
    )


def void_obstacle_of(state: StaffState) -> str:
    """The rule in the way of voiding the looked-at sale, or empty."""
    sale = looked_at(state)
    if sale is None:
        return "void_not_paid"
    return void_obstacle(sale, _open_date(state), state.sales.logs if state.sales else ())


def refund_ways(state: StaffState, tenders: tuple[Tender, ...]) -> tuple[RefundWay, ...]:
    """How the looked-at sale may be refunded; a transfer can be asked for wherever anything can."""
    sale = looked_at(state)
    paid = paid_by(sale) if sale else None
    if sale is None or paid is None or refund_obstacle(sale):
        return ()
    tender = next((each for each in tenders if each.kind is paid.prepared.tender), None)
    on_terminal = tender is not None and tender.refund is RefundWay.TERMINAL
    logs = state.sales.logs if state.sales else ()
    if terminal_refund_obstacle(sale, _open_date(state), logs, on_terminal=on_terminal):
        return (RefundWay.TRANSFER,)
    return (RefundWay.TERMINAL, RefundWay.TRANSFER)


def _open_date(state: StaffState) -> date | None:
    return state.day.day.open_date if state.day else None
