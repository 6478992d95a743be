"""Enrols a kiosk with a one-time code. Owns the order: key file first, then the register; refuses a half enrolment."""

import logging
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.domain.record import canonical_json
from kiosk.sync.client import NoAnswer, Verify, open_session, send
from kiosk.sync.keys import (
    Enrolment,
    KeyFileError,
    SigningKey,
    create_key,
    load_enrolment,
    load_key,
    put_in_place,
    save_enrolment,
)

KEY_NAME = "kiosk-key.pem"
NEXT_KEY_NAME = "kiosk-key-next.pem"
"""A key the register does not know yet, or whose predecessor is still in use."""
ENROLMENT_NAME = "enrolment.json"
OK = 200
LOG = logging.getLogger("kiosk.sync")


class EnrolmentError(Exception):
    """The register would not take the kiosk; one line with what to do."""


def enroll(
    *, url: str, code: str, kiosk_id: str, directory: Path, verify: Verify = True
) -> tuple[Enrolment, SigningKey]:
    """Make a key pair in ``directory``, exchange the code, keep the answer beside the key.

    Safe to repeat with the same code after a lost answer. A kiosk that is enrolled keeps its key until the register
    has taken the new one. Raises EnrolmentError or KeyFileError.
    """
    address = url.rstrip("/")
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise EnrolmentError(f"{url!r} is not a register's address: write https://HOST or http://127.0.0.1:PORT")
    path, key = _key_to_offer(directory)
    body = canonical_json({"code": code, "kiosk_id": kiosk_id, "public_key": key.public_key.hex()})
    with open_session(verify) as session:
        try:
            answer = send(session, "POST", f"{address}/v1/enroll", {"Content-Type": "application/json"}, body)
        except NoAnswer as error:
            raise EnrolmentError(f"{address} does not answer as a register does ({error}): try again") from error
    epoch, key_id = answer.number("epoch"), answer.text("key_id")
    if answer.status != OK or epoch is None or key_id != key.key_id:
        raise EnrolmentError(f"the register refuses the enrolment: {answer.words('detail') or answer.status}")
    if path.name == NEXT_KEY_NAME:
        put_in_place(path, directory / KEY_NAME)
    enrolment = Enrolment(address, kiosk_id, epoch, key_id)
    save_enrolment(directory / ENROLMENT_NAME, enrolment)
    return enrolment, key


def _key_to_offer(directory: Path) -> tuple[Path, SigningKey]:
    """The key a lost answer was about, or a new one: beside the key in use, or beside a file that is none any more."""
    path = directory / KEY_NAME
    try:
        if not is_settled(directory):
            return path, load_key(path) if path.exists() else create_key(path)
    except KeyFileError:
        LOG.warning("%s cannot be used: a new key takes its place", path)
    path = directory / NEXT_KEY_NAME
    try:
        return path, load_key(path)
    except KeyFileError:
        path.unlink(missing_ok=True)
        return path, create_key(path)


def is_settled(directory: Path) -> bool:
    """Whether the kiosk is enrolled with the key it holds; not so before, and in the midst of a change of keys.

    Raises KeyFileError.
    """
    if not (directory / ENROLMENT_NAME).exists() or not (directory / KEY_NAME).exists():
        return False
    return load_enrolment(directory / ENROLMENT_NAME).key_id == load_key(directory / KEY_NAME).key_id
