"""Intents parsed once. Owns a bounded cache by entry hash; refuses to trust a key that a rollback could reuse."""

import json
from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from kiosk.domain.codec import from_plain
from kiosk.domain.operation import Prepared
from kiosk.domain.record import Actor, Body, FreeSale, read_body
from kiosk.journal.sale_cache import SaleCache

INTENTS_MAX = 512
"""A busy day of a counter; a parsed intent takes some kilobytes, reading one again a quarter of a millisecond."""


class Intent(NamedTuple):
    """What began a sale: ``at`` is the kiosk's wall time of the entry."""

    at: str
    actor: Actor
    body: Body
    approver: Actor | None = None
    seq: int = 0

    @property
    def prepared(self) -> Prepared:
        assert isinstance(self.body, Prepared), "an operation row points at its intent"
        return self.body

    @property
    def free(self) -> FreeSale | None:
        return self.body if isinstance(self.body, FreeSale) else None


class IntentCache:
    """Shared by the writer and all readers; so are the ``sales`` made from intents."""

    def __init__(self) -> None:
        self.sales = SaleCache()
        self._intents: OrderedDict[bytes, Intent] = OrderedDict()
        self._lock = Lock()

    def read(self, digest: bytes, canonical: bytes) -> Intent:
        """The intent with these canonical bytes, from memory when it is there."""
        known = self._intents.get(digest)
        if known is not None:
            return known
        value = json.loads(canonical)
        header = value["header"]
        approver = from_plain(Actor, header["approver"]) if header["approver"] else None
        body = read_body(header["kind"], value["body"])
        intent = Intent(header["at"], from_plain(Actor, header["actor"]), body, approver, header["seq"])
        self.keep(digest, intent)
        return intent

    def keep(self, digest: bytes, intent: Intent) -> None:
        with self._lock:
            self._intents[digest] = intent
            if len(self._intents) > INTENTS_MAX:
                self._intents.popitem(last=False)


def read_at(canonical: bytes) -> str:
    """The wall time of an entry, from its bytes."""
    return str(json.loads(canonical)["header"]["at"])
