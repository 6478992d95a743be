"""Bugs in who may do what, and in what a wrong PIN costs."""

from tests.planted.bug import Bug

_SIGN_IN = "tests/unit/kiosk/services/test_sign_in.py"
_PEOPLE = "tests/unit/register/services/test_people.py"

BUGS = (
    Bug(
        "a clerk approves what needs a supervisor",
        "kiosk/domain/operator.py",
        "Role.CLERK: AT_COUNTER - SECOND_PERSON,",
        "Role.CLERK: AT_COUNTER,",
        ("tests/unit/kiosk/services/test_resolve_in_doubt.py::test_the_second_person_is_another_one_who_may",),
    ),
    Bug(
        "a supervisor settles the days whose money went through their hands",
        "kiosk/domain/operator.py",
        "Role.SUPERVISOR: AT_COUNTER,",
        "Role.SUPERVISOR: AT_COUNTER | {Act.SETTLE},",
        (
            "tests/unit/kiosk/domain/test_operator.py::test_a_supervisor_does_all_of_the_counter_and_a_clerk_approves_nothing",
        ),
    ),
    Bug(
        "people approve what they asked for themselves",
        "kiosk/services/sign_in.py",
        "if second.operator_id == actor.operator_id:",
        "if second.name == actor.operator_id:",
        ("tests/unit/kiosk/services/test_resolve_in_doubt.py::test_the_second_person_is_another_one_who_may",),
    ),
    Bug(
        "a wrong PIN is told and leaves no trace",
        "kiosk/services/sign_in.py",
        "        self._counter.transact(lambda _: [self._counter.draft(body, actor, day)])",
        "        self._counter.draft(body, actor, day)",
        (f"{_SIGN_IN}::test_the_last_free_try_warns_and_the_next_rests_the_name",),
    ),
    Bug(
        "the right PIN is tried while its name rests",
        "kiosk/services/sign_in.py",
        '        if minutes:\n            raise RefusalError("pin_resting", minutes=minutes)\n        operator =',
        '        if minutes < 0:\n            raise RefusalError("pin_resting", minutes=minutes)\n        operator =',
        (f"{_SIGN_IN}::test_while_a_name_rests_nothing_is_compared_not_even_the_right_pin",),
    ),
    Bug(
        "a restart forgives every wrong PIN",
        "kiosk/services/sign_in.py",
        "since_s = self._refused_s.get(operator_id, self._began_s)",
        "since_s = self._refused_s.get(operator_id, -1e9)",
        (f"{_SIGN_IN}::test_a_restart_forgives_nothing_and_begins_the_rest_anew",),
    ),
    Bug(
        "a guesser has a hundred tries before a name rests",
        "kiosk/domain/pin.py",
        "TRIES_FREE = 4",
        "TRIES_FREE = 100",
        ("tests/unit/kiosk/domain/test_pin.py::test_a_guesser_gets_about_fifteen_tries_in_eight_hours",),
    ),
    Bug(
        "a pepper that others can read is used",
        "kiosk/pins.py",
        "stat.S_IMODE(path.stat().st_mode) & 0o077:",
        "stat.S_IMODE(path.stat().st_mode) & 0o100:",
        ("tests/unit/kiosk/test_pins.py::test_a_pepper_that_others_can_read_is_refused",),
    ),
    Bug(
        "a locked name of the register goes on",
        "register/services/people.py",
        "    if person.is_locked:",
        "    if person.is_locked is None:",
        (f"{_PEOPLE}::test_a_locked_name_does_nothing_until_it_is_unlocked",),
    ),
    Bug(
        "the last administrator may be locked",
        "register/services/people.py",
        "if not any(each.role is Role.ADMINISTRATOR and not each.is_locked for each in left):",
        "if not any(each.role is Role.ADMINISTRATOR for each in left):",
        (f"{_PEOPLE}::test_there_is_always_an_administrator",),
    ),
)
