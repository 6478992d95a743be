"""Rows of people and of their deeds. Owns the queries; refuses to judge."""

from sqlalchemy import Connection, func, insert, select, update

from kiosk.domain.operator import Role
from register.domain.person import Deed, Person
from register.store.schema import DEED, PERSON


def people(connection: Connection) -> tuple[Person, ...]:
    """Everybody, by id."""
    rows = connection.execute(select(PERSON).order_by(PERSON.c.person_id))
    return tuple(
        Person(row.person_id, row.name, Role(row.role), row.secret_hash, row.locked, row.refusals, row.refused_ms)
        for row in rows
    )


def add_person(connection: Connection, person: Person) -> None:
    connection.execute(
        insert(PERSON).values(
            person_id=person.person_id,
            name=person.name,
            role=person.role.value,
            secret_hash=person.secret_hash,
            locked=person.is_locked,
            refusals=person.refusals,
            refused_ms=person.refused_ms,
        )
    )


def update_person(connection: Connection, person_id: str, **values: str | int | bool) -> None:
    connection.execute(update(PERSON).where(PERSON.c.person_id == person_id).values(**values))


def add_deed(connection: Connection, at_ms: int, by: str, act: str, detail: str, *, is_refused: bool) -> None:
    """Append one, in the order of the transactions that lock nothing else: called inside a writing one."""
    number = 1 + (connection.scalar(select(func.max(DEED.c.number))) or 0)
    connection.execute(
        insert(DEED).values(number=number, at_ms=at_ms, by=by, act=act, detail=detail, refused=is_refused)
    )


def deeds(connection: Connection) -> tuple[Deed, ...]:
    """Oldest first."""
    rows = connection.execute(select(DEED).order_by(DEED.c.number))
    return tuple(Deed(row.number, row.at_ms, row.by, row.act, row.detail, row.refused) for row in rows)
