"""The register's command line: exit codes, one line on stderr, and nothing secret in it."""

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from register.cli import main
from register.store.engine import open_store, writing
from tests.postgres import PostgresServer
from tests.register_process import RegisterProcess


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(words)
    except SystemExit as ended:
        code = int(ended.code or 0)
    written = capsys.readouterr()
    return code, written.out, written.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["settle", "--date", "2026-02-30"], "2026-02-30"),
        (["settle", "--date", "今日"], "not a date"),
        (["settle"], "--date"),
        (["nothing"], "invalid choice"),
        (["verify", "one\ntwo"], "one two"),
        (["verify", "--db", "nonsense"], "sqlite:///FILE"),
        (["verify", "--db", "mysql://x/y"], "'mysql' is not supported"),
        (["verify", "--db", "sqlite://"], "needs a file"),
        (["verify", "--db", "sqlite:////no/such/folder/x"], "does not exist"),
        (["verify", "--db", "postgresql://u:s3cret@/x?host=/no/such/socket"], "cannot open the database"),
        (["serve", "--port", "99999"], "not a port"),
        (["serve", "--port", "-1"], "not a port"),
        (["serve", "--host", "not a host", "--port", "0"], "cannot listen"),
        (["enroll", "--kiosk", "市民課"], "--kiosk"),
        (["export", "--kiosk", "k77"], "no such kiosk"),
        (["settle", "--date", "2026-04-01", "--kiosk", "k77"], "no such kiosk"),
        (["revoke", "--kiosk", "k77"], "no such kiosk"),
        (["thaw", "--kiosk", "k77", "--reason", "x"], "no such kiosk"),
        (["thaw", "--kiosk", "k77"], "--reason"),
        (["keys", "--kiosk", "k77"], "no such kiosk"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("REGISTER_DB", f"sqlite:///{tmp_path / 'r.sqlite3'}")
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert "s3cret" not in err


def test_a_file_that_is_no_database_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello " * 1000)
    code, _, err = run(capsys, "verify", "--db", f"sqlite:///{path}")
    assert code == 2
    assert len(err.splitlines()) == 1


def test_another_schema_version_is_refused_in_one_line(capsys: pytest.CaptureFixture[str], store_url: str) -> None:
    engine = open_store(store_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE meta SET schema_version = 999"))
    engine.dispose()
    code, _, err = run(capsys, "verify", "--db", store_url)
    assert code == 2
    assert "999" in err
    assert len(err.splitlines()) == 1


def test_a_postgresql_database_that_is_not_there_is_refused(
    capsys: pytest.CaptureFixture[str], postgres: PostgresServer
) -> None:
    code, _, err = run(capsys, "verify", "--db", postgres.url("nowhere"))
    assert (code, len(err.splitlines())) == (2, 1)
    assert "nowhere" in err


def test_enrol_prints_a_code_and_the_rest_works_on_an_empty_register(
    capsys: pytest.CaptureFixture[str], store_url: str
) -> None:
    code, out, _ = run(capsys, "enroll", "--db", store_url, "--kiosk", "k1")
    assert code == 0
    assert [len(part) for part in out.strip().split("-")] == [4, 4, 4]
    assert run(capsys, "verify", "--db", store_url, "--language", "en")[:2] == (
        0,
        "OK: 1 kiosk(s), 0 entries and 0 signatures checked, projections compared with a replay, "
        "0 batch(es) in quarantine\n",
    )
    assert run(capsys, "rebuild", "--db", store_url)[0] == 0
    assert run(capsys, "revoke", "--db", store_url, "--kiosk", "k1")[0] == 1


def test_kiosks_keys_and_events_are_told_as_tables_and_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    run(capsys, "enroll", "--db", database, "--kiosk", "k1", "--counter-name", "市民課")
    assert run(capsys, "keys", "--db", database) == (0, "", "")
    code, table, _ = run(capsys, "kiosks", "--db", database)
    assert (code, table.splitlines()[1].split()[:2]) == (0, ["k1", "市民課"])
    code, lines, _ = run(capsys, "events", "--db", database, "--kiosk", "k1", "--json")
    assert (code, json.loads(lines)["event"]) == (0, "code_issued")
    assert run(capsys, "thaw", "--db", database, "--kiosk", "k1", "--reason", "x")[0] == 1


def test_serve_refuses_a_database_that_a_power_cut_empties(
    capsys: pytest.CaptureFixture[str], postgres: PostgresServer
) -> None:
    code, _, err = run(capsys, "serve", "--db", postgres.new_database(), "--port", "0")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "fsync = off" in err


def test_serve_says_when_it_listens(tmp_path: Path) -> None:
    database = tmp_path / "r.sqlite3"
    process = RegisterProcess(f"sqlite:///{database}")
    try:
        assert process.url.startswith("http://127.0.0.1:")
        assert stat.S_ISREG(database.stat().st_mode)
        with sqlite3.connect(database) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
    finally:
        process.stop()
    # what a person copies when it is stopped is one whole file
    assert [path.name for path in tmp_path.iterdir()] == ["r.sqlite3"]
