"""Drivers worked by hand for the conformance kit: a clerk with a terminal or a drawer is the terminal."""

from dataclasses import dataclass, field

from drivers.conformance.adapter import Adapter, Scene, Simulation
from drivers.context import Wake
from drivers.payment.api import Entry, Field, FieldKind, Form, Media
from drivers.payment.attended.driver import AttendedTerminal
from drivers.payment.cash.driver import CashDrawer

SCENES = frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT, Scene.LOST_REPLY, Scene.TOO_LATE})


@dataclass(slots=True)
class Clerk:
    """Charges when asked to, plays ``scene`` with the second sale, and tells the truth when asked what happened."""

    scene: Scene
    sales: list[int] = field(default_factory=list)
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
        scene = self.scene if self._begun == 2 else Scene.APPROVE
        if scene is Scene.SILENT:
            return Wake.TIMED_OUT
        if scene is Scene.DECLINE:
            self._is_told = True
            return self._fill(form, "declined" if "declined" in form.answers else "cancel")
        if not self._is_charged:
            self._is_charged = True
            self.sales.append(form.amount_yen)
            if scene is Scene.LOST_REPLY:
                return Wake.TIMED_OUT
            if scene is Scene.TOO_LATE:
                return Wake.CANCEL
        self._is_told = True
        return self._fill(form, form.answers[0])

    def _fill(self, form: Form, answer: str) -> Entry:
        return Entry(answer, {each.name: self._value(form, each) for each in form.fields})

    def _value(self, form: Form, asked: Field) -> str:
        match asked.kind:
            case FieldKind.YEN:
                return str(form.amount_yen)
            case FieldKind.CHOICE:
                return asked.choices[0]
            case FieldKind.DIGITS | FieldKind.TEXT:
                return f"{len(self.sales):05}"


def _simulate(scene: Scene) -> Simulation:
    clerk = Clerk(scene)
    return Simulation(lambda: tuple(clerk.sales), answer=clerk.answer, withdraw=clerk.withdraw)


ATTENDED = Adapter(
    "attended", Media.CREDIT, _simulate, lambda _: AttendedTerminal(), scenes=SCENES, brands=("VISA", "JCB")
)
CASH = Adapter(
    "cash",
    Media.CASH,
    _simulate,
    lambda _: CashDrawer(),
    scenes=frozenset({Scene.APPROVE, Scene.DECLINE, Scene.SILENT}),  # cash is taken by the answer itself
)
