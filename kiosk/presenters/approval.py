"""What needs a second person's PIN, and setting a doubt aside. Owns these forms; refuses to check a PIN or to pay."""

from dataclasses import replace
from typing import assert_never

from kiosk.domain.operation import Operation
from kiosk.domain.operator import Act, Operator
from kiosk.domain.payment import Standing
from kiosk.presenters.cart import new_sale
from kiosk.presenters.desk import Desk
from kiosk.presenters.forms import first_open
from kiosk.presenters.state import Approving, Done, Doubt, Editing, Form, FormField, Purpose, StaffState, Store, View
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import Words
from kiosk.services.notices import OtherTenderApproved, RefundRecorded

_ACTS = {Purpose.OTHER_TENDER: Act.OTHER_TENDER, Purpose.VOID: Act.VOID, Purpose.REFUND: Act.REFUND}
REASONS = ("paid_twice", "wrong_item", "not_issued", "exempted")
"""Why money goes back; the words are in the text catalogue and are kept as the clerk read them."""


class ApprovalPresenter:
    """Another tender for a sale in doubt, a void: each with somebody else's PIN."""

    def __init__(self, store: Store, words: Words, texts: Texts, desk: Desk, operators: tuple[Operator, ...]) -> None:
        self._store, self._words, self._texts, self._desk = store, words, texts, desk
        self._operators = operators

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
        operation = voidable(state)
        if operation is not None and self._between_sales(state):
            self._ask(Purpose.VOID, operation)

    def begin_refund(self) -> None:
        """還付 of the looked-at sale: a request, not a payment."""
        operation = refundable(self._store.state)
        if operation is not None and self._between_sales(self._store.state):
            self._ask(Purpose.REFUND, operation)

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
                self._desk.approvals.request_refund(prepared.sale_id, form.values["reason"], approver, pin)
            case _:
                assert_never(stage.purpose)

    def recorded(self, notice: RefundRecorded) -> None:
        """The request is in the journal: back to where the clerk was."""
        state = self._store.state
        stage = state.stage
        if isinstance(stage, Approving) and stage.operation.prepared.sale_id == notice.refund.sale_id:
            self._store.set(replace(state, stage=stage.before, message=self._words.refund(notice.refund)))

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
        reasons = tuple((texts(f"choice.refund.{name}"),) * 2 for name in REASONS)
        reason = (FormField("reason", texts("field.refund_reason"), "choice", choices=reasons),)
        fields = (
            *(reason if purpose is Purpose.REFUND else ()),
            FormField("approver", texts("field.approver"), "choice", choices=approvers),
            FormField("pin", texts("field.approver_pin"), "pin"),
        )
        values = {"approver": approvers[0][0]} if len(approvers) == 1 else {}
        form = Form(
            purpose,
            texts(f"{purpose}.title"),
            texts(f"{purpose}.instruction"),
            operation.prepared.amount_yen,
            fields,
            ((purpose, texts(f"answer.{purpose}")),),
            values,
            first_open(fields, values),
        )
        self._store.set(replace(state, stage=Approving(purpose, operation, form, state.stage), message=None))

    def _between_sales(self, state: StaffState) -> bool:
        if isinstance(state.stage, Done) or (isinstance(state.stage, Editing) and not state.cart.lines):
            return True
        self._store.set(replace(state, message=self._words.refusal("sale_in_work")))
        return False


def may_pay_otherwise(state: StaffState) -> bool:
    """Whether the doubt on screen is about the cart that is still there."""
    stage = state.stage
    return (
        isinstance(stage, Doubt)
        and not stage.inquiring
        and bool(state.cart.lines)
        and state.cart.total_yen == stage.operation.prepared.amount_yen
    )


def refundable(state: StaffState) -> Operation | None:
    """The paid operation of the looked-at sale, if no refund was asked for."""
    sales = state.sales.sales if state.sales and state.view is View.SALES else ()
    sale = next((each for each in sales if each.sale_id == state.selected_sale), None)
    if sale is None or sale.standing is not Standing.PAID or sale.refunds:
        return None
    return sale.operations[0]


def voidable(state: StaffState) -> Operation | None:
    """The paid operation of the looked-at sale, if its day is still open."""
    if state.view is not View.SALES or state.sales is None or state.day is None:
        return None
    sale = next((each for each in state.sales.sales if each.sale_id == state.selected_sale), None)
    if (
        sale is None
        or sale.standing is not Standing.PAID
        or sale.refunds
        or sale.business_date != state.day.day.business_date
    ):
        return None
    return sale.operations[0] if sale.operations else None
