"""Who may do what at the counter."""

import pytest

from kiosk.domain.operator import PERMISSIONS, Act, Operator, Role
from kiosk.domain.record import Actor


def operator(role: Role) -> Operator:
    return Operator("yamada", "山田 花子", "出納員", role, "$argon2id$...")


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("act", Act)
def test_a_supervisor_may_do_everything_and_a_clerk_approves_nothing(act: Act) -> None:
    assert operator(Role.SUPERVISOR).may(act)
    assert operator(Role.CLERK).may(act) == (act not in (Act.RESOLVE, Act.OTHER_TENDER, Act.VOID, Act.REFUND))


def test_an_actor_carries_no_pin() -> None:
    assert operator(Role.CLERK).actor == Actor("yamada", "山田 花子", "出納員")
    assert "argon2" not in repr(operator(Role.CLERK).actor)
