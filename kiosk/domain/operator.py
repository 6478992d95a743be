"""People and what they may do, at counter and register. Owns the role table; refuses to check a PIN itself."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.record import Actor


class Role(StrEnum):
    """Roles; the titles (出納員, 現金取扱員, 指定公金事務取扱者 …) are data beside them."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What needs a permission."""

    # at the counter
    SIGN_IN = "sign_in"
    OPEN_DAY = "open_day"
    SELL = "sell"
    REPRINT = "reprint"
    OPEN_DRAWER = "open_drawer"
    """Open the cash drawer without a sale; the reason and the person are recorded."""
    CLOSE_DAY = "close_day"
    RESOLVE = "resolve"
    OTHER_TENDER = "other_tender"
    """Approve another tender for a sale whose first charge is in doubt."""
    VOID = "void"
    REFUND = "refund"
    SET_UP_CODE = "set_up_code"
    """Take up the scheme's payment code, or record a live test of one with the amount in it."""
    # at the register
    SEE_KIOSKS = "see_kiosks"
    """Standing, keys and events of the counters."""
    SETTLE = "settle"
    NOTICES = "notices"
    """納入済通知 of paid 納付書, payers' names and all."""
    EXPORT = "export"
    VERIFY = "verify"
    ENROLL = "enroll"
    REVOKE = "revoke"
    THAW = "thaw"
    """Take entries from a frozen counter again, once finance has looked at its books."""
    REBUILD = "rebuild"
    BACK_UP = "back_up"
    MANAGE_PEOPLE = "manage_people"


AT_COUNTER = frozenset(
    {
        Act.SIGN_IN,
        Act.OPEN_DAY,
        Act.SELL,
        Act.REPRINT,
        Act.OPEN_DRAWER,
        Act.CLOSE_DAY,
        Act.RESOLVE,
        Act.OTHER_TENDER,
        Act.VOID,
        Act.REFUND,
        Act.SET_UP_CODE,
    }
)
SECOND_PERSON = frozenset({Act.RESOLVE, Act.OTHER_TENDER, Act.VOID, Act.REFUND, Act.SET_UP_CODE})
"""What a clerk may ask for and only somebody else with more authority may approve."""
_LOOK = frozenset({Act.SEE_KIOSKS, Act.VERIFY})

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.CLERK: AT_COUNTER - SECOND_PERSON,
    Role.SUPERVISOR: AT_COUNTER,
    Role.FINANCE: _LOOK | {Act.SETTLE, Act.NOTICES, Act.EXPORT, Act.THAW},
    Role.ADMINISTRATOR: _LOOK | {Act.ENROLL, Act.REVOKE, Act.REBUILD, Act.BACK_UP, Act.MANAGE_PEOPLE},
}
"""Whoever moves money does not keep the books of it, and whoever looks after machines and people does neither
(Local Autonomy Act 170 keeps 出納 apart from those who order payments; city accounting rules)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who may sign in. ``pin_hash`` is an Argon2id hash in PHC form, ``pepper1:`` before it if peppered."""

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
