"""Who may act at the register. Owns identification, lock-out and the list of deeds; refuses what the role table does.

While nobody is registered the register is its installer's, as on a first day: everything may be done, and is written
down without a name. With the first person, an administrator, every act needs one.
"""

import math
from dataclasses import replace

from sqlalchemy import Connection, Engine

from kiosk.domain.operator import Act, Role
from kiosk.domain.pin import wait_s
from register.domain.clock import NowMs
from register.domain.names import is_kiosk_id
from register.domain.person import PASSPHRASE_CHARS_MAX, PASSPHRASE_CHARS_MIN, Deed, NotPermitted, Person
from register.domain.refusal import Unusable
from register.store import people as rows
from register.store.engine import reading, writing

TIME_COST, MEMORY_KIB, LANES = 3, 65_536, 4
"""RFC 9106, section 4, second recommended option."""


def act_as(engine: Engine, person_id: str, passphrase: str, act: Act, *, detail: str, now_ms: NowMs) -> None:
    """Write down that the person does ``act``. Raises NotPermitted, which is written down too."""
    with writing(engine) as connection:
        everybody = rows.people(connection)
        refused = _refusal(connection, everybody, person_id, passphrase, act, now_ms()) if everybody else ""
        rows.add_deed(connection, now_ms(), person_id, act.value, refused or detail, is_refused=bool(refused))
    if refused:
        raise NotPermitted(refused)


def _refusal(
    connection: Connection, everybody: tuple[Person, ...], person_id: str, passphrase: str, act: Act, now_ms: int
) -> str:
    if not person_id:
        return "say who you are: --as PERSON"
    person = next((each for each in everybody if each.person_id == person_id), None)
    if person is None:
        _verify(everybody[0].secret_hash, passphrase)  # as slow as for a name that exists
        return f"--as {person_id}: wrong name or passphrase"
    rest_s = person.refused_ms / 1000 + wait_s(person.refusals) - now_ms / 1000
    if 0 < rest_s <= wait_s(person.refusals):  # a clock set back does not lock for longer
        return f"--as {person_id}: too many wrong passphrases: try again in {math.ceil(rest_s / 60)} min"
    if not _verify(person.secret_hash, passphrase):
        rows.update_person(connection, person_id, refusals=person.refusals + 1, refused_ms=now_ms)
        return f"--as {person_id}: wrong name or passphrase"
    rows.update_person(connection, person_id, refusals=0)
    if person.is_locked:
        return f"--as {person_id}: this name is locked: ask an administrator"
    if not person.may(act):
        return f"--as {person_id}: the role {person.role.value} does not {act.value.replace('_', ' ')}"
    return ""


def add_person(engine: Engine, person_id: str, name: str, role: Role, passphrase: str) -> None:
    """Register somebody. Raises Unusable; the first person is an administrator, or nobody could add the next."""
    if not is_kiosk_id(person_id):
        raise Unusable(f"{person_id!r}: 1 to 64 ASCII letters, digits, dots, hyphens or underscores")
    secret_hash = _hash(passphrase)
    with writing(engine) as connection:
        everybody = rows.people(connection)
        if any(each.person_id == person_id for each in everybody):
            raise Unusable(f"{person_id}: there is a person with this id already")
        if not everybody and role is not Role.ADMINISTRATOR:
            raise Unusable(f"the first person is an administrator: --role {Role.ADMINISTRATOR.value}")
        rows.add_person(connection, Person(person_id, name, role, secret_hash))


def change_person(
    engine: Engine,
    person_id: str,
    *,
    role: Role | None = None,
    is_locked: bool | None = None,
    passphrase: str | None = None,
) -> None:
    """Change what is given; nobody is deleted. Raises Unusable, also where no administrator would be left."""
    secret_hash = None if passphrase is None else _hash(passphrase)
    with writing(engine) as connection:
        everybody = {each.person_id: each for each in rows.people(connection)}
        person = everybody.get(person_id)
        if person is None:
            raise Unusable(f"{person_id}: no such person")
        after = replace(
            person,
            role=role or person.role,
            is_locked=person.is_locked if is_locked is None else is_locked,
            secret_hash=secret_hash or person.secret_hash,
            refusals=0,
        )
        left = (everybody | {person_id: after}).values()
        if not any(each.role is Role.ADMINISTRATOR and not each.is_locked for each in left):
            raise Unusable(f"{person_id}: is the last administrator: name another one first")
        rows.update_person(
            connection,
            person_id,
            role=after.role.value,
            locked=after.is_locked,
            secret_hash=after.secret_hash,
            refusals=after.refusals,
        )


def tell_people(engine: Engine) -> tuple[Person, ...]:
    """Everybody, by id."""
    with reading(engine) as connection:
        return rows.people(connection)


def tell_deeds(engine: Engine) -> tuple[Deed, ...]:
    """What was done and refused, oldest first."""
    with reading(engine) as connection:
        return rows.deeds(connection)


def _hash(passphrase: str) -> str:
    from argon2 import PasswordHasher

    if not PASSPHRASE_CHARS_MIN <= len(passphrase) <= PASSPHRASE_CHARS_MAX:
        raise Unusable(f"a passphrase has {PASSPHRASE_CHARS_MIN} to {PASSPHRASE_CHARS_MAX} characters: four words do")
    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES).hash(passphrase)


def _verify(secret_hash: str, passphrase: str) -> bool:
    """Takes a tenth of a second on purpose."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(secret_hash, passphrase)
    except (Argon2Error, InvalidHashError):
        return False
