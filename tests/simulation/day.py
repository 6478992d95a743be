"""One seed: counters, their days in a storm, the calm after each, and the checks. Owns the order of these."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from kiosk.domain.operation import State
from kiosk.domain.tender import Tender, TenderKind
from kiosk.paths import CONFIG
from kiosk.profile import CounterProfile, load_profile
from tests.simulation.clockwork import World
from tests.simulation.devices import Kind
from tests.simulation.faults import Dice, Fault, Moment
from tests.simulation.invariants import Ledger, check, check_register, lost_yen, records_of
from tests.simulation.kiosk_side import CounterSide, SimulatedClock, opening_on
from tests.simulation.people import Clerk
from tests.simulation.register_side import RegisterSide
from tests.simulation.slips import check_notices, with_slips

COUNTERS = 2
SALES = 40
"""Of one counter on one day: what a window of a city's service desk sees from morning to noon."""
DAY_S_MAX = 12 * 3600.0
SETTLE_S = 600.0
"""I7: so long after the last fault everything is settled or waits for a person."""
LOOK_S = 20.0
"""How often it is looked whether everything is."""
FIRST_DAYS = (date(2026, 11, 23), date(2027, 3, 31), date(2028, 2, 28), date(2026, 12, 31))
"""A Monday; the turns of fiscal year, leap day and year come with the second day."""


@dataclass
class Outcome:
    """What one seed gave."""

    seed: int
    trace: str
    payments: int
    yen: int
    lost: int
    doubled: int
    stuck: int
    table: Counter[tuple[Fault, Moment]]
    """How often each fault struck, by where the operation stood."""
    problems: list[str]
    transcript: list[str] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        return not self.problems


def run_seed(seed: int, days: int = 1, *, sales: int = SALES, keep_transcript: bool = False) -> Outcome:
    """Play it. The files are in memory where the machine has such a place, and are gone afterwards."""
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="counter-days-", dir=shm if shm.is_dir() else None))
    try:
        return _Days(seed, days, sales, folder, keep_transcript=keep_transcript).run()
    finally:
        shutil.rmtree(folder)


