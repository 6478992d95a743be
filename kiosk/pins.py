"""How a PIN is hashed and checked: Argon2id over a keyed pepper. Owns the pepper's file; refuses to say a PIN again.

A PIN of six digits has a million values: whoever holds the file of hashes tries them all in a night. The pepper, a
secret that stands in no master file, makes that file worthless by itself (OWASP Password Storage Cheat Sheet).
"""

import getpass
import hmac
import os
import secrets
import stat
import sys
from pathlib import Path

from kiosk.domain.pin import weakness
from kiosk.journal.directory import sync_directory
from kiosk.profile import CounterProfile
from kiosk.profile_counter import PEPPERED

PEPPER_BYTES = 32
TIME_COST, MEMORY_KIB, LANES = 3, 65_536, 4
"""RFC 9106, section 4, second recommended option; three times and more what OWASP asks at least (2 passes, 19 MiB)."""


class PepperError(Exception):
    """The pepper's file cannot be used; one line with what to do."""


class PinHasher:
    """Hashes new PINs and checks them; with ``pepper`` None unpeppered ones alone. Checking takes 0.1 s on purpose."""

    def __init__(self, pepper: bytes | None) -> None:
        self._pepper = pepper

    def hash(self, pin: str) -> str:
        """What stands in operators.toml as ``pin_hash``."""
        from argon2 import PasswordHasher

        hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)
        if self._pepper is None:
            return hasher.hash(pin)
        return PEPPERED + hasher.hash(_keyed(self._pepper, pin))

    def verify(self, pin_hash: str, pin: str) -> bool:
        """Whether it is the PIN behind the hash; False also for a hash that nobody can check here."""
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        peppered = pin_hash.startswith(PEPPERED)
        if peppered and self._pepper is None:
            return False
        secret = _keyed(self._pepper, pin) if peppered and self._pepper is not None else pin
        try:
            return PasswordHasher().verify(pin_hash.removeprefix(PEPPERED), secret)
        except (Argon2Error, InvalidHashError):
            return False


def _keyed(pepper: bytes, pin: str) -> str:
    return hmac.digest(pepper, pin.encode(), "sha256").hex()


def read_pepper(path: Path) -> bytes:
    """The pepper. Raises PepperError when it is missing, open to others, or no pepper."""
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise PepperError(f"{path}: others can read the PIN pepper: chmod 600 {path}")
        pepper = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        raise PepperError(
            f"{path}: no PIN pepper here: copy it from another counter of the city, or make new PINs with `kiosk pin`"
        ) from None
    except OSError as error:
        raise PepperError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError:
        pepper = b""
    if len(pepper) != PEPPER_BYTES:
        raise PepperError(f"{path}: is no PIN pepper: it holds {2 * PEPPER_BYTES} hexadecimal digits")
    return pepper


def pepper_of(profile: CounterProfile) -> bytes | None:
    """The counter's pepper where anybody's PIN needs one. Raises PepperError."""
    if profile.pin_pepper is None or not any(each.pin_hash.startswith(PEPPERED) for each in profile.operators):
        return None
    return read_pepper(profile.pin_pepper)


def create_pepper(path: Path) -> bytes:
    """Make a pepper in a new file that its owner alone can read, durable. Raises PepperError, also when it exists."""
    pepper = secrets.token_bytes(PEPPER_BYTES)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(pepper.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync_directory(path.parent)
    except OSError as error:
        raise PepperError(f"{path}: the PIN pepper cannot be written: {error.strerror}") from error
    return pepper


def ask_new_pin() -> str:
    """A PIN keyed twice without echo, or two lines of standard input. Raises ValueError with one line."""
    if sys.stdin.isatty():
        first, again = getpass.getpass("新しい暗証番号 / new PIN: "), getpass.getpass("もう一度 / again: ")
    else:
        first, again = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    problem = weakness(first)
    if problem:
        raise ValueError(f"the PIN {problem}")
    if first != again:
        raise ValueError("the two PINs differ: key the same one twice")
    return first
