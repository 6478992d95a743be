"""The central register and the network to it. Owns what happens to a request; the register is the product's."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from shutil import copyfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError
from starlette.requests import Request

from kiosk.domain.batch import HEADER_SIGNATURE, Purpose
from kiosk.sync.client import Answer, NoAnswer, RegisterClient
from kiosk.sync.keys import Enrolment, SigningKey
from register.api.app import STATUS, HeartbeatBody
from register.api.intake import Rejected, decompress, submission_of
from register.domain.refusal import Refused, Rule
from register.services.accept_batch import Acknowledged, accept_batch
from register.services.enroll import Enrolled, enroll, issue_code
from register.services.heartbeat import Heartbeat, RegisterHead, hear_heartbeat
from register.store import kiosks
from register.store.engine import open_store, reading
from tests.simulation.clockwork import World
from tests.simulation.faults import Dice, Fault
from tests.simulation.wire import Owner

NETWORK_S = 0.04
AWAY_S = 90.0
TROUBLE = 0.08
"""Chance of each way in which a request may fail."""
REPLICATED = 0.02
"""Share of requests with which the replica catches up."""

STRANGER = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
"""A key no register knows."""

Request3 = tuple[str, dict[str, str], bytes]
"""What is asked for, headers and body of one request."""


class RegisterSide:
    """One register for all counters, on SQLite."""

    def __init__(self, world: World, folder: Path, wall: Callable[[], datetime]) -> None:
        self.world = world
        self._folder, self._wall = folder, wall
        self._away_until_s = 0.0
        self._codes = 0
        folder.mkdir()
        self.engine = open_store(self._url)
        self.keep_copy()

    @property
    def _url(self) -> str:
        return f"sqlite:///{self._folder / 'register.db'}"

    def now_ms(self) -> int:
        return int(self._wall().timestamp() * 1000)

    def enroll(self, kiosk_id: str) -> SigningKey:
        """A key from the seed, known to the register."""
        key = SigningKey(Ed25519PrivateKey.from_private_bytes(self.world.random.randbytes(32)))
        code = issue_code(
            self.engine,
            kiosk_id,
            counter_code="0101",
            counter_name=kiosk_id,
            new_epoch=False,
            now_ms=self.now_ms,
            random_bytes=self._random,
        )
        enrolled = enroll(self.engine, code=code, kiosk_id=kiosk_id, public_key=key.public_key, now_ms=self.now_ms)
        assert isinstance(enrolled, Enrolled)
        self.keep_copy()
        return key

    def held_seq(self, kiosk_id: str) -> int:
        """How far the register really is."""
        with reading(self.engine) as connection:
            row = kiosks.kiosk_row(connection, kiosk_id)
        return row.head_seq if row else 0

    def close(self) -> None:
        self.engine.dispose()

    def is_away(self, dice: Dice) -> bool:
        """Whether nobody answers now; asked with each request."""
        if self.world.now_s >= self._away_until_s and dice.roll(Fault.REGISTER_AWAY, 0.01):
            self._away_until_s = self.world.now_s + AWAY_S
        if dice.roll(Fault.REGISTER_RESTORED, 0.005):
            self._put_back("backup.db")
        if dice.roll(Fault.STALE_REPLICA, 0.01):
            self._put_back("replica.db")
        elif self.world.random.random() < REPLICATED:
            self._copy_to("replica.db")
        return dice.storm and self.world.now_s < self._away_until_s

    def take(self, kiosk_id: str, what: str, headers: dict[str, str], body: bytes) -> Answer:
        """One request, answered as the register's HTTP interface does."""
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        request = Request({"type": "http", "headers": raw})
        try:
            result = self._handle(request, kiosk_id, what, headers, body)
        except Rejected as rejected:
            result = rejected.refused
        except ValidationError:
            result = Refused(Rule.INVALID, "not a heartbeat")
        match result:
            case Refused(rule, detail, facts):
                return Answer(STATUS[rule], {"rule": rule.value, "detail": detail, **facts})
            case Acknowledged(ack_seq, ack_hash):
                return Answer(200, {"ack_seq": ack_seq, "ack_hash": ack_hash.hex()})
            case RegisterHead(epoch, seq, digest):
                return Answer(200, {"epoch": epoch, "head_seq": seq, "head_hash": digest.hex()})

    def _handle(
        self, request: Request, kiosk_id: str, what: str, headers: dict[str, str], body: bytes
    ) -> Acknowledged | RegisterHead | Refused:
        if what == "journal":
            plain = decompress(body, headers.get("Content-Encoding", ""))
            return accept_batch(self.engine, submission_of(request, Purpose.JOURNAL, kiosk_id, plain), self.now_ms)
        said = HeartbeatBody.model_validate_json(body, strict=True)
        beat = Heartbeat(said.epoch, said.head_seq, bytes.fromhex(said.head_hash), said.oldest_unacked_at)
        return hear_heartbeat(self.engine, submission_of(request, Purpose.HEARTBEAT, kiosk_id, body), beat, self.now_ms)

    def keep_copy(self) -> None:
        """The nightly backup; the replica is up to date then too."""
        self._copy_to("backup.db")
        copyfile(self._folder / "backup.db", self._folder / "replica.db")

    def _copy_to(self, name: str) -> None:
        self.engine.dispose()  # the last connection to close writes the log back into the file
        copyfile(self._folder / "register.db", self._folder / name)

    def _put_back(self, name: str) -> None:
        """Somebody puts the backup back, or fails over to a replica: what was acknowledged since is gone here."""
        self.engine.dispose()
        for rest in self._folder.glob("register.db-*"):
            rest.unlink()
        copyfile(self._folder / name, self._folder / "register.db")

    def _random(self, count: int) -> bytes:
        self._codes += 1
        return hashlib.sha256(f"{self.world.seed}-{self._codes}".encode()).digest()[:count]


