"""People who act at the register. Owns what is known of one; the table of roles is the counters' as well."""

from dataclasses import dataclass, field

from kiosk.domain.operator import PERMISSIONS, Act, Role

PASSPHRASE_CHARS_MIN = 12
"""Some four words. There is no keypad here, and no pepper: the store is no file that travels with every counter."""
PASSPHRASE_CHARS_MAX = 200


class NotPermitted(Exception):  # noqa: N818 - an answer to a person, in one line
    """The register does not do this for whoever asked."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a passphrase of their own, an Argon2id hash in PHC form."""

    person_id: str
    name: str
    role: Role
    secret_hash: str = field(repr=False)
    is_locked: bool = False
    """By an administrator, until one unlocks the name."""
    refusals: int = 0
    """Wrong passphrases since the last right one."""
    refused_ms: int = 0

    def may(self, act: Act) -> bool:
        return act in PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody set out to do, or was refused. ``by`` is empty while nobody is registered."""

    number: int
    at_ms: int
    by: str
    act: str
    detail: str
    is_refused: bool
