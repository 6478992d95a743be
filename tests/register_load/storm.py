"""PostgreSQL stopped and killed again and again under kiosks that push. Owns the order of blows and the final books."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg

from kiosk.sync.push import UpToDate
from register.services.export import export_journal
from register.services.settle import settle
from register.store.engine import open_store
from tests.postgres import PostgresServer
from tests.register_load.counters import LoadedCounter, open_counters
from tests.register_load.network import Network
from tests.register_process import RegisterProcess, command
from tests.unit.register.kiosk_side import DAY

REGISTERS = 2
"""Server processes on one database: two workers that take one kiosk's batches at once are the hard case."""
LOAD_S = (0.3, 1.2)
"""How long the kiosks push between two blows."""
DOWN_S = 0.4
"""How long the server stays away at most."""
DRAIN_S = 120.0

LATE_BY_DEFAULT = "-c synchronous_commit=off"
"""As PGOPTIONS: every connection begins with the server's answer before its disk's."""
FLAWS = {
    "": "",
    "late-commit": "import register.store.engine as e; e._commit_to_disk = lambda *_: None\n",
}
"""Python that breaks the register on purpose: the storm must notice. late-commit lets the server's default decide."""


@dataclass
class Outcome:
    """What the storm was and what it left. ``faults`` is what is wrong: nothing may be."""

    blows: Counter[str] = field(default_factory=Counter)
    network: Counter[str] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    acknowledgements: int = 0
    checks: int = 0
    entries: int = 0
    sold_yen: int = 0
    settled_yen: int = 0
    lost: int = 0
    doubled: int = 0
    elapsed_s: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def stops(self) -> int:
        """Times the server's memory was gone: stops, kills of its first process and of a connection's."""
        return sum(count for blow, count in self.blows.items() if blow.startswith("postgres"))

    def line(self) -> str:
        """One line for people and for the log of a long run."""
        told = "OK" if not self.faults else "LOST"
        blows = " ".join(f"{name.replace(' ', '-')}:{count}" for name, count in sorted(self.blows.items()))
        network = " ".join(f"{name.replace(' ', '-')}:{count}" for name, count in sorted(self.network.items()))
        return (
            f"REGISTER {told} stops={self.stops} entries={self.entries} acknowledgements={self.acknowledgements} "
            f"checked={self.checks} sold_yen={self.sold_yen} settled_yen={self.settled_yen} lost={self.lost} "
            f"doubled={self.doubled} seconds={self.elapsed_s:.0f} blows: {blows} network: {network}"
        )


