"""Drivers worked by hand for the conformance kit: a clerk with a terminal or a drawer is the terminal."""

from dataclasses import dataclass, field
from functools import partial

from drivers.conformance.adapter import Adapter, Operation, Repertoire, Reversal, Scene, Simulation
from drivers.context import Wake
from drivers.payment.api import Entry, Field, FieldKind, Form, Media
from drivers.payment.attended.driver import AttendedTerminal
from drivers.payment.cash.driver import CashDrawer
from drivers.payment.jpqr.driver import JpqrCounter

SCENES = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT, Scene.LOST_REPLY, Scene.TOO_LATE})


@dataclass(slots=True)
class Clerk:
    """Does as asked, plays ``scene`` after ``good`` operations, and tells the truth when asked what happened."""

    scene: Scene
    good: int
    sales: list[int] = field(default_factory=list)
    voids: list[Reversal] = field(default_factory=list)
    _begun: int = 0
    _is_charged: bool = False
    _is_told: bool = True

    def answer(self, form: Form) -> Entry | Wake:
        if "charged" in form.answers:
            self._is_told = True
            return self._fill(form, "charged" if self._is_charged else "not_charged")
        if "not_charged" in form.answers:
            return self._fill(form, "approved" if self._is_charged and not self._is_told else "not_charged")
        self.withdraw(form)
        return self._sell(form)

    def withdraw(self, form: Form) -> None:
        """A sale's form came up: it is a new sale unless the last one still has to be told."""
        is_sale = "not_charged" not in form.answers
        if is_sale and self._is_told:
            self._begun += 1
            self._is_charged = self._is_told = False

    def _sell(self, form: Form) -> Entry | Wake:
        scene = self.scene if self._begun == self.good + 1 else Scene.APPROVE
        if scene is Scene.SILENT:
            return Wake.TIMED_OUT
        if scene is Scene.DECLINE:
            self._is_told = True
            return self._fill(form, "declined" if "declined" in form.answers else "cancel")
        if not self._is_charged:
            self._is_charged = True
            self._book(form)
            if scene is Scene.LOST_REPLY:
                return Wake.TIMED_OUT
            if scene is Scene.TOO_LATE:
                return Wake.CANCEL
        self._is_told = True
        return self._fill(form, form.answers[0])

    def _book(self, form: Form) -> None:
        if "void" in form.name:
            self.voids.append(Reversal(Operation.VOID, form.amount_yen, sale=1))
        else:
            self.sales.append(form.amount_yen)

    def standing(self) -> tuple[int, ...]:
        """The clerk voids the first sale: its slip lies there."""
        return tuple(self.sales[len(self.voids) :])

    def _fill(self, form: Form, answer: str) -> Entry:
        return Entry(answer, {each.name: self._value(form, each) for each in form.fields})

    def _value(self, form: Form, asked: Field) -> str:
        match asked.kind:
            case FieldKind.YEN:
                return str(form.amount_yen)
            case FieldKind.CHOICE:
                return asked.choices[0]
            case FieldKind.DIGITS | FieldKind.TEXT | FieldKind.SCAN:
                return f"{len(self.sales):05}"


class CodeClerk(Clerk):
    """Asks the citizen whose application it is first; that nothing was paid is for two people to say."""

    def answer(self, form: Form) -> Entry | Wake:
        if form.name == "jpqr_brand":
            self.withdraw(form)
            return self._fill(form, "chosen")
        if "charged" in form.answers and not self._is_charged:
            return Entry("unsure")
        return super().answer(form)

    def _value(self, form: Form, asked: Field) -> str:
        return super()._value(form, asked)[-asked.length_max :] if asked.length_max else super()._value(form, asked)


def _after(good: int, scene: Scene, person: type[Clerk] = Clerk) -> Simulation:
    clerk = person(scene, good)
    return Simulation(
        clerk.standing, answer=clerk.answer, withdraw=clerk.withdraw, read_reversals=lambda: tuple(clerk.voids)
    )


ATTENDED = Adapter(
    "attended",
    Media.CREDIT,
    partial(_after, 1),
    lambda _: AttendedTerminal(),
    scenes=SCENES,
    brands=("VISA", "JCB"),
    further={Operation.VOID: Repertoire(partial(_after, 2), SCENES)},
)
JPQR = Adapter(
    "jpqr",
    Media.CODE,
    partial(_after, 1, person=CodeClerk),
    lambda _: JpqrCounter(),
    scenes=SCENES,
    brands=("PayPay", "d払い"),
    further={Operation.VOID: Repertoire(partial(_after, 2, person=CodeClerk), SCENES)},
)
CASH_SCENES = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT})
"""Cash is taken, and given back, by the answer itself."""
CASH = Adapter(
    "cash",
    Media.CASH,
    partial(_after, 1),
    lambda _: CashDrawer(),
    scenes=CASH_SCENES,
    further={Operation.VOID: Repertoire(partial(_after, 2), CASH_SCENES)},
)
