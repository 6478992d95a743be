"""``kiosk doctor --plan``: which method of paying fits a counter, in yen a month. Owns the sum; refuses to decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

from kiosk.cli import BadInputError
from kiosk.clock import CityClock
from kiosk.doctor import Finding, Verdict
from kiosk.profile import CounterProfile
from kiosk.profile_source import MasterFiles, ProfileError
from kiosk.profile_use import BASIS_POINTS, Costs, Method, MethodCost, Nature, read_costs

COSTS_FILE = "methods.toml"
FITTING = {Nature.OFTEN: Method.TERMINAL, Nature.RARELY: Method.CODE}


@dataclass(frozen=True, slots=True)
class Sum:
    """What a month costs by one method, in whole yen, rounded up."""

    device_yen: int
    fee_yen: int
    work_yen: int
    """Recording each payment, and matching the operators' statements."""

    @property
    def total_yen(self) -> int:
        return self.device_yen + self.fee_yen + self.work_yen


def month_of(cost: MethodCost, costs: Costs, *, payments: int, yen: int, operators: int) -> Sum:
    """A month of ``payments`` cashless payments over ``yen`` in all, with ``operators`` of codes."""
    statements = cost.statements or operators
    seconds = payments * cost.seconds_a_payment + statements * cost.minutes_a_statement * 60
    return Sum(
        ceil(cost.monthly_yen + Fraction(cost.set_up_yen, cost.months)),
        ceil(Fraction(yen * cost.fee_per_10000, BASIS_POINTS)),
        ceil(Fraction(seconds * costs.yen_an_hour, 3600)),
    )


def turning_point(costs: Costs, *, payments: int, yen: int, operators: int) -> int | None:
    """From how many payments a month, of the same amount each, a terminal costs no more; None where it always does."""
    mean = Fraction(yen, payments)

    def each(cost: MethodCost) -> Fraction:
        return mean * cost.fee_per_10000 / BASIS_POINTS + Fraction(cost.seconds_a_payment * costs.yen_an_hour, 3600)

    def fixed(cost: MethodCost) -> Fraction:
        work = Fraction((cost.statements or operators) * cost.minutes_a_statement * costs.yen_an_hour, 60)
        return cost.monthly_yen + Fraction(cost.set_up_yen, cost.months) + work

    more, saved = fixed(costs.terminal) - fixed(costs.code), each(costs.code) - each(costs.terminal)
    if more <= 0:
        return 0
    return ceil(more / saved) if saved > 0 else None


def plan(profile: CounterProfile, config: Path, *, payments: int | None, yen: int | None) -> Iterator[Finding]:
    """Both methods' month for a counter, and which costs less. Raises BadInputError.

    ``payments`` and ``yen`` are cashless payments a month; where one is None, the counter's file says it.
    """
    count = payments or profile.use.payments_a_month
    amount = yen or profile.use.yen_a_month
    if not count or not amount:
        raise BadInputError(
            f"{profile.kiosk_id}: how many payments a month, over how much? Give --payments-a-month and --yen-a-month, "
            "or write them under [use] into the counter's file"
        )
    try:
        costs = read_costs(MasterFiles(config).read(COSTS_FILE), CityClock().today())
    except ProfileError as error:
        raise BadInputError(str(error)) from error
    operators = max((len(each.brands) for each in profile.tenders if each.without_terminal), default=1)
    subject = profile.counter_name
    nature = profile.use.nature
    yield Finding("plan", subject, Verdict.OK, f"use_{nature}", {"payments": count, "amount": amount})
    sums = {
        cost.method: month_of(cost, costs, payments=count, yen=amount, operators=operators)
        for cost in (costs.terminal, costs.code)
    }
    for method, month in sums.items():
        told = {"device": month.device_yen, "fee": month.fee_yen, "work": month.work_yen, "total": month.total_yen}
        yield Finding("plan", subject, Verdict.OK, f"cost_{method}", told)
    cheaper = min(sums, key=lambda method: (sums[method].total_yen, method is Method.CODE))
    saved = abs(sums[Method.TERMINAL].total_yen - sums[Method.CODE].total_yen)
    turn = turning_point(costs, payments=count, yen=amount, operators=operators)
    fits = FITTING[nature] is cheaper
    more = "_though" if not fits else "_always" if cheaper is Method.CODE and turn is None else ""
    verdict = Verdict.OK if fits else Verdict.ATTENTION
    yield Finding("plan", subject, verdict, f"advice_{cheaper}{more}", {"saved": saved, "turn": turn or 0})
