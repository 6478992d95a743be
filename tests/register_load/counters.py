"""Counters that sell and push without rest, each through two clients at once. Owns what was acknowledged, and when."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from kiosk.sync.push import Pushed, PushResult, RefusedByRegister, Unreachable, push_once
from tests.pushing_counter import PushingCounter, code_from

CLIENTS = 2
"""Two programs uploading one journal is what no kiosk should do, and what must do no harm."""
IDLE_S, AWAY_S = 0.005, 0.03
BURST_SALES_MAX = 12
BACKLOG_SALES_MAX = 1500
"""A counter that is so far ahead waits: the test is of the register."""


@dataclass
class Acknowledgement:
    """The newest entry a counter was told is durable."""

    seq: int = 0
    hash: bytes = b""


@dataclass
class LoadedCounter:
    """One counter under load. ``crashes`` are exceptions of ours, which there must be none of."""

    counter: PushingCounter
    url: str
    seed: int
    sales: int = 0
    acks: int = 0
    results: dict[str, int] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    _acked: Acknowledgement = field(default_factory=Acknowledgement)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._guarded, args=(self._sell,))]
        self._threads += [threading.Thread(target=self._guarded, args=(self._push,)) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(120)

    def acknowledged(self) -> Acknowledgement:
        """The newest acknowledgement so far."""
        with self._lock:
            return Acknowledgement(self._acked.seq, self._acked.hash)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told at the end
            self.crashes.append(f"{self.counter.kiosk_id}: {error!r}")

    def _sell(self) -> None:
        chance = Random(self.seed)
        while not self._stopping.is_set():
            for _ in range(chance.randint(1, BURST_SALES_MAX)):
                self.sales += 1
                self.counter.sell(self.sales, chance.randrange(1, 5000))
            waiting = self.counter.journal.head().seq - self._acked.seq
            time.sleep(0.5 if waiting > BACKLOG_SALES_MAX else chance.random() * 0.15)

    def _push(self) -> None:
        client = self.counter.connect(self.url)
        try:
            while not self._stopping.is_set():
                result = push_once(self.counter.journal, client)
                self._note(result)
                if isinstance(result, Unreachable | RefusedByRegister):
                    self._stopping.wait(AWAY_S)
                elif not (isinstance(result, Pushed) and result.more):
                    self._stopping.wait(IDLE_S)
        finally:
            client.close()

    def _note(self, result: PushResult) -> None:
        name = type(result).__name__
        if isinstance(result, RefusedByRegister):
            name = f"refused: {result.rule}"
        with self._lock:
            self.results[name] = self.results.get(name, 0) + 1
            if isinstance(result, Pushed):
                self.acks += 1
                if result.ack_seq > self._acked.seq:
                    self._acked = Acknowledgement(result.ack_seq, self._hash_at(result.ack_seq))

    def _hash_at(self, seq: int) -> bytes:
        (entry,) = self.counter.journal.entries_after(seq - 1, count_max=1, bytes_max=1)
        return entry.hash


def open_counters(
    folder: Path, engine: Engine, register_url: str, network_url: str, *, count: int, seed: int
) -> list[LoadedCounter]:
    """Enrolled straight at a register; what they push goes through the network."""
    return [
        LoadedCounter(
            PushingCounter(folder / f"k{number}", f"k{number}", code_from(engine, f"k{number}"), register_url),
            network_url,
            seed * 1000 + number,
        )
        for number in range(1, count + 1)
    ]
