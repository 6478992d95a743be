"""A clerk's day at one counter, and the second person who looks at terminals. Owns what people do; trusts no screen."""

from kiosk.domain.books import SaleRow
from kiosk.domain.cart import Cart, CartError, Offer, make_offer
from kiosk.domain.operation import Operation, State
from kiosk.domain.payment import Standing
from kiosk.runtime.desk import Desk
from kiosk.services.notices import (
    DailyLogsCompared,
    DayChanged,
    FreeSaleFinished,
    Notice,
    PaymentFinished,
    RefundRecorded,
    Refused,
    SalesListed,
)
from tests.simulation.faults import Fault
from tests.simulation.hands import Hands
from tests.simulation.kiosk_side import CounterSide
from tests.simulation.process import PIN
from tests.simulation.slips import SHARE, Bearers
from tests.simulation.talk import TRIES_MAX, Talk

CHIEF = "yamada"
NEXT_S = (2.0, 30.0)
"""There is a queue: the next citizen steps up, and the clerk picks the items."""
TURNING_BACK = 0.18
"""Share of sales after which somebody comes back to an earlier one."""
REST_S_MAX = 700.0
"""A terminal left alone has finished whatever it was doing."""


class Clerk:
    """Does a day's work on the desk of whatever process is running."""

    def __init__(self, counter: CounterSide, sales: int) -> None:
        self.counter, self.world, self.dice = counter, counter.world, counter.dice
        self.random = counter.world.random
        self._sales = sales
        self._bearers = Bearers(counter.profile, self.random)
        self._talk = Talk(counter)
        self.is_done = False
        counter.answer_form = Hands(counter).answer
        self._talk.task = self.world.spawn(f"{counter.name} clerk", self._work)

    # --- the day ----------------------------------------------------------------------------------------------

    def _work(self) -> None:
        self._open()
        for _ in range(self._sales):
            self.world.sleep(self.random.uniform(*NEXT_S))
            self._between_sales()
            if not self._sell():
                break
        if self.random.random() < 0.5:
            self.close()
        self.is_done = True

    def finish(self) -> None:
        """In the calm: settle what is left and close."""
        self.is_done = False
        self._talk.task = self.world.spawn(f"{self.counter.name} clerk", self._finish)

    def _finish(self) -> None:
        if not self.close():
            self.world.problem(f"{self.counter.name}: the day cannot be closed")
        self.is_done = True

    def _open(self) -> None:
        for _ in range(TRIES_MAX):
            told = self._talk.ask(lambda desk: desk.open_day(), lambda n: isinstance(n, DayChanged | Refused))
            if isinstance(told, DayChanged) or (isinstance(told, Refused) and told.rule == "day_already_open"):
                return
            self.world.sleep(10.0)
        self.world.problem(f"{self.counter.name}: the day cannot be opened")

    def close(self) -> bool:
        """精算: settle what is open, then close; True when the day is closed."""
        for _ in range(TRIES_MAX):
            self.settle_doubts()
            told = self._talk.ask(
                lambda desk: desk.close_day(confirmed=True),
                lambda n: isinstance(n, DayChanged | Refused | DailyLogsCompared),
            )
            if isinstance(told, DayChanged):
                return True
            if isinstance(told, Refused) and told.rule == "day_not_open":
                return True
            self.world.sleep(20.0)
        return False

    def _between_sales(self) -> None:
        """What happens at counters besides selling."""
        if self.dice.roll(Fault.STAFF_CHANGE, 0.03):
            self._talk.sign_out()
        if self.random.random() < 0.3:
            self.settle_doubts()
        chance = self.random.random()
        sale = self._some_paid_sale() if chance < TURNING_BACK else None
        if sale is None:
            return
        if chance < 0.08:
            self._talk.ask(lambda desk: desk.printing.reprint(sale.sale_id), _anything)
        elif chance < 0.16:
            self._void(sale)
        else:
            self._talk.ask(
                lambda desk: desk.approvals.request_refund(sale.sale_id, "二重払い", CHIEF, PIN),
                lambda n: isinstance(n, RefundRecorded | Refused),
            )

    # --- one sale ---------------------------------------------------------------------------------------------

    def _sell(self) -> bool:
        """One citizen; False when the day has been closed."""
        offer = _some_offer(self.counter, self._bearers)
        if offer is None:
            return True
        if not offer.tenders:
            told = self._talk.ask(
                lambda desk: desk.pay(offer, None), lambda n: isinstance(n, FreeSaleFinished | Refused)
            )
            return not _is_closed(told)
        blocked = self._blocked()
        tenders = [tender for tender in offer.tenders if tender.device not in blocked]
        if not tenders:
            self.settle_doubts()
            return True
        tender = self.random.choice(tenders)
        twice = self.dice.roll(Fault.DOUBLE_TAP, 0.1)
        if self.random.random() < 0.08:
            self.world.after(self.random.uniform(0.0, 8.0), self._cancel)

        def pay(desk: Desk) -> None:
            desk.pay(offer, tender)
            if twice:
                desk.pay(offer, tender)

        return not _is_closed(self._talk.ask(pay, _is_end_of_payment))

    def _void(self, sale: SaleRow) -> None:
        paid = next(o for o in sale.operations if o.state is State.APPROVED)
        if paid.prepared.device in self._blocked():
            return
        if self.dice.roll(Fault.WRONG_PIN, 0.2):
            self._talk.ask(
                lambda desk: desk.approvals.void(sale.sale_id, CHIEF, "0000"), lambda n: isinstance(n, Refused)
            )
        self._talk.ask(lambda desk: desk.approvals.void(sale.sale_id, CHIEF, PIN), _is_end_of_payment)

    def _cancel(self) -> None:
        if self.dice.roll(Fault.CANCEL, 1.0):
            self.counter.press(Desk.cancel_payment)

    # --- what nobody knows ------------------------------------------------------------------------------------

    def settle_doubts(self) -> None:
        """Two people look at the device's own book and say what they found."""
        for operation in self._unsettled():
            if operation.state is State.IN_DOUBT:
                self._settle(operation)

    def _settle(self, operation: Operation) -> None:
        operation_id = operation.prepared.operation_id
        if self.random.random() < 0.5:
            self._talk.ask(lambda desk: desk.inquire(operation_id), _is_end_of_payment)
        if not _is_at_rest(self.counter, operation.prepared.device):
            return  # nobody says what a terminal has done while it is still doing it
        charged = self.counter.look_into(operation)
        self._talk.ask(
            lambda desk: desk.resolve(
                operation_id, charged=charged, evidence="端末の控え", approver_id=CHIEF, approver_pin=PIN
            ),
            lambda n: isinstance(n, PaymentFinished | Refused),
        )

    def _unsettled(self) -> tuple[Operation, ...]:
        self._talk.at_desk()
        books = self.counter.books()
        return books.unsettled() if books is not None else ()

    def _blocked(self) -> set[str]:
        return {operation.prepared.device for operation in self._unsettled()}

    def _some_paid_sale(self) -> SaleRow | None:
        self._talk.at_desk()
        books = self.counter.books()
        day = books.day().business_date if books is not None else None
        if books is None or day is None:
            return None
        paid = [sale for sale in books.sales(day) if sale.standing is Standing.PAID]
        return self.random.choice(paid) if paid else None


