"""How often a counter is used, and what the methods of taking payments cost. Owns these tables; refuses to advise."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.money import NOTHING, YEN_MAX, Yen
from kiosk.profile_items import one_of
from kiosk.profile_source import Source
from kiosk.profile_toml import Table, read_toml

PAYMENTS_MAX = 100_000
"""A month of the busiest counter of a city has some thousands; more is a typing mistake."""
BASIS_POINTS = 10_000
MONTHS_MAX = 120
SECONDS_MAX, MINUTES_MAX, STATEMENTS_MAX = 3_600, 1_440, 50


class Nature(StrEnum):
    """The customer's policy: a counter's nature decides its method."""

    OFTEN = "often"
    RARELY = "rarely"


class Method(StrEnum):
    """1: a terminal linked with the register. 2: the scheme's code, without a terminal."""

    TERMINAL = "terminal"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class CounterUse:
    """A counter's nature, and what is expected of cashless payments a month; 0 where the file does not say."""

    nature: Nature = Nature.OFTEN
    payments_a_month: int = 0
    yen_a_month: Yen = NOTHING


@dataclass(frozen=True, slots=True)
class MethodCost:
    """What a method costs, from one day on; see config/methods.toml."""

    method: Method
    valid_from: date
    monthly_yen: Yen
    set_up_yen: Yen
    months: int
    fee_per_10000: int
    seconds_a_payment: int
    minutes_a_statement: int
    statements: int
    """0: as many as the counter has operators of codes."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Both methods as they hold on a day, and what an hour of work costs."""

    terminal: MethodCost
    code: MethodCost
    yen_an_hour: Yen


def read_use(table: Table) -> CounterUse:
    """``[use]`` of a counter file; one without it is used often. Raises ProfileError."""
    entry = table.table("use")
    if entry is None:
        return CounterUse()
    nature = Nature(entry.checked("nature", lambda text: one_of(text, tuple(Nature), "a nature")))
    payments = entry.integer("payments_a_month", least=1, most=PAYMENTS_MAX, default=0)
    yen = entry.integer("yen_a_month", least=1, most=YEN_MAX, default=0)
    entry.finish()
    return CounterUse(nature, payments, Yen(yen))


def read_costs(source: Source, on: date) -> Costs:
    """Read ``[[methods]]`` and ``[staff]`` as they hold on a day. Raises ProfileError."""
    file = read_toml(source)
    costs: dict[Method, MethodCost] = {}
    days: set[tuple[Method, date]] = set()
    for table in file.tables("methods"):
        cost = _cost(table)
        if (cost.method, cost.valid_from) in days:
            raise table.error(
                "valid_from", f"{cost.method} has costs from {cost.valid_from} already: give each its day"
            )
        days.add((cost.method, cost.valid_from))
        known = costs.get(cost.method)
        if cost.valid_from <= on and (known is None or known.valid_from < cost.valid_from):
            costs[cost.method] = cost
    staff = file.table("staff")
    if staff is None:
        raise file.error("staff", "missing: write what an hour of work costs under [staff]")
    yen_an_hour = Yen(staff.integer("yen_an_hour", least=0, most=YEN_MAX))
    staff.finish()
    file.finish()
    for method in Method:
        if method not in costs:
            raise file.error("methods", f"no costs of {method} hold on {on}: write a table with an earlier valid_from")
    return Costs(costs[Method.TERMINAL], costs[Method.CODE], yen_an_hour)


def _cost(table: Table) -> MethodCost:
    cost = MethodCost(
        method=Method(table.checked("method", lambda text: one_of(text, tuple(Method), "a method"))),
        valid_from=table.day("valid_from"),
        monthly_yen=Yen(table.integer("monthly_yen", least=0, most=YEN_MAX)),
        set_up_yen=Yen(table.integer("set_up_yen", least=0, most=YEN_MAX)),
        months=table.integer("months", least=1, most=MONTHS_MAX),
        fee_per_10000=table.integer("fee_per_10000", least=0, most=BASIS_POINTS),
        seconds_a_payment=table.integer("seconds_a_payment", least=0, most=SECONDS_MAX),
        minutes_a_statement=table.integer("minutes_a_statement", least=0, most=MINUTES_MAX),
        statements=table.integer("statements", least=0, most=STATEMENTS_MAX),
    )
    table.finish()
    return cost
