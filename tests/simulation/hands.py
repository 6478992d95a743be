"""What a clerk's hands do while the product asks: coins, cards, slips. Owns the truth of unlinked devices."""

from collections.abc import Mapping

from drivers.payment import api
from kiosk.domain.unfinished import Treatment, rule_for
from kiosk.services.notices import Answer
from tests.simulation.contexts import Reply
from tests.simulation.faults import Fault
from tests.simulation.kiosk_side import CounterSide

THINKING_S = (2.0, 8.0)
"""A clerk reads a form and keys a slip number."""
SALES, VOIDS = ("attended_sale", "jpqr_static"), ("attended_void", "jpqr_void")
"""Forms that come up while it is done: on an unlinked terminal, or on a citizen's phone and in a portal."""
REFUSED = 0.1
"""Share of citizens whose card is refused, or who go away."""


class Hands:
    """Answers every form truthfully, except for slips of the finger and honest doubt."""

    def __init__(self, counter: CounterSide) -> None:
        self._counter, self._random, self._dice = counter, counter.world.random, counter.dice

    def answer(self, form: api.Form) -> Reply:
        device = "drawer" if form.name.startswith("cash") else "emoney"
        operation_id = self._counter.requested[device]
        delay_s = self._random.uniform(*THINKING_S)
        if form.name in ("cash_sale", "cash_void"):
            return self._count_cash(form, operation_id, delay_s)
        if form.name == "wallet_or_code":
            return Reply(delay_s, self._show_or_scan())
        if form.name == "jpqr_brand":
            brand = self._random.choice(form.fields[0].choices)
            return Reply(delay_s, Answer("chosen", {"brand": brand}))
        if form.name in (*SALES, *VOIDS):
            self._work_terminal(form, operation_id)
        unsure = next((each for each in ("unsure", "no_completion") if each in form.answers), "")
        if unsure and self._dice.roll(Fault.UNSURE, 0.05):
            return Reply(delay_s, Answer(unsure))
        return Reply(delay_s, self._tell(form, device, operation_id))

    def _show_or_scan(self) -> Answer:
        """The citizen's phone shows a code, a new one each time, or can read ours."""
        if self._random.random() < REFUSED:
            return Answer("cancel")
        scanned = f"9000818188{self._random.randrange(10**14):014d}"
        return Answer("show_code", {} if self._random.random() < 0.5 else {"wallet_code": scanned})

    def _count_cash(self, form: api.Form, operation_id: str, delay_s: float) -> Reply:
        """Coins change hands at the moment of the answer."""
        drawer = self._counter.drawer
        if self._random.random() < REFUSED:
            return Reply(delay_s, Answer("cancel"))
        if form.name == "cash_void":
            original = str(self._counter.operations[operation_id].prepared.original_operation_id)
            return Reply(delay_s, Answer("done"), lambda: drawer.voids.update({operation_id: original}))
        if self._dice.roll(Fault.TYPO, 0.1):
            return Reply(delay_s, Answer("done", {"tendered_yen": "1"}))
        tendered = {"tendered_yen": str(form.amount_yen + self._random.randrange(0, 1000))}
        return Reply(delay_s, Answer("done", tendered), lambda: drawer.book(operation_id, form.amount_yen))

    def _work_terminal(self, form: api.Form, operation_id: str) -> None:
        """The unlinked terminal takes the card as soon as the clerk has keyed the amount into it; once.

        So does a citizen's own application, and an operator's portal with a void.
        """
        emoney = self._counter.emoney
        if operation_id in emoney.sales or operation_id in emoney.voids or operation_id in emoney.refused:
            return
        if self._random.random() < REFUSED:
            emoney.refused.add(operation_id)
        elif form.name in VOIDS:
            emoney.voids[operation_id] = str(self._counter.operations[operation_id].prepared.original_operation_id)
        elif form.name in SALES and self._dice.roll(Fault.WRONG_AMOUNT_KEYED, 0.03):
            emoney.book(operation_id, form.amount_yen + 10)
            emoney.mistaken.add(operation_id)
        elif form.name == "attended_sale" and self._dice.roll(Fault.UNFINISHED, 0.05):
            self._leave_unfinished(form, operation_id)
        else:
            emoney.book(operation_id, form.amount_yen)

    def _leave_unfinished(self, form: api.Form, operation_id: str) -> None:
        """処理未了: what the brand's rule makes of it is so; where no rule speaks, it may be either."""
        emoney, brands = self._counter.emoney, next(each.choices for each in form.fields if each.name == "brand")
        brand = emoney.unfinished[operation_id] = self._random.choice(brands)
        rule = rule_for(self._counter.profile.unfinished, brand, self._counter.clock.today())
        if rule.treatment is Treatment.SALE or (
            rule.treatment is not Treatment.NOT_CONCLUDED and self._random.random() < 0.5
        ):
            emoney.book(operation_id, form.amount_yen)
        else:
            emoney.refused.add(operation_id)

    def _tell(self, form: api.Form, device: str, operation_id: str) -> Answer:
        hands = self._counter.hand_work(device)
        if operation_id in hands.mistaken and "wrong_amount" in form.answers:
            return Answer("wrong_amount", self._values(form, operation_id))
        if operation_id in hands.unfinished and "unfinished" in form.answers:
            return Answer("unfinished", self._values(form, operation_id))
        is_done = operation_id in hands.sales or operation_id in hands.voids
        yes, no = ("approved", "declined") if "declined" in form.answers else ("charged", "not_charged")
        if "approved" in form.answers and "not_charged" in form.answers:
            yes, no = "approved", "not_charged"
        if not is_done:
            return Answer(no if no in form.answers else "unsure")  # that nothing was paid, a portal alone can tell
        typo = self._dice.roll(Fault.TYPO, 0.1)
        return Answer(yes, {} if typo else self._values(form, operation_id))

    def _values(self, form: api.Form, operation_id: str) -> Mapping[str, str]:
        sale = self._counter.emoney.sales.get(operation_id)
        values: dict[str, str] = {}
        for field in form.fields:
            if field.kind is api.FieldKind.CHOICE:
                values[field.name] = self._counter.emoney.unfinished.get(operation_id, field.choices[0])
            elif field.kind is api.FieldKind.YEN:
                values[field.name] = str(sale.amount_yen if sale is not None else form.amount_yen)
            elif field.name == "payment_last4":
                values[field.name] = sale.slip_number[-4:] if sale is not None else "9999"
            elif field.name == "reference":
                values[field.name] = f"C{operation_id[-8:]}"
            elif field.name == "slip_number":
                values[field.name] = sale.slip_number if sale is not None else "99999"
        return values
