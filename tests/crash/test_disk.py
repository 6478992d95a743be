"""The model of the disk: what a sync keeps, what a cut may leave, and which images of that are shown."""

import random

import pytest

from tests.crash.choices import Choice, by_chance, foremost, systematic
from tests.crash.disk import Disk, Image, Tear
from tests.crash.recording import Expected, Point, Recording
from tests.crash.strace_log import Create, Mark, Rename, Step, Sync, Truncate, Unlink, Write

EXPECTED = Expected(0, 0, 0, frozenset(), frozenset())


def fed(*steps: Step, base: Image | None = None, lies: bool = False) -> Disk:
    disk = Disk.holding(base or {}, lies=lies)
    for step in steps:
        disk.feed(step)
    return disk


def images(disk: Disk) -> list[Image]:
    """One for every subset of what is pending, by the subset's bits."""
    moment = disk.moment()
    return [moment.image(mask) for mask in range(1 << len(moment.pending))]


def test_a_write_has_happened_or_not_until_its_file_is_synced() -> None:
    disk = fed(Write("a", 1, b"xy"), Write("a", 4, b"z"), base={"a": b"----", "b": b""})
    assert images(disk) == [
        {"a": b"----", "b": b""},
        {"a": b"-xy-", "b": b""},
        {"a": b"----z", "b": b""},
        {"a": b"-xy-z", "b": b""},
    ]
    disk.feed(Sync("b"))
    assert len(images(disk)) == 4
    disk.feed(Sync("a"))
    assert images(disk) == [{"a": b"-xy-z", "b": b""}]


def test_a_file_may_lose_its_name_until_the_folder_is_synced() -> None:
    disk = fed(Create("f", is_folder=True), Sync(""), Create("f/a"), Write("f/a", 0, b"x"), Sync("f/a"))
    assert images(disk) == [{}, {"f/a": b"x"}]
    disk.feed(Sync("f"))
    assert images(disk) == [{"f/a": b"x"}]


def test_a_folder_without_a_name_has_nothing_in_it() -> None:
    disk = fed(Create("f", is_folder=True), Create("f/a"), Write("f/a", 0, b"x"), Sync("f/a"), Sync("f"))
    assert images(disk) == [{}, {"f/a": b"x"}]


def test_a_rename_is_whole_or_not_at_all() -> None:
    disk = fed(Create("new"), Write("new", 0, b"2"), Sync("new"), Rename("new", "old"), base={"old": b"1"})
    assert images(disk) == [{"old": b"1"}, {"old": b"1", "new": b"2"}, {"old": b"2"}, {"old": b"2"}]


def test_a_removed_file_may_come_back_beside_a_new_one_of_its_name() -> None:
    disk = fed(Unlink("a"), Create("a"), base={"a": b"old"})
    assert images(disk) == [{"a": b"old"}, {}, {"a": b""}, {"a": b""}]
    disk.feed(Sync(""))
    assert images(disk) == [{"a": b""}]


def test_a_length_is_pending_like_a_write() -> None:
    assert images(fed(Truncate("a", 1), base={"a": b"abc"})) == [{"a": b"abc"}, {"a": b"a"}]
    assert images(fed(Write("a", 3, b"d"), base={"a": b""}))[1] == {"a": b"\0\0\0d"}


def test_a_torn_write_keeps_whole_sectors_of_the_disk_and_touches_no_neighbour() -> None:
    disk = fed(Write("a", 500, b"n" * 600), base={"a": b"o" * 1200})
    content = disk.moment().image(1, {0: Tear(0b101)})["a"]
    assert content == b"o" * 500 + b"n" * 12 + b"o" * 512 + b"n" * 76 + b"o" * 100
    scrambled = disk.moment().image(1, {0: Tear(0b101, scrambled=True)})["a"]
    assert scrambled[:512] + scrambled[1024:] == content[:512] + content[1024:]
    assert scrambled[512:1024] not in (b"o" * 512, b"n" * 512)


def test_a_lying_disk_keeps_nothing() -> None:
    disk = fed(Write("a", 0, b"x"), Sync("a"), base={"a": b"-"}, lies=True)
    assert images(disk) == [{"a": b"-"}, {"a": b"x"}]


def test_the_index_of_the_log_is_nobodys_file() -> None:
    assert not fed(Create("journal.db-shm"), Write("journal.db-shm", 0, b"x")).moment().pending


def recorded(*steps: Step, base: Image) -> Recording:
    disk = Disk.holding(base)
    points = [Point(step, disk.moment(), EXPECTED) for step in steps if disk.feed(step) or isinstance(step, Mark)]
    return Recording("story", 0, None, tuple(points), ())


def test_up_to_ten_pending_writes_are_shown_in_every_subset() -> None:
    story = recorded(*(Write("a", n, bytes([n])) for n in range(10)), base={"a": b""})
    shown = {choice.mask for choice in (*foremost(story), *systematic(story)) if not choice.tears}
    assert shown | {0} == set(range(1 << 10))


def test_more_are_shown_as_prefixes_and_with_one_left_out() -> None:
    story = recorded(*(Write("a", n, bytes([n])) for n in range(14)), Mark("durable 1"), base={"a": b""})
    whole = (1 << 14) - 1
    shown = {choice.mask for choice in (*foremost(story), *systematic(story)) if not choice.tears}
    assert {(1 << length) - 1 for length in range(1, 15)} <= shown
    assert {whole & ~(1 << bit) for bit in range(14)} <= shown


def test_a_write_is_torn_at_each_of_its_sectors() -> None:
    story = recorded(Write("a", 0, bytes(2048)), base={"a": b""})
    torn = {choice.tears[0][1].kept for choice in systematic(story) if choice.tears}
    assert {0b1, 0b11, 0b111, 0b1110, 0b1100, 0b1000, 0} <= torn
    assert 0b1111 not in torn


@pytest.mark.parametrize("text", ["57:3ff", "57:3ff:4=1f,6=3s", "0:0"])
def test_a_choice_is_read_as_it_is_told(text: str) -> None:
    assert str(Choice.parse(text)) == text


def test_chance_is_the_same_for_the_same_seed() -> None:
    story = recorded(*(Write("a", n, bytes([n])) for n in range(14)), base={"a": b""})
    one, other = ([str(next(by_chance(story, random.Random(7)))) for _ in range(3)] for _ in range(2))
    assert one == other