def _is_at_rest(counter: CounterSide, device: str) -> bool:
    until_s = counter.world.now_s + REST_S_MAX
    while not _is_quiet(counter, device):
        if counter.world.now_s >= until_s:
            return False
        counter.world.sleep(5.0)
    return True


def _is_quiet(counter: CounterSide, device: str) -> bool:
    if device == "terminal":
        return counter.terminal.site.is_at_rest
    return counter.service is None or device != "emoney" or counter.service.is_at_rest


def _some_offer(counter: CounterSide, bearers: Bearers) -> Offer | None:
    """What the next citizen wants; None for what no cart or no tender takes."""
    profile, random = counter.profile, counter.world.random
    cart = Cart(cap_yen=profile.cart_cap_yen)
    brings_slip = random.random() < SHARE
    try:
        if brings_slip:
            cart = bearers.put(cart, counter.clock.today())
        for _ in range(random.randrange(0 if brings_slip else 1, 4)):
            cart = cart.add(random.choice(bearers.others), random.randrange(1, 4))
        if random.random() < 0.04:
            cart = cart.exempt(profile.exemptions[0])
        return make_offer(cart, profile.tenders)
    except CartError:
        return None


def _anything(_: Notice) -> bool:
    return True


def _is_end_of_payment(notice: Notice) -> bool:
    """Refused, or the list of sales that follows every outcome."""
    return isinstance(notice, Refused | SalesListed)


def _is_closed(notice: Notice | None) -> bool:
    return isinstance(notice, Refused) and notice.rule == "day_not_open"
