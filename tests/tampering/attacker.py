"""What somebody with full access to a kiosk's files, its key and our source can do to its journal."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.checkpoint import parse_checkpoint
from kiosk.domain.record import Head, canonical_json, chain_hash
from kiosk.journal.database import Connection, load_driver
from kiosk.journal.head_file import HEAD_NAME, HeadFile, create_head
from kiosk.journal.opening import DATABASE_NAME
from kiosk.journal.schema import TRIGGERS
from kiosk.sync.enroll import KEY_NAME
from kiosk.sync.keys import load_key

Change = Callable[[bytes], bytes]
"""An entry's canonical bytes, and what the attacker makes of them."""


@dataclass(frozen=True)
class Attacker:
    """Works on the files of a kiosk that does not run."""

    folder: Path

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """The file with its guards off; they are back in place afterwards."""
        connection = load_driver().connect(self.folder / DATABASE_NAME)
        for name in ("update", "delete", "replace"):
            connection.execute(f"DROP TRIGGER IF EXISTS journal_refuses_{name}")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        yield connection
        for sql in TRIGGERS:
            connection.execute(sql)
        connection.close()

    def run(self, *statements: str) -> None:
        with self.database() as connection:
            for sql in statements:
                connection.execute(sql)

    def seq_of(self, kind: str, which: int = 0) -> int:
        with self.database() as connection:
            rows = connection.execute("SELECT seq FROM journal WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
        return int(rows[which][0])

    def rewrite(self, change: Change, *, resign: bool = False) -> None:
        """A whole new history with a chain of its own: ``change`` gives each entry's new bytes.

        ``resign``: day checkpoints are made anew with the kiosk's own key, which lies beside the journal.
        """
        with self.database() as connection:
            rows = connection.execute(
                "SELECT kiosk_id, epoch, schema_version, kind, canonical, seq FROM journal ORDER BY epoch, seq"
            ).fetchall()
            connection.execute("DELETE FROM journal")
            previous, close = bytes(32), b""
            for kiosk_id, epoch, version, kind, canonical, seq in rows:
                value = json.loads(change(bytes(canonical)))
                if kind == "day_checkpoint" and resign:
                    value["body"]["text"] = self._signed_again(value, close, seq - 1, previous)
                new = canonical_json(value)
                digest = chain_hash(previous, new)
                connection.execute(
                    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (kiosk_id, epoch, seq, version, kind, new, previous, digest),
                )
                previous, close = digest, new

    def _signed_again(self, value: dict[str, dict[str, str]], close: bytes, last_seq: int, digest: bytes) -> str:
        key, totals = load_key(self.folder / KEY_NAME), json.loads(close)["body"]["totals"]
        stated = replace(
            parse_checkpoint(value["body"]["text"]),
            last_seq=last_seq,
            count=sum(each["count"] for each in totals),
            amount_yen=sum(each["amount_yen"] for each in totals),
            head_hash=digest,
            key_id="",
            signature=b"",
        )
        return stated.signed(key.key_id, key.sign).text

    def cover_up(self, *, acknowledged: bool = True) -> None:
        """Head file, read models and the register's acknowledgement made to fit whatever the database says now."""
        with self.database() as connection:
            ((epoch, seq, digest),) = connection.execute(
                "SELECT epoch, seq, hash FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1"
            ).fetchall()
            connection.execute("UPDATE read_model SET version = 0")
            if acknowledged:
                connection.execute(
                    "UPDATE sync_state SET acked_epoch = ?, acked_seq = ?, acked_hash = ?", (epoch, seq, digest)
                )
        create_head(self.folder / HEAD_NAME, epoch)
        file = HeadFile(self.folder / HEAD_NAME)
        for _ in range(2):
            file.write(Head(epoch, seq, digest))
        file.close()
