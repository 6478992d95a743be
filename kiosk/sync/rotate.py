"""Gives a kiosk a new signing key. Owns the order that never leaves it without a valid one; refuses to invent trust."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.sync.client import Answer, NoAnswer, RegisterClient
from kiosk.sync.enroll import ENROLMENT_NAME, KEY_NAME, NEXT_KEY_NAME, OK, is_settled
from kiosk.sync.keys import SigningKey, create_key, load_enrolment, load_key, put_in_place, save_enrolment

Connect = Callable[[SigningKey], RegisterClient]
"""A client that signs with this key; closed here."""
Ask = Callable[[RegisterClient], Answer]

SPENT = "invalid"
"""The register's rule for a new key that somebody has revoked before it came into use."""


class RotationError(Exception):
    """The change of keys is not finished; one line. The kiosk goes on with a key the register takes.

    ``for_log`` leaves out what the register said in its own words.
    """

    def __init__(self, told: str, for_log: str = "") -> None:
        super().__init__(told)
        self.for_log = for_log or told


def rotate_key(directory: Path, connect: Connect) -> SigningKey:
    """Make a new key, have it taken by a request the old one signs, change over, have the old one retired.

    Interrupted anywhere, the next call goes on where it was: until the new key's file is in place the old one is
    valid, and it is retired by the new one alone. Raises RotationError or KeyFileError.
    """
    if is_settled(directory):
        _change_over(directory, connect)
    return finish_rotation(directory, connect)


def finish_rotation(directory: Path, connect: Connect) -> SigningKey:
    """Have the key retired that the one in place has followed, if that is still to do. Raises as ``rotate_key``."""
    key, enrolment = load_key(directory / KEY_NAME), load_enrolment(directory / ENROLMENT_NAME)
    if enrolment.key_id != key.key_id:
        answer = _ask(connect(key), lambda client: client.post_retire(enrolment.key_id))
        if answer.status != OK:
            raise _refusal(answer)
        save_enrolment(directory / ENROLMENT_NAME, replace(enrolment, key_id=key.key_id))
    return key


def _change_over(directory: Path, connect: Connect) -> None:
    path = directory / NEXT_KEY_NAME
    successor = load_key(path) if path.exists() else create_key(path)
    answer = _ask(connect(load_key(directory / KEY_NAME)), lambda client: client.post_key(successor))
    if answer.status != OK and not _is_known(connect(successor)):
        if answer.text("rule") == SPENT:
            path.unlink()  # it can never be this kiosk's: the next call makes another
        raise _refusal(answer)
    put_in_place(path, directory / KEY_NAME)


def _is_known(client: RegisterClient) -> bool:
    """A disk may have lost a change-over that the register has seen the end of: then the successor alone is valid."""
    return _ask(client, lambda each: each.get_head()).status == OK


def _ask(client: RegisterClient, ask: Ask) -> Answer:
    try:
        return ask(client)
    except NoAnswer as error:
        raise RotationError(f"the register does not answer ({error}): run it again") from error
    finally:
        client.close()


def _refusal(answer: Answer) -> RotationError:
    told = f"the register refuses the new key: {answer.words('detail') or answer.status}"
    return RotationError(told, f"the register refuses the new key ({answer.rule or 'no rule'}, HTTP {answer.status})")