class Storm:
    """One run: ``blow`` as often as wanted, then ``finish``."""

    def __init__(self, folder: Path, server: PostgresServer, *, kiosks: int, seed: int, flaw: str = "") -> None:
        self._server, self._chance, self._flaw = server, Random(seed), FLAWS[flaw]
        self._began_s = time.monotonic()
        self._database = server.new_database()
        self._engine = open_store(self._database)
        self._registers = [self._start_register(0) for _ in range(REGISTERS)]
        self._network = Network([register.port for register in self._registers], seed)
        self._counters = open_counters(
            folder, self._engine, self._registers[0].url, self._network.url, count=kiosks, seed=seed
        )
        self._heads: dict[str, int] = {}
        self.outcome = Outcome()
        for each in self._counters:
            each.start()

    def _start_register(self, port: int) -> RegisterProcess:
        return RegisterProcess(self._database, port=port, durable=True, flaw=self._flaw)

    def blow(self, number: int) -> None:
        """Load, then one server gone and back, then every acknowledgement so far looked up."""
        time.sleep(self._chance.uniform(*LOAD_S))
        if number % 4 == 3:
            self._kill_register()
        kind = ("stop", "stop", "stop", "kill of the postmaster", "stop", "kill of a backend")[number % 6]
        if kind == "kill of a backend":
            if self._server.kill_backend():
                self.outcome.blows[f"postgres {kind}"] += 1
        else:
            if kind == "stop":
                self._server.stop_immediately()
            else:
                self._server.kill_postmaster()
            self.outcome.blows[f"postgres {kind}"] += 1
            time.sleep(self._chance.random() * DOWN_S)
            self._server.start()
        self._await_look_up()

    def _await_look_up(self) -> None:
        """A server whose connection was killed takes a moment to notice, and another to recover."""
        give_up_s = time.monotonic() + DRAIN_S
        while True:
            try:
                self._look_up_acknowledged()
                return
            except psycopg.OperationalError:
                if time.monotonic() > give_up_s:
                    raise
                time.sleep(0.02)

    def _kill_register(self) -> None:
        place = self._chance.randrange(REGISTERS)
        port = self._registers[place].port
        self._registers[place].kill()
        self.outcome.blows["register kill"] += 1
        self._registers[place] = self._start_register(port)

    def _look_up_acknowledged(self) -> None:
        """Straight in the database: what was acknowledged before now is there, and no head has gone back."""
        acknowledged = [(each.counter.kiosk_id, each.acknowledged()) for each in self._counters]
        with psycopg.connect(self._database) as connection:
            for kiosk_id, ack in acknowledged:
                row = connection.execute("SELECT head_seq FROM kiosk WHERE kiosk_id = %s", [kiosk_id]).fetchone()
                head_seq = int(row[0]) if row else -1
                if head_seq < max(ack.seq, self._heads.get(kiosk_id, 0)):
                    self._fault(f"{kiosk_id}: head {head_seq} after {ack.seq} was acknowledged")
                self._heads[kiosk_id] = head_seq
                held = connection.execute(
                    "SELECT hash FROM journal WHERE kiosk_id = %s AND seq = %s", [kiosk_id, ack.seq]
                ).fetchone()
                if ack.seq and (held is None or held[0] != ack.hash):
                    self._fault(f"{kiosk_id}: acknowledged entry {ack.seq} is not held")
        self.outcome.checks += len(acknowledged)

    def _fault(self, detail: str) -> None:
        if len(self.outcome.faults) < 20:
            self.outcome.faults.append(detail)

    def finish(self) -> Outcome:
        """Calm, the rest pushed, and every book compared."""
        outcome = self.outcome
        try:
            for each in self._counters:
                each.stop()
            self._network.calm()
            for each in self._counters:
                self._drain(each)
            self._compare()
        finally:
            self._network.close()
            for register in self._registers:
                register.stop()
            for each in self._counters:
                each.counter.close()
            self._engine.dispose()
        outcome.network = self._network.seen
        outcome.elapsed_s = time.monotonic() - self._began_s
        if any(name.startswith("HTTP 5") and name != "HTTP 503" for name in outcome.network):
            self._fault("a register answered with an error of its own")
        return outcome

    def _drain(self, each: LoadedCounter) -> None:
        give_up_s = time.monotonic() + DRAIN_S
        result = each.counter.push_all()[-1]
        while not isinstance(result, UpToDate) and time.monotonic() < give_up_s:
            result = each.counter.push_all()[-1]
        if not isinstance(result, UpToDate):
            self._fault(f"{each.counter.kiosk_id}: cannot catch up: {result}")
        for crash in each.crashes:
            self._fault(crash)
        self.outcome.results.update(each.results)
        self.outcome.acknowledgements += each.acks

    def _compare(self) -> None:
        outcome = self.outcome
        outcome.sold_yen = sum(each.counter.sold_yen for each in self._counters)
        for each in self._counters:
            counter = each.counter
            sent = counter.exported().splitlines()
            held = [line.rstrip(b"\n") for line in export_journal(self._engine, counter.kiosk_id)]
            outcome.entries += len(sent)
            outcome.lost += len(set(sent) - set(held))
            outcome.doubled += len(held) - len(set(held))
            if held != sent:
                self._fault(f"{counter.kiosk_id}: {len(held)} entries at the register, {len(sent)} in the journal")
        outcome.settled_yen = settle(self._engine, DAY).total_yen
        if outcome.settled_yen != outcome.sold_yen:
            self._fault(f"{outcome.settled_yen} yen settled, {outcome.sold_yen} sold")
        verdict = command("verify", "--db", self._database)
        if verdict.returncode:
            self._fault(verdict.stdout.decode()[:2000])


def run(folder: Path, server: PostgresServer, *, stops: int, kiosks: int, seed: int, flaw: str = "") -> Outcome:
    """A whole storm."""
    storm = Storm(folder, server, kiosks=kiosks, seed=seed, flaw=flaw)
    try:
        number = 0
        while storm.outcome.stops < stops and not storm.outcome.faults:
            storm.blow(number)
            number += 1
    finally:
        outcome = storm.finish()
    return outcome
