"""The register's command line. Owns arguments, exit codes and one-line errors; imports a service only to run it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from kiosk.domain.bug_report import bug_report
from kiosk.domain.operator import Act
from register import cli_people
from register.domain.person import NotPermitted
from register.domain.refusal import Unusable

DATABASE_VARIABLE = "REGISTER_DB"
"""Where ``--db`` is not given: a URL with a password is better in the environment than in the process list."""
DATABASE_DEFAULT = "sqlite:///register.sqlite3"
TREASURY_VARIABLE, TREASURY_DEFAULT = "REGISTER_TREASURY", "会計課"
"""What a city calls the office that is told of every 納付書."""
PORT_MAX = 65535
DONE, SAYS_NO, BAD_INPUT = 0, 1, 2

Run = Callable[[argparse.Namespace], int]
AddCommand = Callable[[str, Run, Act | None, str], argparse.ArgumentParser]
"""Name, what runs it, what a person must be allowed, and its one-line summary."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the work says no, 2 bad input with one line on stderr."""
    arguments = _parser().parse_args(argv)
    run: Run = arguments.run
    try:
        if arguments.act is not None and getattr(arguments, "export", None) is None:  # a file is nobody's secret here
            cli_people.act(arguments)
        return run(arguments)
    except NotPermitted as error:
        print(f"register: {error}", file=sys.stderr)
        return SAYS_NO
    except Unusable as error:
        print(f"register: {error}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SAYS_NO
    except KeyboardInterrupt:
        return DONE
    except Exception as error:  # noqa: BLE001 - our own bug: where it was, never its message, which may be a citizen's
        print(f"register: a fault in this program: give this line to support: {bug_report(error)}", file=sys.stderr)
        return SAYS_NO


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; ``--help`` has the rest."""

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.splitlines())  # it may repeat an argument that has line ends
        self.exit(BAD_INPUT, f"{self.prog}: {line}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="register", description="The central register of the counters.")
    commands = parser.add_subparsers(dest="command", required=True)
    common = _Parser(add_help=False)
    common.add_argument(
        "--db",
        default=os.environ.get(DATABASE_VARIABLE, DATABASE_DEFAULT),
        metavar="URL",
        help=f"sqlite:///FILE or postgresql://USER@HOST/NAME (default: ${DATABASE_VARIABLE} or {DATABASE_DEFAULT})",
    )

    cli_people.add_person_arguments(common)

    def command(name: str, run: Run, act: Act | None, summary: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[common], help=summary, description=summary)
        made.set_defaults(run=run, act=act)
        return made

    serve = command("serve", _serve, None, "take the kiosks' journals over HTTP")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8700, help="0 takes a free port")
    serve.add_argument("--ready-file", type=Path, metavar="FILE", help="write the address here when listening")

    serve.add_argument("--not-durable", action="store_true", help="for tests: take a server that a power cut empties")

    _kiosk_commands(command)
    users = command("users", cli_people.run_users, Act.MANAGE_PEOPLE, "who may act here, and what they did")
    cli_people.add_users_arguments(users)

    settle = command("settle", _settle, Act.SETTLE, "print a business day per revenue account and tender")
    settle.add_argument("--date", required=True, type=_date, metavar="YYYY-MM-DD")
    settle.add_argument("--format", choices=("csv", "json"), default="csv")
    settle.add_argument("--kiosk", metavar="ID", help="one kiosk (default: all)")
    settle.add_argument("--encoding", choices=("utf-8-sig", "cp932"), default="utf-8-sig")

    _told(command("notices", _notices, Act.NOTICES, "納入済通知 of a day's 納付書, for 会計課 and each section"))
    _paper(
        command("verify", _verify, Act.VERIFY, "check every chain, signature and projection again, and a day's paper")
    )
    command("rebuild", _rebuild, Act.REBUILD, "replay the journal into new projections")

    backup = command("backup", _backup, Act.BACK_UP, "copy a running register on SQLite to a file, whole")
    backup.add_argument("--out", required=True, type=Path, metavar="FILE")

    export = command("export", _export, Act.EXPORT, "print what the register holds of a kiosk, one record per line")
    export.add_argument("--kiosk", required=True, metavar="ID")
    export.add_argument("--quarantined", action="store_true", help="what it was refused and is kept for a person")
    return parser


def _kiosk_commands(command: AddCommand) -> None:
    enroll = command("enroll", _enroll, Act.ENROLL, "print a one-time code that lets a kiosk in (15 minutes)")
    enroll.add_argument("--kiosk", required=True, metavar="ID")
    enroll.add_argument("--counter-code", default="", help="窓口コード, such as 101")
    enroll.add_argument("--counter-name", default="", help="窓口名, such as 市民課")
    enroll.add_argument("--new-epoch", action="store_true", help="the kiosk was re-imaged and its journal starts anew")

    revoke = command("revoke", _revoke, Act.REVOKE, "refuse a kiosk's key from now on; what it signed stays valid")
    revoke.add_argument("--kiosk", required=True, metavar="ID")
    revoke.add_argument("--key", metavar="KEY_ID", help="one key (default: all)")

    thaw = command("thaw", _thaw, Act.THAW, "take entries from a frozen kiosk again; each is checked as before")
    thaw.add_argument("--kiosk", required=True, metavar="ID")
    thaw.add_argument("--reason", required=True, help="what was found, and by whom; kept for the auditor")

    for name, summary in (
        ("kiosks", "how every kiosk stands: entries held, last heard, frozen or not"),
        ("keys", "every key and whether it is valid, retired or revoked"),
        ("events", "what happened to codes, keys and freezes, alarms marked"),
    ):
        listing = command(name, _list, Act.SEE_KIOSKS, summary)
        listing.add_argument("--kiosk", metavar="ID", help="one kiosk (default: all)")
        listing.add_argument("--json", action="store_true", help="one JSON object a line")


def _told(notices: argparse.ArgumentParser) -> None:
    notices.add_argument("--date", required=True, type=_date, metavar="YYYY-MM-DD")
    notices.add_argument("--department", metavar="NAME", help="one office (default: all)")
    notices.add_argument(
        "--treasury",
        type=_office,
        default=os.environ.get(TREASURY_VARIABLE, TREASURY_DEFAULT),
        metavar="NAME",
        help=f"the office that is told of all (default: ${TREASURY_VARIABLE} or {TREASURY_DEFAULT})",
    )
    form = notices.add_mutually_exclusive_group(required=True)
    form.add_argument("--out", type=Path, metavar="DIR", help="write a PDF and a CSV for each office here")
    form.add_argument("--json", action="store_true", help="print them")
    notices.add_argument("--encoding", choices=("utf-8-sig", "cp932"), default="utf-8-sig", help="of the CSV")


def _paper(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("--kiosk", metavar="ID", help="one kiosk (default: all)")
    verify.add_argument(
        "--checkpoint", metavar="TEXT|FILE", help="a close report's QR text or code, or a file with it: 精算票との照合"
    )
    verify.add_argument("--export", type=Path, metavar="FILE", help="check an exported journal instead of the database")
    verify.add_argument("--language", choices=("ja", "en"), default="ja")
    verify.add_argument("--json", action="store_true", help="one JSON object a finding")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: write it like 2026-04-01") from None


def _office(text: str) -> str:
    if name := text.strip():
        return name
    raise argparse.ArgumentTypeError(f"is empty: write the office's name, such as {TREASURY_DEFAULT}")


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= PORT_MAX:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: write 0 to {PORT_MAX}")


def _serve(arguments: argparse.Namespace) -> int:
    from register.api.server import serve
    from register.store.durability import check_durable
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        if not arguments.not_durable:
            check_durable(engine)
        serve(engine, host=arguments.host, port=arguments.port, ready_file=arguments.ready_file)
    return DONE


def _enroll(arguments: argparse.Namespace) -> int:
    from register.domain.clock import wall_ms
    from register.services.enroll import issue_code
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        code = issue_code(
            engine,
            arguments.kiosk,
            counter_code=arguments.counter_code,
            counter_name=arguments.counter_name,
            new_epoch=arguments.new_epoch,
            now_ms=wall_ms,
            random_bytes=os.urandom,
        )
    print(code)
    return DONE


def _revoke(arguments: argparse.Namespace) -> int:
    from register.domain.clock import wall_ms
    from register.services.enroll import revoke
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        count = revoke(engine, arguments.kiosk, key_id=arguments.key, now_ms=wall_ms)
    print(f"{count} key(s) revoked")
    return DONE if count else SAYS_NO


def _thaw(arguments: argparse.Namespace) -> int:
    from register.domain.clock import wall_ms
    from register.services.thaw import thaw
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        thawed = thaw(engine, arguments.kiosk, reason=arguments.reason, now_ms=wall_ms)
    print(f"{arguments.kiosk}: {'thawed' if thawed else 'was not frozen'}")
    return DONE if thawed else SAYS_NO


def _list(arguments: argparse.Namespace) -> int:
    import json

    from register.services import tell_kiosks
    from register.store.engine import using_store

    tell = {
        "kiosks": tell_kiosks.kiosk_standings,
        "keys": tell_kiosks.key_standings,
        "events": tell_kiosks.history,
    }[arguments.command]
    with using_store(arguments.db) as engine:
        rows = tell(engine, arguments.kiosk)
    for line in (json.dumps(row, ensure_ascii=False) for row in rows) if arguments.json else tell_kiosks.as_table(rows):
        print(line)
    return DONE


def _settle(arguments: argparse.Namespace) -> int:
    from register.services.settle import settle
    from register.services.settlement_files import to_csv, to_json
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        settlement = settle(engine, arguments.date, kiosk_id=arguments.kiosk)
    if arguments.format == "json":
        print(to_json(settlement))
    else:
        sys.stdout.buffer.write(to_csv(settlement, arguments.encoding))
    return DONE


def _notices(arguments: argparse.Namespace) -> int:
    from register.services.notice_files import to_json, write_files
    from register.services.notices import notices
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        found = notices(engine, arguments.date, arguments.treasury)
    if arguments.department is not None:
        offices = [batch.office for batch in found]
        if found and arguments.department not in offices:
            raise Unusable(
                f"--department {arguments.department}: nothing for it on this day; write {', '.join(offices)}"
            )
        found = tuple(batch for batch in found if batch.office == arguments.department)
    if arguments.json:
        print(to_json(found))
        return DONE
    for path in write_files(found, arguments.out, arguments.encoding):
        print(path)
    if not found:
        print(f"{arguments.date}: no slip was paid, voided or refunded", file=sys.stderr)
    return DONE


def _verify(arguments: argparse.Namespace) -> int:
    from register.verify_command import run_verify

    return DONE if run_verify(arguments) else SAYS_NO


def _rebuild(arguments: argparse.Namespace) -> int:
    from register.services.rebuild import rebuild
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        rebuilt = rebuild(engine)
    print(f"{rebuilt.entries} entries of {rebuilt.kiosks} kiosk(s) replayed")
    return DONE


def _backup(arguments: argparse.Namespace) -> int:
    from register.services.backup import back_up
    from register.store.engine import using_store

    with using_store(arguments.db) as engine:
        size_bytes = back_up(engine, arguments.out)
    print(f"{arguments.out}: {size_bytes} bytes; look at it with register verify --db sqlite:///{arguments.out}")
    return DONE


def _export(arguments: argparse.Namespace) -> int:
    from register.services.export import export_journal, export_quarantine
    from register.store.engine import using_store

    export = export_quarantine if arguments.quarantined else export_journal
    with using_store(arguments.db) as engine:
        for line in export(engine, arguments.kiosk):
            sys.stdout.buffer.write(line)
    return DONE