class _Days:
    def __init__(self, seed: int, days: int, sales: int, folder: Path, *, keep_transcript: bool) -> None:
        self.world = World(seed, keep_transcript=keep_transcript)
        self.dice = Dice(self.world)
        self._days, self._sales = days, sales
        first = FIRST_DAYS[seed % len(FIRST_DAYS)]
        self._opening = opening_on(first, 8)
        wall = SimulatedClock(self.world, self._opening).wall
        self.register = RegisterSide(self.world, folder / "register", wall)
        profile = with_slips(load_profile(CONFIG / "counters" / "shiminka.toml", on=first), first)
        kinds = list(Kind)
        self.counters = [
            CounterSide(
                self.world,
                self.dice,
                _named(profile if number % 2 == 0 else (_by_service if seed % 3 == 0 else _by_code)(profile), number),
                folder / f"kiosk-{number}",
                self.register,
                kinds[(seed + number) % len(kinds)],
                SimulatedClock(self.world, self._opening),
            )
            for number in range(COUNTERS)
        ]
        self._stuck = self._lost = 0

    def run(self) -> Outcome:
        ledgers: list[Ledger] = []
        for number in range(self._days):
            self._morning(number * 24 * 3600.0)
            ledgers = self._day()
            if self.world.problems:
                break
        if not self.world.problems:
            self._put_back_old_journals()
        yen = sum(
            operation.prepared.amount_yen
            for ledger in ledgers
            for device in ("terminal", "emoney", "drawer")
            for operation in ledger.paid(device)
        )
        self._switch_off()
        self.register.close()
        return Outcome(
            self.world.seed,
            self.world.trace,
            sum(ledger.payments for ledger in ledgers),
            yen,
            self._lost,
            sum(counter.doubled for counter in self.counters),
            self._stuck,
            self.dice.table,
            self.world.problems,
            self.world.transcript or [],
        )

    def _morning(self, at_s: float) -> None:
        """The counters were switched off over night; terminals and register were not."""
        self._switch_off()
        self.world.run(at_s)
        for counter in self.counters:
            counter.start()
        self.dice.storm = True

    def _day(self) -> list[Ledger]:
        clerks = [Clerk(counter, self._sales) for counter in self.counters]
        if not self.world.run(self.world.now_s + DAY_S_MAX, lambda: all(clerk.is_done for clerk in clerks)):
            self.world.problem("a clerk did not finish the day")
        self._calm()
        if self.world.problems:
            return []
        for clerk in clerks:
            clerk.finish()
        self.world.run(self.world.now_s + DAY_S_MAX, lambda: all(clerk.is_done for clerk in clerks))
        self._settle()
        ledgers = []
        for counter in self.counters:
            ledger = Ledger(records_of(counter))
            self._lost += lost_yen(counter, ledger)
            check(counter, self.register, ledger)
            ledgers.append(ledger)
        check_register(self.register)
        check_notices(self.register, ledgers)
        self.register.keep_copy()
        return ledgers

    def _calm(self) -> None:
        """Faults stop; nobody touches anything. I7: within 600 s all is settled, or waits for a person."""
        self.dice.storm = False
        for counter in self.counters:
            counter.clock.off = timedelta(hours=12) if counter.clock.off >= timedelta(hours=6) else timedelta()
            counter.surroundings.mend()
        self._settle()

    def _settle(self) -> None:
        """Let time pass until nothing is left open, at most SETTLE_S; then what is still open is stuck."""
        for _ in range(round(SETTLE_S / LOOK_S)):
            self.world.run(self.world.now_s + LOOK_S)
            if not any(True for _ in self._left_open()):
                return
        for text in self._left_open():
            self._problem_stuck(text)

    def _left_open(self) -> Iterator[str]:
        for counter in self.counters:
            books = counter.books()
            if books is None:
                yield f"{counter.name} is down"
                continue
            for operation in books.unsettled():
                if operation.state is not State.IN_DOUBT:
                    yield f"{counter.name}: an operation is {operation.state}"
            status = books.sync_status()
            if status.acked_seq != status.head_seq:
                yield f"{counter.name}: the register has {status.acked_seq} of {status.head_seq}"
            elif (held_seq := self.register.held_seq(counter.name)) != status.head_seq:
                yield f"{counter.name}: the register, put back, has {held_seq} of {status.head_seq}"

    def _put_back_old_journals(self) -> None:
        """After the last check: the register has to notice, and the counter has to be told."""
        touched = [counter for counter in self.counters if counter.put_back()]
        self.world.run(self.world.now_s + 3 * LOOK_S)
        for counter in touched:
            books = counter.books()
            if books is None or not books.sync_status().frozen_reason:
                self.world.problem(f"I5 {counter.name}: an old journal was put back and the counter was not told")

    def _problem_stuck(self, text: str) -> None:
        self._stuck += 1
        self.world.problem(f"I7 {text}")

    def _switch_off(self) -> None:
        for counter in self.counters:
            if counter.process is not None:
                counter.process.end()


def _by_code(profile: CounterProfile) -> CounterProfile:
    """The same counter with the scheme's sticker instead of an unlinked terminal."""
    brands = ("PayPay", "d払い", "楽天ペイ")
    return _paid_by(profile, Tender(TenderKind.CODE, "コード決済", "emoney", brands, "みほん", without_terminal=True))


def _by_service(profile: CounterProfile) -> CounterProfile:
    """The same counter with a payment service instead of an unlinked terminal."""
    return _paid_by(profile, Tender(TenderKind.CODE, "PayPay", "emoney", ("PayPay",), "みほん", through_service=True))


def _paid_by(profile: CounterProfile, code: Tender) -> CounterProfile:
    items = tuple(
        replace(item, tenders=item.tenders | {TenderKind.CODE}) if TenderKind.EMONEY in item.tenders else item
        for item in profile.items
    )
    tenders = tuple(code if tender.kind is TenderKind.EMONEY else tender for tender in profile.tenders)
    return replace(profile, items=items, tenders=tenders)


def _named(profile: CounterProfile, number: int) -> CounterProfile:
    return replace(profile, kiosk_id=f"kiosk-{number}", serial_prefix=f"K{number}")
