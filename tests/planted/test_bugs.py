"""The tests are tested: every planted bug makes the tests fail that are named for it, and only the bug does."""

from dataclasses import replace

import pytest

from tests.planted.bug import Bug, UprootedError, planted_source
from tests.planted.bugs import BUGS
from tests.planted.proving import prove, run_tests

LEAST = 40
PRICE = next(bug for bug in BUGS if bug.old == "return Yen(self.item.price_yen * self.quantity)")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    assert prove(bug).problem == ""


def test_without_a_bug_the_same_tests_pass() -> None:
    tests = sorted({test for bug in BUGS for test in bug.caught_by})
    proof = run_tests(tests)
    assert (proof.problem, proof.failed) == ("", set())
    assert proof.passed == set(tests)


def test_there_are_enough_of_them_and_no_name_twice() -> None:
    assert len(BUGS) >= LEAST
    assert len({bug.name for bug in BUGS}) == len(BUGS)


def test_a_bug_that_no_test_notices_is_told() -> None:
    unnoticed = replace(PRICE, caught_by=("tests/unit/kiosk/domain/test_cart.py::test_too_many_lines",))
    assert prove(unnoticed).problem.startswith(
        "not caught by tests/unit/kiosk/domain/test_cart.py::test_too_many_lines"
    )


def test_a_failure_that_is_no_assertion_is_not_a_catch() -> None:
    broken = replace(PRICE, new="return not_a_name")
    assert "NameError" in prove(broken).problem


def test_a_bug_in_what_its_tests_never_import_is_told() -> None:
    elsewhere = replace(
        PRICE, caught_by=("tests/unit/drivers/codes/test_card_number.py::test_a_card_number_keeps_four_digits",)
    )
    assert prove(elsewhere).problem == "its tests never import kiosk.domain.cart"


def test_a_test_that_is_gone_is_told() -> None:
    gone = replace(PRICE, caught_by=("tests/unit/kiosk/domain/test_cart.py::test_gone",))
    assert prove(gone).problem.startswith("pytest ended with")


@pytest.mark.parametrize(
    ("bug", "says"),
    [
        (replace(PRICE, old="no such line"), "holds 0 times, not once: no such line"),
        (replace(PRICE, old="return"), "times, not once: return"),
        (replace(PRICE, file="kiosk/domain/gone.py"), "there is no kiosk/domain/gone.py"),
        (replace(PRICE, new=PRICE.old), "changes more or less than one line of kiosk/domain/cart.py"),
        (replace(PRICE, new="pass\n" + PRICE.old), "changes more or less than one line of kiosk/domain/cart.py"),
    ],
    ids=["gone", "twice", "moved", "nothing", "two lines"],
)
def test_a_bug_whose_line_is_no_longer_there_is_one_clear_line(bug: Bug, says: str) -> None:
    with pytest.raises(UprootedError) as raised:
        planted_source(bug)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
