"""The kiosk's signing key and its enrolment, as files. Owns their protection; refuses a key others can read."""

import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.batch import key_id_of
from kiosk.domain.codec import CodecError, from_plain

KEY_FILE_BYTES_MAX = 4096
"""An Ed25519 key in PEM takes 119 bytes."""
ENROLMENT_FILE_BYTES_MAX = 4096
_PRIVATE = 0o600


class KeyFileError(Exception):
    """A key or enrolment file cannot be used; one line with what to do."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair (RFC 8032)."""

    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the register said at enrolment. ``url`` is the register's address."""

    url: str
    kiosk_id: str
    epoch: int
    key_id: str


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``public_key`` (Ed25519, 32 bytes) made the signature over exactly this message (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def create_key(path: Path) -> SigningKey:
    """Make a new key pair in a new file only its owner can read, whole or not at all.

    Raises KeyFileError, also when the file exists.
    """
    key = SigningKey.generate()
    pem = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    if path.exists():
        raise KeyFileError(f"{path}: there is a key already")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_whole(path, pem)
    except OSError as error:
        raise KeyFileError(f"{path}: cannot write the key: {error.strerror}") from error
    return key


def load_key(path: Path) -> SigningKey:
    """Read a key pair. Raises KeyFileError."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            pem = file.read(KEY_FILE_BYTES_MAX)
    except OSError as error:
        raise KeyFileError(f"{path}: cannot read the key: {error.strerror}; enrol the kiosk") from error
    if os.name == "posix" and mode & ~_PRIVATE:
        raise KeyFileError(f"{path}: others may read this key (mode {mode:04o}): chmod 600, or enrol again")
    try:
        private = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError) as error:  # the last: a key of a wrong length
        raise KeyFileError(f"{path}: not a key file: enrol the kiosk again") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileError(f"{path}: not an Ed25519 key: enrol the kiosk again")
    return SigningKey(private)


def save_enrolment(path: Path, enrolment: Enrolment) -> None:
    """Replace the file in one step. Raises KeyFileError."""
    try:
        _write_whole(path, json.dumps(asdict(enrolment), indent=1).encode())
    except OSError as error:
        raise KeyFileError(f"{path}: cannot write the enrolment: {error.strerror}") from error


def load_enrolment(path: Path) -> Enrolment:
    """Raises KeyFileError."""
    try:
        with path.open("rb") as file:
            text = file.read(ENROLMENT_FILE_BYTES_MAX)
        return from_plain(Enrolment, json.loads(text))
    except OSError as error:
        raise KeyFileError(f"{path}: cannot read the enrolment: {error.strerror}; enrol the kiosk") from error
    except (ValueError, CodecError, RecursionError) as error:
        raise KeyFileError(f"{path}: not an enrolment: enrol the kiosk again") from error


def put_in_place(successor: Path, path: Path) -> None:
    """Let a new key's file take the place of the old one, whose secret is gone then. Raises KeyFileError."""
    try:
        successor.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyFileError(f"{path}: cannot write the key: {error.strerror}") from error


def _write_whole(path: Path, content: bytes) -> None:
    """Durable when it returns; after a power cut the file is as before or as after."""
    written = path.with_name(path.name + ".new")
    written.unlink(missing_ok=True)
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # a folder cannot be opened for syncing elsewhere
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
