"""People at the counter and what they may do. Owns the role table; refuses to check a PIN itself."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.record import Actor


class Role(StrEnum):
    """Roles; the titles (出納員, 現金取扱員, 指定公金事務取扱者 …) are data beside them."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"


class Act(StrEnum):
    """What needs a permission at the counter."""

    OPEN_DAY = "open_day"
    SELL = "sell"
    REPRINT = "reprint"
    CLOSE_DAY = "close_day"
    RESOLVE = "resolve"
    OTHER_TENDER = "other_tender"
    """Approve another tender for a sale whose first charge is in doubt."""
    VOID = "void"
    REFUND = "refund"


SECOND_PERSON = frozenset({Act.RESOLVE, Act.OTHER_TENDER, Act.VOID, Act.REFUND})
"""What a clerk may ask for and only somebody else with more authority may approve."""

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.CLERK: frozenset(Act) - SECOND_PERSON,
    Role.SUPERVISOR: frozenset(Act),
}


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who may sign in. ``pin_hash`` is an Argon2id hash in PHC form."""

    operator_id: str
    name: str
    title: str
    role: Role
    pin_hash: str

    @property
    def actor(self) -> Actor:
        return Actor(self.operator_id, self.name, self.title)

    def may(self, act: Act) -> bool:
        return act in PERMISSIONS[self.role]
