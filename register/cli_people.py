"""Who runs a command, and ``register users``. Owns how a passphrase is read; refuses to take one as an argument."""

import argparse
import getpass
import json
import os
import sys
from pathlib import Path

from kiosk.domain.operator import Role
from register.domain.clock import iso_of
from register.domain.person import Deed, Person
from register.domain.refusal import Unusable

PERSON_VARIABLE = "REGISTER_PERSON"
FILE_VARIABLE = "REGISTER_PASSPHRASE_FILE"
"""For what runs by itself in the morning; the file is its owner's alone."""


def add_person_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command of a person takes."""
    parser.add_argument(
        "--as",
        dest="person",
        default=os.environ.get(PERSON_VARIABLE, ""),
        metavar="PERSON",
        help=f"who acts, once people are registered (default: ${PERSON_VARIABLE}); the passphrase is asked for, or "
        f"stands in the file ${FILE_VARIABLE} names",
    )


def act(arguments: argparse.Namespace) -> None:
    """Write down who runs the command. Raises NotPermitted or Unusable."""
    from register.domain.clock import wall_ms
    from register.services.people import act_as, tell_people
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        passphrase = ""
        if arguments.person and tell_people(engine):
            passphrase = _passphrase(f"passphrase of {arguments.person}: ")
        words = (f"{name}={getattr(arguments, name)}" for name in SUBJECTS if getattr(arguments, name, None))
        detail = " ".join((arguments.command, *words))
        act_as(engine, arguments.person, passphrase, arguments.act, detail=detail, now_ms=wall_ms)


SUBJECTS = ("action", "kiosk", "key", "date", "department", "reason", "id", "role")
"""Arguments that say what a deed was about."""


def _passphrase(prompt: str) -> str:
    path = os.environ.get(FILE_VARIABLE)
    if path:
        return read_passphrase_file(Path(path))
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def read_passphrase_file(path: Path) -> str:
    """The first line. Raises Unusable for a file that others can read, or that is not there."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Unusable(f"{path}: others can read the passphrase: chmod 600 {path}")
        return path.read_text("utf-8").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: the passphrase cannot be read") from error


def add_users_arguments(parser: argparse.ArgumentParser) -> None:
    """``register users list|log|add|passphrase|role|lock|unlock``."""
    parser.add_argument("action", choices=("list", "log", "add", "passphrase", "role", "lock", "unlock"))
    parser.add_argument("id", nargs="?", default="", metavar="PERSON")
    parser.add_argument("--name", default="", help="氏名")
    parser.add_argument("--role", choices=[role.value for role in Role])
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run_users(arguments: argparse.Namespace) -> int:
    """Do it; 0. Raises Unusable. A new passphrase comes after the administrator's own, from the same place."""
    from register.services import people
    from register.store.engine import using_store

    person_id, action = arguments.id, arguments.action
    role = Role(arguments.role) if arguments.role else None
    if action not in ("list", "log") and not person_id:
        raise Unusable(f"users {action}: write whom: register users {action} PERSON")
    if action in ("add", "role") and role is None:
        raise Unusable(f"users {action}: write --role, one of {', '.join(Role)}")
    with using_store(arguments.db) as engine:
        match action:
            case "list":
                _print_people(people.tell_people(engine), as_json=arguments.json)
            case "log":
                _print_deeds(people.tell_deeds(engine), as_json=arguments.json)
            case "add":
                assert role is not None
                people.add_person(engine, person_id, arguments.name or person_id, role, _new_passphrase(person_id))
            case "passphrase":
                people.change_person(engine, person_id, passphrase=_new_passphrase(person_id))
            case "role":
                people.change_person(engine, person_id, role=role)
            case _:
                people.change_person(engine, person_id, is_locked=action == "lock")
    return 0


def _new_passphrase(person_id: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(f"new passphrase of {person_id}: ")
    if first != getpass.getpass("again: "):
        raise Unusable("the two passphrases differ: key the same one twice")
    return first


def _print_people(everybody: tuple[Person, ...], *, as_json: bool) -> None:
    for each in everybody:
        if as_json:
            row = {"id": each.person_id, "name": each.name, "role": each.role.value, "locked": each.is_locked}
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{each.person_id:<16} {each.role.value:<14} {'locked' if each.is_locked else '':<8}{each.name}")


def _print_deeds(deeds: tuple[Deed, ...], *, as_json: bool) -> None:
    for each in deeds:
        at = iso_of(each.at_ms)
        if as_json:
            row = {"at": at, "by": each.by, "act": each.act, "detail": each.detail, "refused": each.is_refused}
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{at}  {each.by or '-':<16} {'REFUSED' if each.is_refused else '':<8}{each.detail}")
