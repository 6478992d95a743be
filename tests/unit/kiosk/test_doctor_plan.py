"""Which method a counter is advised to take: sums that can be done by hand, and words for both natures."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.cli import BadInputError, main
from kiosk.doctor import Finding, Verdict
from kiosk.doctor_plan import Sum, month_of, plan, turning_point
from kiosk.domain.money import Yen
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from kiosk.profile_source import ProfileError, Source
from kiosk.profile_use import Costs, CounterUse, Method, Nature, read_costs
from tests.unit.kiosk.conftest import MONDAY

TEXT = (CONFIG / "methods.toml").read_text("utf-8")
METHODS = """
[[methods]]
method = "terminal"
valid_from = 2026-04-01
monthly_yen = 3000
set_up_yen = 60000
months = 60
fee_per_10000 = 300
seconds_a_payment = 30
minutes_a_statement = 30
statements = 1
[[methods]]
method = "code"
valid_from = 2026-04-01
monthly_yen = 0
set_up_yen = 0
months = 1
fee_per_10000 = 200
seconds_a_payment = 90
minutes_a_statement = 10
statements = 0
[staff]
yen_an_hour = 2400
"""


def costs(text: str = METHODS) -> Costs:
    return read_costs(Source("methods.toml", text), MONDAY)


def load(counter: str) -> CounterProfile:
    return load_profile(CONFIG / "counters" / f"{counter}.toml", on=MONDAY)


def told(counter: str, payments: int | None = None, yen: int | None = None) -> list[Finding]:
    return list(plan(load(counter), CONFIG, payments=payments, yen=yen))


def test_a_month_is_device_fee_and_work_in_whole_yen() -> None:
    found = costs()
    # 3000 + 60000/60; 3 % of 30,000; (100 * 30 s + 1 * 30 min) at 2400 yen an hour
    assert month_of(found.terminal, found, payments=100, yen=30_000, operators=3) == Sum(4000, 900, 3200)
    # nothing; 2 % of 30,000; (100 * 90 s + 3 * 10 min) at 2400 yen an hour
    assert month_of(found.code, found, payments=100, yen=30_000, operators=3) == Sum(0, 600, 7200)


def test_a_broken_yen_is_a_whole_one() -> None:
    found = costs()
    assert month_of(found.code, found, payments=1, yen=33, operators=1).fee_yen == 1


def test_the_turning_point_is_the_first_month_in_which_a_terminal_costs_no_more() -> None:
    found = costs()
    turn = turning_point(found, payments=100, yen=30_000, operators=3)
    assert turn is not None

    def totals(payments: int) -> tuple[int, int]:
        sums = [
            month_of(cost, found, payments=payments, yen=payments * 300, operators=3)
            for cost in (found.terminal, found.code)
        ]
        return sums[0].total_yen, sums[1].total_yen

    by_terminal, by_code = totals(turn)
    assert by_terminal <= by_code
    by_terminal, by_code = totals(turn - 1)
    assert by_terminal > by_code


def test_a_terminal_that_never_pays_off_has_no_turning_point() -> None:
    quick = METHODS.replace("seconds_a_payment = 90", "seconds_a_payment = 20")
    assert turning_point(costs(quick), payments=10, yen=30_000, operators=3) is None


@pytest.mark.parametrize(
    ("counter", "state"), [("inabu", "advice_code"), ("shiminka", "advice_terminal"), ("bijutsukan", "advice_terminal")]
)
def test_each_sample_counter_is_advised_what_its_nature_says(counter: str, state: str) -> None:
    assert [finding.state for finding in told(counter)][-1] == state
    assert {finding.verdict for finding in told(counter)} == {Verdict.OK}


def test_volumes_that_speak_against_the_nature_are_a_matter_of_attention() -> None:
    assert (told("inabu", 400, 160_000)[-1].state, told("inabu", 400, 160_000)[-1].verdict) == (
        "advice_terminal_though",
        Verdict.ATTENTION,
    )
    assert told("shiminka", 5, 1_500)[-1].state == "advice_code_though"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_finding_has_its_sentence(language: str) -> None:
    for counter in ("inabu", "shiminka"):
        for volumes in ((None, None), (5, 1_500), (2_000, 900_000)):
            for finding in told(counter, *volumes):
                words = finding.told(language)
                assert words["detail"]
                assert "{" not in words["detail"] + words["next"]


def test_without_volumes_it_asks_for_them() -> None:
    profile = replace(load("inabu"), use=CounterUse(Nature.RARELY))
    with pytest.raises(BadInputError, match="--payments-a-month"):
        list(plan(profile, CONFIG, payments=None, yen=900))


@pytest.mark.parametrize(
    ("wrong", "right", "line"),
    [
        ('method = "terminal"', 'method = "till"', "3: methods[1].method: 'till' is not a method"),
        ("fee_per_10000 = 300", "fee_per_10000 = 10001", "8: methods[1].fee_per_10000: 10001 is out of range"),
        ("valid_from = 2026-04-01", "valid_from = 2027-04-01", "methods: no costs of terminal hold on 2026-11-23"),
        ("yen_an_hour = 2400", "yen_an_hours = 2400", "yen_an_hour: missing"),
        ("[staff]\nyen_an_hour = 2400", "", "staff: missing"),
    ],
)
def test_a_wrong_cost_is_one_line(wrong: str, right: str, line: str) -> None:
    with pytest.raises(ProfileError) as refused:
        costs(METHODS.replace(wrong, right, 1))
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_newest_costs_that_hold_are_used() -> None:
    later = METHODS.replace("[staff]", METHODS.split("[[methods]]")[1].join(("[[methods]]", "[staff]")))
    newer = later.replace("valid_from = 2026-04-01\nmonthly_yen = 3000", "valid_from = 2026-10-01\nmonthly_yen = 1", 1)
    assert costs(newer).terminal.monthly_yen == Yen(1)
    with pytest.raises(ProfileError, match="already"):
        costs(later)


def test_the_delivered_costs_are_readable() -> None:
    assert costs(TEXT).code.method is Method.CODE


@pytest.mark.parametrize("counter", ["inabu", "shiminka"])
def test_the_command_says_it_in_lines(counter: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(Path("config") / "counters" / f"{counter}.toml")
    assert main(["doctor", "--plan", "--profile", path, "--language", "en"]) == 0
    assert "is advised" in capsys.readouterr().out


def test_the_command_needs_a_counter(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--plan"]) == 2
    assert "--profile" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[use]\nnature = "never"', "nature: 'never' is not a nature"),
        ('[use]\nnature = "rarely"\npayments_a_month = 0', "payments_a_month: 0 is out of range"),
        ('[use]\nnature = "rarely"\nyen = 1', "yen: unknown key"),
    ],
)
def test_a_wrong_use_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    from shutil import copytree

    config = copytree(CONFIG, tmp_path / "config")
    file = config / "counters" / "inabu.toml"
    file.write_text(file.read_text("utf-8").split("[use]")[0] + text, "utf-8")
    with pytest.raises(ProfileError) as refused:
        load_profile(file, on=MONDAY)
    assert line in str(refused.value)
