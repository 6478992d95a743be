"""Rows of kiosks, keys and enrolment codes. Owns their queries; refuses to judge them."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from register.store.schema import ENROLMENT_CODE, KIOSK, KIOSK_KEY


@dataclass(frozen=True, slots=True)
class KioskRow:
    """A kiosk and the head of its current epoch."""

    kiosk_id: str
    counter_code: str
    counter_name: str
    epoch: int
    head_seq: int
    head_hash: bytes
    frozen_rule: str
    frozen_detail: str
    batch_sent_ms: int
    batch_received_ms: int
    heartbeat_ms: int
    reported_seq: int
    oldest_unacked_at: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A kiosk's public key; ``revoked_ms`` None while it is valid."""

    kiosk_id: str
    key_id: str
    public_key: bytes
    enrolled_ms: int
    revoked_ms: int | None


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An enrolment code; only its hash is known. ``used_key_id`` is empty until it has been used."""

    kiosk_id: str
    new_epoch: bool
    expires_ms: int
    used_key_id: str


# Asked with every request, so built once: building a statement takes longer than the database's answer.
_KIOSK = select(*[KIOSK.c[name] for name in KioskRow.__slots__]).where(KIOSK.c.kiosk_id == bindparam("kiosk"))
_KIOSK_LOCKED = _KIOSK.with_for_update()
_KEY = select(*[KIOSK_KEY.c[name] for name in KeyRow.__slots__]).where(
    KIOSK_KEY.c.kiosk_id == bindparam("kiosk"), KIOSK_KEY.c.key_id == bindparam("key")
)
_CHANGE = update(KIOSK).where(KIOSK.c.kiosk_id == bindparam("kiosk"))


def kiosk_row(connection: Connection, kiosk_id: str, *, lock: bool = False) -> KioskRow | None:
    """A kiosk; with ``lock`` nobody else can move its head until the transaction ends."""
    row = connection.execute(_KIOSK_LOCKED if lock else _KIOSK, {"kiosk": kiosk_id}).one_or_none()
    return KioskRow(*row) if row else None


def kiosk_rows(connection: Connection) -> tuple[KioskRow, ...]:
    """Every kiosk by id."""
    return tuple(KioskRow(**row._mapping) for row in connection.execute(select(KIOSK).order_by(KIOSK.c.kiosk_id)))


def add_kiosk(connection: Connection, row: KioskRow) -> None:
    connection.execute(insert(KIOSK).values({name: getattr(row, name) for name in KioskRow.__slots__}))


def update_kiosk(connection: Connection, kiosk_id: str, **values: object) -> None:
    """Change the columns named."""
    connection.execute(_CHANGE, {"kiosk": kiosk_id, **values})


def key_row(connection: Connection, kiosk_id: str, key_id: str) -> KeyRow | None:
    row = connection.execute(_KEY, {"kiosk": kiosk_id, "key": key_id}).one_or_none()
    return KeyRow(*row) if row else None


def key_rows(connection: Connection, kiosk_id: str) -> tuple[KeyRow, ...]:
    """A kiosk's keys, oldest first, revoked ones included."""
    query = select(KIOSK_KEY).where(KIOSK_KEY.c.kiosk_id == kiosk_id).order_by(KIOSK_KEY.c.enrolled_ms)
    return tuple(KeyRow(**row._mapping) for row in connection.execute(query))


def add_key(connection: Connection, row: KeyRow) -> None:
    connection.execute(insert(KIOSK_KEY).values({name: getattr(row, name) for name in KeyRow.__slots__}))


def revoke_keys(connection: Connection, kiosk_id: str, key_ids: list[str], now_ms: int) -> None:
    connection.execute(
        update(KIOSK_KEY)
        .where(KIOSK_KEY.c.kiosk_id == kiosk_id, KIOSK_KEY.c.key_id.in_(key_ids))
        .values(revoked_ms=now_ms)
    )


def add_code(connection: Connection, code_hash: bytes, row: CodeRow) -> None:
    values = {name: getattr(row, name) for name in CodeRow.__slots__}
    connection.execute(insert(ENROLMENT_CODE).values(code_hash=code_hash, **values))


def end_codes(connection: Connection, kiosk_id: str, now_ms: int) -> None:
    """Let every code of a kiosk that is still good be good no longer."""
    code = ENROLMENT_CODE.c
    connection.execute(
        update(ENROLMENT_CODE).where(code.kiosk_id == kiosk_id, code.expires_ms >= now_ms).values(expires_ms=now_ms - 1)
    )


def code_row(connection: Connection, code_hash: bytes) -> CodeRow | None:
    """The code, locked: two kiosks cannot use it at once."""
    columns = [ENROLMENT_CODE.c[name] for name in CodeRow.__slots__]
    query = select(*columns).where(ENROLMENT_CODE.c.code_hash == code_hash).with_for_update()
    row = connection.execute(query).one_or_none()
    return CodeRow(**row._mapping) if row else None


def use_code(connection: Connection, code_hash: bytes, key_id: str) -> None:
    connection.execute(update(ENROLMENT_CODE).where(ENROLMENT_CODE.c.code_hash == code_hash).values(used_key_id=key_id))
