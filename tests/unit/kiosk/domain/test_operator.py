"""Who may do what, in plain words; runtime/test_permissions.py tries every request by every role."""

from kiosk.domain.operator import AT_COUNTER, Act, Operator, Role
from kiosk.domain.record import Actor


def operator(role: Role) -> Operator:
    return Operator("yamada", "山田 花子", "出納員", role, "$argon2id$...")


def test_a_supervisor_does_all_of_the_counter_and_a_clerk_approves_nothing() -> None:
    approvals = {Act.RESOLVE, Act.OTHER_TENDER, Act.VOID, Act.REFUND, Act.SET_UP_CODE}
    assert {act for act in Act if operator(Role.SUPERVISOR).may(act)} == AT_COUNTER
    assert {act for act in Act if operator(Role.CLERK).may(act)} == AT_COUNTER - approvals


def test_an_actor_carries_no_pin() -> None:
    assert operator(Role.CLERK).actor == Actor("yamada", "山田 花子", "出納員")
    assert "argon2" not in repr(operator(Role.CLERK).actor)