class SimulatedClient(RegisterClient):
    """The product's client; its requests go through a network that loses, doubles and delays them."""

    def __init__(
        self,
        register: RegisterSide,
        owner: Owner,
        dice: Dice,
        kiosk_id: str,
        key: SigningKey,
        now_iso: Callable[[], str],
    ) -> None:
        super().__init__(Enrolment("http://register", kiosk_id, 1, key.key_id), key, now_iso=now_iso)
        self._register, self._owner, self._dice, self._kiosk_id = register, owner, dice, kiosk_id
        self._old: Request3 | None = None

    def _request(self, method: str, what: str, headers: dict[str, str], body: bytes) -> Answer:
        register, roll = self._register, self._dice.roll
        self._owner.may_die(Fault.KILL_BEFORE_SYNC, 0.01)
        register.world.sleep(NETWORK_S)
        if register.is_away(self._dice) or roll(Fault.REQUEST_LOST, TROUBLE):
            raise NoAnswer("ConnectTimeout")
        if roll(Fault.PORTAL, TROUBLE):
            raise NoAnswer("HTTP 200 without a register's answer")
        if roll(Fault.REGISTER_BUSY, TROUBLE):
            return Answer(503, {"rule": "busy", "detail": "busy"}, 2.0)
        if self._old is not None and roll(Fault.OLD_REQUEST, TROUBLE):
            register.take(self._kiosk_id, *self._old)
        if roll(Fault.FORGED_REQUEST, TROUBLE / 2):
            self._forge(what, headers, body)
        if roll(Fault.REQUEST_CUT, TROUBLE):
            return register.take(self._kiosk_id, what, headers, body[: len(body) // 2])
        answer = register.take(self._kiosk_id, what, headers, body)
        if roll(Fault.REQUEST_DOUBLED, TROUBLE):
            answer = register.take(self._kiosk_id, what, headers, body)
        if what == "journal":
            self._old = (what, headers, body)
        register.world.note(f"{self._kiosk_id} {what} {answer.status}")
        register.world.sleep(NETWORK_S)
        self._owner.may_die(Fault.KILL_AFTER_SYNC, 0.01)
        if roll(Fault.ANSWER_LOST, TROUBLE):
            raise NoAnswer("ReadTimeout")
        return answer

    def _forge(self, what: str, headers: dict[str, str], body: bytes) -> None:
        """Somebody without the key sends the same under this kiosk's name: it must not be taken."""
        forged = {**headers, HEADER_SIGNATURE: STRANGER.sign(body).hex()}
        answer = self._register.take(self._kiosk_id, what, forged, body)
        if answer.status == HTTPStatus.OK:
            self._register.world.problem(f"the register took what {self._kiosk_id} has not signed")
