"""The recorded process: ``play STORY FOLDER TERMINAL PRINTER`` or ``recover FOLDER DAY EPOCH``, several in turn.

Owns its standard output, where every mark is one write; refuses to know of the tracer.
"""

import os
import sys
from pathlib import Path

from kiosk.domain.record import Head
from kiosk.journal import database, head_file, writer
from kiosk.journal.database import Connection, WriteConnection
from kiosk.journal.head_file import HeadFile
from kiosk.journal.writer import Writer
from tests.crash.stage import Lines, Stage
from tests.crash.stories import STORIES

CONTROL = "CRASH_CONTROL"
"""Names the promise that is taken away, so that the checks can be seen to fail."""
CONTROLS = {
    "normal": "synchronous=NORMAL in place of FULL",
    "delete": "a rollback journal in place of the write-ahead log",
    "head": "a head file that is not synced",
    "slot": "a head file with one slot in place of two",
    "early": "a head file that is written before the entry is committed",
    "lie": "a disk whose syncs do nothing",
}
NONE = "-"


def say(mark: str) -> None:
    os.write(1, f"{mark}\n".encode())


def main(arguments: list[str]) -> int:
    spoil(os.environ.get(CONTROL, ""))
    words = iter(arguments)
    for verb in words:
        if verb == "play":
            name, folder, terminal, printer = (next(words) for _ in range(4))
            say(f"folder {folder}")
            play(name, Path(folder), Lines(_given(terminal), _given(printer)))
        else:
            folder, day, epoch = (next(words) for _ in range(3))
            say(f"folder {folder}")
            with Stage(Path(folder), say, run="again", day=int(day), epoch=int(epoch) or None):
                pass
    return 0


def play(name: str, folder: Path, lines: Lines) -> None:
    """One story, from the program's start to its end."""
    story = STORIES[name]
    with Stage(folder, say, run="played", day=story.day, epoch=story.epoch, lines=lines) as stage:
        story.play(stage)


def _given(word: str) -> str:
    return "" if word == NONE else word


def spoil(control: str) -> None:
    """Take one promise away from the journal in this process."""
    set_pragmas, commit, write = database.set_pragmas, Writer._commit, HeadFile.write

    def loosely(connection: Connection, *, writer: bool) -> None:
        set_pragmas(connection, writer=writer)
        connection.execute("PRAGMA synchronous=NORMAL")

    def without_log(connection: Connection, *, writer: bool) -> None:
        set_pragmas(connection, writer=writer)
        connection.execute("PRAGMA journal_mode=DELETE")

    def noted_early(self: Writer, link: WriteConnection, head: Head) -> None:
        self._head_file.write(head)
        commit(self, link, head)

    def in_one_slot(self: HeadFile, head: Head) -> None:
        write(self, head)
        self._next_slot = 0

    match control:
        case "normal":
            vars(database)["set_pragmas"] = loosely
        case "delete":
            vars(database)["set_pragmas"] = without_log
        case "head":
            vars(head_file)["_sync"] = lambda _: None
        case "slot":
            vars(head_file)["HeadFile"].write = in_one_slot
        case "early":
            vars(writer)["Writer"]._commit = noted_early
        case _:
            pass  # "" and "lie": the process is as it should be


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
