"""The ``kiosk`` command. Owns arguments and exit codes: 0 done, 1 the work says no, 2 bad input with one line."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kiosk.domain.bug_report import bug_report
from kiosk.domain.money import YEN_MAX
from kiosk.paths import CONFIG

if TYPE_CHECKING:
    from kiosk.profile import CounterProfile

DONE, REFUSED, BAD_INPUT = 0, 1, 2

WIRE_PROTOCOLS = ("zvt", "stxlrc", "escpos")
PROFILE = CONFIG / "counters" / "shiminka.toml"


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other input error does."""

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.splitlines())  # it may repeat an argument that has line ends
        sys.stderr.write(f"{self.prog}: {line}: see {self.prog} --help\n")
        raise SystemExit(BAD_INPUT)


class BadInputError(Exception):
    """Input or configuration that cannot be used; one clear line."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except BadInputError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        return REFUSED
    except Exception as error:  # noqa: BLE001 - our own bug: where it was, never its message, which may be a citizen's
        sys.stderr.write(f"kiosk: a fault in this program: give this line to support: {bug_report(error)}\n")
        return REFUSED


def default_state(kiosk_id: str) -> Path:
    """Where a counter keeps its journal unless told otherwise."""
    home = os.environ.get("KIOSK_STATE") or os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "counter-kiosk" / kiosk_id


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="kiosk", description="窓口キャッシュレス決済 / counter-side cashless POS kiosk")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=OneLineParser)

    run = commands.add_parser("run", help="open the counter's windows / 窓口を開く")
    _counter(run)
    run.add_argument("--language", choices=("ja", "en"), default="ja")
    _training(run)
    run.set_defaults(run=_run)

    local = commands.add_parser("run-local", help="a whole site on this machine, with emulated devices / 一式を試す")
    local.add_argument("--profile", type=Path, default=PROFILE)
    local.add_argument("--headless", action="store_true", help="offscreen: sales by real clicks, evidence in --out")
    local.add_argument("--sales", type=_count, default=3)
    local.add_argument("--out", type=Path, default=Path("out"))
    local.set_defaults(run=_run_local)

    sell = commands.add_parser("sell", help="one sale without a window / 画面なしで会計")
    _counter(sell)
    sell.add_argument("--item", action="append", required=True, metavar="CODE")
    sell.add_argument("--qty", action="append", type=_count, metavar="N", help="one for each --item; 1 when left out")
    sell.add_argument("--tender", required=True, choices=("cash", "credit", "emoney", "code"))
    sell.add_argument("--tendered", type=int, metavar="YEN", help="cash handed over; the exact amount when left out")
    sell.add_argument("--json", action="store_true")
    _training(sell)
    sell.set_defaults(run=_sell)

    enroll = commands.add_parser("enroll", help="make this counter known to the register / 会計課サーバーへ登録")
    _counter(enroll)
    enroll.add_argument("--code", required=True, help="the one-time code from `register enroll`")
    enroll.set_defaults(run=_enroll)

    rotate = commands.add_parser("rotate-key", help="a new signing key, the old one retired / 署名の鍵の交換")
    _counter(rotate)
    rotate.set_defaults(run=_rotate_key)

    _enroll_code_arguments(
        commands.add_parser("enroll-code", help="the sticker's payment code from a file / 決済コードの登録")
    )

    pin = commands.add_parser("pin", help="the hash of a new PIN, keyed without echo / 暗証番号の登録")
    _counter(pin)
    pin.set_defaults(run=_pin)

    _doctor_arguments(
        commands.add_parser("doctor", help="check devices, clock, disk, register and journal / 窓口の点検")
    )

    _sticker_arguments(
        commands.add_parser("sticker", help="counter sign and poster of the payment code, as PDF / コードの掲示")
    )

    _layout_arguments(commands.add_parser("layout", help="what the counter's paper looks like / 帳票の書式"))
    _code(commands.add_parser("code", help="the counter's payment code, or what a code holds / 決済コード"))
    _wire(commands.add_parser("wire", help="read a line's bytes for support / 通信内容の解読"))
    _journal(commands.add_parser("journal", help="verify, export or show the journal / 取引記録"))
    return parser


def _counter(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--profile", type=Path, required=required, metavar="FILE", help="config/counters/NAME.toml")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where the journal is kept")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="device.NAME.port=…, printer.port=…, scanner.port=…, display.port=… or register_url=… for this run",
    )


def _doctor_arguments(doctor: argparse.ArgumentParser) -> None:
    _counter(doctor, required=False)
    doctor.add_argument("--language", choices=("ja", "en"), default="ja")
    doctor.add_argument("--json", action="store_true", help="one JSON object a check")
    doctor.add_argument(
        "--diagnose", action="store_true", help="have terminals test their way to the payment company / 端末の診断"
    )
    doctor.add_argument("--plan", action="store_true", help="which method of paying fits, by cost / 決済方法の比較")
    doctor.add_argument("--payments-a-month", type=_amount, metavar="N", help="for --plan; else what the file expects")
    doctor.add_argument("--yen-a-month", type=_amount, metavar="YEN", help="for --plan; else what the file expects")
    doctor.set_defaults(run=_doctor)


def _enroll_code_arguments(code: argparse.ArgumentParser) -> None:
    _counter(code)
    code.add_argument("--code", type=Path, required=True, metavar="FILE", help="its text, as a phone reads it")
    code.add_argument("--operator", required=True, metavar="ID", help="who does it; the PIN is asked for")
    code.add_argument("--approver", required=True, metavar="ID", help="the second person; the PIN is asked for")
    code.add_argument("--language", choices=("ja", "en"), default="ja")
    code.set_defaults(run=_enroll_code)


def _sticker_arguments(sticker: argparse.ArgumentParser) -> None:
    _counter(sticker)
    text = "the issued code's text, - for stdin; the one enrolled at the counter when left out"
    sticker.add_argument("--code", type=Path, metavar="FILE", help=text)
    sticker.add_argument("--out", type=Path, required=True, metavar="F.pdf")
    sticker.add_argument("--language", choices=("ja", "en"), default="ja", help="of the notes to the staff")
    sticker.set_defaults(run=_run_sticker)


def _layout_arguments(layout: argparse.ArgumentParser) -> None:
    _counter(layout)
    layout.add_argument("name", nargs="?", metavar="NAME", help="such as usage_slip; a list of all when left out")
    layout.add_argument("--file", type=Path, metavar="F", help="a draft, which need not be in force")
    layout.add_argument("--out", type=Path, metavar="F.png|F.pdf|F.txt", help="text on standard output when left out")
    layout.set_defaults(run=_run_layout)


def _training(parser: argparse.ArgumentParser) -> None:
    text = "practice: other books, no register, no device that moves money / 訓練"
    parser.add_argument("--training", action="store_true", help=text)


def _journal(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=OneLineParser)
    for name, text in (("verify", "check every entry"), ("export", "write JSON lines"), ("show", "list entries")):
        action = actions.add_parser(name, help=text)
        action.add_argument("--state", type=Path, required=True, metavar="DIR")
        action.add_argument("--json", action="store_true")
        action.add_argument("--out", type=Path, metavar="FILE")
        action.add_argument("--last", type=_count, default=50, metavar="N")
        action.add_argument("--language", choices=("ja", "en"), default="ja")
        if name == "verify":
            text = "a close report's QR text or code, or a file with it: is the day still as it was? / 精算票との照合"
            action.add_argument("--checkpoint", metavar="TEXT|FILE", help=text)
        action.set_defaults(run=_run_journal, action=name)


def _code(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=OneLineParser)
    static = actions.add_parser("static", help="the issued code as enrolled, byte for byte")
    dynamic = actions.add_parser("dynamic", help="the same with an amount, for one payment")
    for action in (static, dynamic):
        _counter(action)
        picture = action.add_mutually_exclusive_group()
        picture.add_argument("--png", type=Path, metavar="F", help="draw the symbol")
        picture.add_argument("--svg", type=Path, metavar="F", help="draw the symbol in millimeters")
        action.set_defaults(run=_run_code, amount=None, bill=None)
    dynamic.add_argument("--amount", type=_yen, required=True, metavar="N", help="yen")
    dynamic.add_argument("--bill", metavar="ID", help="a number of this payment, 25 Latin letters and digits at most")
    decode = actions.add_parser("decode", help="what a merchant's code holds, or the rule it breaks")
    decode.add_argument("text", metavar="TEXT", help="the payload; - for one a line from standard input")
    decode.add_argument("--json", action="store_true", help="one JSON object; lines are always answered so")
    decode.set_defaults(run=_run_code_decode)


def _wire(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION", parser_class=OneLineParser)
    decode = actions.add_parser("decode", help="hex lines in, one JSON object a message out")
    decode.add_argument("--protocol", required=True, choices=WIRE_PROTOCOLS)
    decode.add_argument("--json", action="store_true", help="the only form there is; accepted for scripts")
    decode.add_argument("file", nargs="?", type=Path, default=Path("-"), metavar="FILE", help="standard input when -")
    decode.set_defaults(run=_run_wire)


def _yen(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount of yen, such as 300")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 999):
        raise argparse.ArgumentTypeError(f"{text!r} is not a count from 1 to 999")
    return int(text)


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= YEN_MAX):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {YEN_MAX}")
    return int(text)


def _run(arguments: argparse.Namespace) -> int:
    from kiosk.window import run_window

    def load() -> "tuple[CounterProfile, Path]":
        from kiosk.commands import load as load_counter

        return load_counter(arguments.profile, arguments.state, arguments.set, training=arguments.training)

    return run_window(load, arguments.language)


def _run_local(arguments: argparse.Namespace) -> int:
    if arguments.headless:
        from kiosk.local.headless import run_headless

        return run_headless(arguments.profile, arguments.sales, arguments.out)
    from kiosk.local.demo import run_demo

    return run_demo(arguments.profile)


def _sell(arguments: argparse.Namespace) -> int:
    from kiosk.sell import run_sell

    return run_sell(arguments)


def _enroll(arguments: argparse.Namespace) -> int:
    from kiosk.commands import run_enroll

    return run_enroll(arguments)


def _rotate_key(arguments: argparse.Namespace) -> int:
    from kiosk.commands import run_rotate_key

    return run_rotate_key(arguments)


def _pin(arguments: argparse.Namespace) -> int:
    from kiosk.commands import run_pin

    return run_pin(arguments)


def _enroll_code(arguments: argparse.Namespace) -> int:
    from kiosk.code_enrolment import run_enroll_code

    return run_enroll_code(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from kiosk.doctor import run_doctor

    return run_doctor(arguments)


def _run_sticker(arguments: argparse.Namespace) -> int:
    from kiosk.sticker import run_sticker

    return run_sticker(arguments)


def _run_layout(arguments: argparse.Namespace) -> int:
    from kiosk.layout import run_layout

    return run_layout(arguments)


def _run_code(arguments: argparse.Namespace) -> int:
    from kiosk.code import run_code

    return run_code(arguments)


def _run_code_decode(arguments: argparse.Namespace) -> int:
    from kiosk.code import run_decode

    return run_decode(arguments)


def _run_wire(arguments: argparse.Namespace) -> int:
    from kiosk.wire import run_wire

    return run_wire(arguments)


def _run_journal(arguments: argparse.Namespace) -> int:
    from kiosk.commands import run_journal

    return run_journal(arguments)
