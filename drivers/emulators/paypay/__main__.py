"""Runs the emulated provider as its own HTTPS process. Owns its options; refuses to start on a bad one.

    python -m drivers.emulators.paypay --ledger book.jsonl --certificate cert.pem --merchant keys.toml

prints ``ready https://127.0.0.1:PORT`` and serves until SIGTERM. ``--merchant`` names a key file as the counter has it.
"""

import argparse
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from drivers.emulators.paypay.answers import Act, read_script
from drivers.emulators.paypay.book import Book
from drivers.emulators.paypay.https_shell import HttpsShell
from drivers.emulators.paypay.ledger import open_ledger
from drivers.emulators.paypay.provider import Pace, Provider
from drivers.emulators.pty_shell import StopSignal

EXIT_BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 2 with one line on stderr for bad input."""
    options = _parser().parse_args(arguments)
    try:
        shell = HttpsShell(options.port, options.certificate, options.key, fast=options.fast)
        provider = _provider(options, shell.base_url)
    except (ValueError, OSError) as error:  # ssl.SSLError is an OSError, tomllib's a ValueError
        sys.stderr.write(f"provider emulator: {error}\n")
        return EXIT_BAD_INPUT
    stop = StopSignal(lambda: None)
    stop.install()
    sys.stdout.write(f"ready {shell.base_url}\n")
    sys.stdout.flush()
    shell.run(provider, stop)
    return 0


def _provider(options: argparse.Namespace, base_url: str) -> Provider:
    """Raises ValueError, OSError."""
    api_key, secret = _merchant(options.merchant)
    if options.pays_s < 0 or options.fast <= 0:
        raise ValueError("--pays-s must not be negative, and --fast above 0")
    since_s, ahead_s = options.since or time.time(), options.clock_ahead_s

    def wall_s() -> float:
        return float(since_s + (time.time() - since_s) * options.fast + ahead_s)

    book = Book(open_ledger(options.ledger), wall_s, url=f"{base_url}/pay/")
    script = read_script(options.script.read_text("utf-8") if options.script else options.answers)
    pace = Pace(options.pays_s, pays_by_itself=options.pays_by_itself)
    return Provider(book, script, api_key, secret, wall_s, pace)


def _merchant(path: Path) -> tuple[str, str]:
    """Raises ValueError, OSError."""
    fields = tomllib.loads(path.read_text("utf-8"))
    api_key, secret = fields.get("api_key"), fields.get("secret")
    if not isinstance(api_key, str) or not isinstance(secret, str):
        raise ValueError(f"{path}: needs api_key and secret as texts")
    return api_key, secret


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.emulators.paypay", description="A code payment provider on HTTPS, for this machine."
    )
    parser.add_argument("--ledger", type=Path, required=True, help="the provider's book (JSON lines)")
    parser.add_argument("--certificate", type=Path, required=True, help="a PEM file that names 127.0.0.1")
    parser.add_argument("--key", type=Path, help="its private key, as PEM, where it is not in that file")
    parser.add_argument("--merchant", type=Path, required=True, help="key file with api_key and secret (TOML)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default 0)")
    parser.add_argument("--pays-s", type=float, default=4.0, help="from reading a code to paying it (default 4)")
    parser.add_argument(
        "--pays-by-itself", action="store_true", help="a phone reads every code; otherwise somebody opens its address"
    )
    parser.add_argument("--clock-ahead-s", type=float, default=0.0, help="by how much its clock is wrong (default 0)")
    parser.add_argument("--fast", type=float, default=1.0, help="so many seconds pass in one (default 1)")
    parser.add_argument("--since", type=float, help="the epoch from which they do (default: the start)")
    scripted = parser.add_mutually_exclusive_group()
    scripted.add_argument("--answers", default="", help=f"a word for each operation; known are {', '.join(Act)}")
    scripted.add_argument("--script", type=Path, help="a file with such answers; # starts a comment")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
