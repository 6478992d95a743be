"""Every command of the register by everybody, and every route by nobody: permitted where the one table says so."""

import argparse
import io
import json
from pathlib import Path

import pytest
import requests
from fastapi.routing import APIRoute

from kiosk.domain.operator import AT_COUNTER, PERMISSIONS, Act, Role
from register import cli
from register.api.app import make_app
from register.services import people
from register.store.engine import open_store
from tests.register_process import serving

PASSPHRASE = "four words are enough"
WORDS = {
    "settle": ("--date", "2026-11-23"),
    "notices": ("--date", "2026-11-23", "--json"),
    "enroll": ("--kiosk", "k1"),
    "revoke": ("--kiosk", "k1"),
    "thaw": ("--kiosk", "k1", "--reason", "looked at"),
    "export": ("--kiosk", "k1"),
    "users": ("list",),
    "backup": ("--out",),
}
"""What a command needs besides its name; a file's name is added to a lone option."""
OPEN_ROUTES = {"/healthz": "says that it lives", "/v1/enroll": "by a one-time code"}
"""What needs no kiosk's signature."""


def commands() -> dict[str, Act | None]:
    """Every command with its act, as the parser knows them."""
    parser = cli._parser()
    (actions,) = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return {name: sub.get_default("act") for name, sub in actions.choices.items()}


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store in which everybody bears the name of a role."""
    url = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    engine = open_store(url)
    for role in sorted(Role, key=lambda role: role is not Role.ADMINISTRATOR):
        people.add_person(engine, role.value, role.value, role, PASSPHRASE)
    people.act_as(engine, "administrator", PASSPHRASE, Act.MANAGE_PEOPLE, detail="", now_ms=lambda: 0)
    engine.dispose()
    return url


def run(monkeypatch: pytest.MonkeyPatch, url: str, name: str, *words: str, person: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    return cli.main([name, "--db", url, "--as", person, *words])


def test_every_command_has_its_act_but_the_server() -> None:
    assert {name for name, act in commands().items() if act is None} == {"serve"}
    assert {act for act in commands().values() if act} == set(Act) - AT_COUNTER


@pytest.mark.parametrize("role", Role)
def test_a_role_runs_the_commands_the_table_says(
    url: str, role: Role, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(people, "_verify", lambda _, passphrase: passphrase == PASSPHRASE)
    for name, act in commands().items():
        if act is None:
            continue
        words = WORDS.get(name, ())
        words = (*words, str(tmp_path / "copy")) if name == "backup" else words
        code = run(monkeypatch, url, name, *words, person=role.value)
        said = capsys.readouterr().err
        refused = f"the role {role.value} does not" in said
        assert refused == (act not in PERMISSIONS[role]), name
        assert (code == cli.SAYS_NO and len(said.splitlines()) == 1) or not refused, name


def test_a_command_asks_who_and_for_the_right_passphrase(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verify", "--db", url]) == cli.SAYS_NO
    assert capsys.readouterr().err == "register: say who you are: --as PERSON\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("something else\n"))
    assert cli.main(["verify", "--db", url, "--as", "finance"]) == cli.SAYS_NO
    assert "wrong name or passphrase" in capsys.readouterr().err
    assert run(monkeypatch, url, "verify", person="finance") == cli.DONE


def test_a_passphrase_file_is_its_owners(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    file.chmod(0o644)
    monkeypatch.setenv("REGISTER_PASSPHRASE_FILE", str(file))
    assert cli.main(["verify", "--db", url, "--as", "finance"]) == cli.BAD_INPUT
    assert "chmod 600" in capsys.readouterr().err
    file.chmod(0o600)
    assert cli.main(["verify", "--db", url, "--as", "finance"]) == cli.DONE


def test_people_are_looked_after_and_every_deed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'register.sqlite3'}"

    def users(*words: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return cli.main(["users", "--db", url, "--as", "kimura", *words])

    assert users("add", "kimura", "--name", "木村", "--role", "administrator", typed=f"{PASSPHRASE}\n") == cli.DONE
    mine = f"{PASSPHRASE}\n"
    assert users("add", "mori", "--name", "森", "--role", "finance", typed=mine + "another four words\n") == cli.DONE
    assert users("role", "mori", "--role", "clerk", typed=mine) == cli.DONE
    assert users("lock", "mori", typed=mine) == cli.DONE
    assert users("add", "x", typed=mine) == cli.BAD_INPUT
    capsys.readouterr()
    assert users("list", "--json", typed=mine) == cli.DONE
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"id": "mori", "name": "森", "role": "clerk", "locked": True} in listed
    assert users("log", typed=mine) == cli.DONE
    log = capsys.readouterr().out
    assert "users action=role id=mori role=clerk" in log
    assert PASSPHRASE not in log


def test_no_route_answers_without_a_kiosks_signature(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    engine = open_store(store)
    routes = [route for route in make_app(engine, lambda: 0).routes if isinstance(route, APIRoute)]
    engine.dispose()
    assert {route.path for route in routes} > set(OPEN_ROUTES)
    with serving(store) as server:
        for route in routes:
            if route.path in OPEN_ROUTES:
                continue
            for method in route.methods or ():
                answer = requests.request(method, server.url + route.path.format(kiosk_id="k1"), json={}, timeout=10)
                assert answer.status_code in (401, 422), (method, route.path)
                assert answer.json()["rule"] in ("invalid", "unknown_key"), (method, route.path)
