"""The tracer's log read line by line; what the model of the disk does not have is refused, not skipped."""

import pytest

from tests.crash.strace_log import Create, Mark, Reader, Rename, Sync, Truncate, UnknownCallError, Unlink, Write


def coded(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def file(descriptor: int, path: str) -> str:
    return f"{descriptor}<{coded(path)}>"


def read(*lines: str) -> list[object]:
    return list(Reader("/r/").steps(iter(lines)))


def test_calls_on_recorded_files_are_steps() -> None:
    db = file(4, "/r/db")
    opened = f'7  openat(AT_FDCWD<{coded("/")}>, "{coded("/r/db")}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = {db}'
    assert read(
        f'7  mkdir("{coded("/r/f")}", 0700) = 0',
        opened,
        f'7  pwrite64({db}, "{coded("ab")}", 2, 4096) = 2',
        f"7  lseek({db}, 10, SEEK_SET) = 10",
        f'7  write({db}, "{coded("abc")}", 3) = 2',
        f'7  write({db}, "{coded("c")}", 1) = 1',
        f"7  ftruncate({db}, 5) = 0",
        f"7  fdatasync({db}) = 0",
        f"7  fsync({file(5, '/r/f')}) = 0",
        f'7  rename("{coded("/r/db")}", "{coded("/r/db2")}") = 0',
        f'7  unlink("{coded("/r/db2")}") = 0',
        f'7  write({file(1, "pipe:[1]")}, "{coded("durable 3")}\\x0a", 10) = 10',
    ) == [
        Create("/r/f", is_folder=True),
        Create("/r/db"),
        Write("/r/db", 4096, b"ab"),
        Write("/r/db", 10, b"ab"),
        Write("/r/db", 12, b"c"),
        Truncate("/r/db", 5),
        Sync("/r/db"),
        Sync("/r/f"),
        Rename("/r/db", "/r/db2"),
        Unlink("/r/db2"),
        Mark("durable 3"),
    ]


def test_what_failed_and_what_is_elsewhere_is_no_step() -> None:
    assert (
        read(
            f'7  unlink("{coded("/r/none")}") = -1 ENOENT (No such file or directory)',
            f'7  pwrite64({file(4, "/elsewhere")}, "{coded("ab")}", 2, 0) = 2',
            f"7  mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, {file(4, '/r/db-shm')}, 0) = 0x7f",
            f"7  mmap(NULL, 4096, PROT_READ, MAP_SHARED, {file(4, '/r/db')}, 0) = 0x7f",
        )
        == []
    )


@pytest.mark.parametrize(
    "line",
    [
        f"7  mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, {file(4, '/r/db')}, 0) = 0x7f",
        f"7  fallocate({file(4, '/r/db')}, 0, 0, 4096) = 0",
        f'7  link("{coded("/r/a")}", "{coded("/r/b")}") = 0',
        f'7  truncate("{coded("/r/a")}", 0) = 0',
        f'7  pwrite64({file(4, "/r/db")}, "{coded("ab")}"..., 4096, 0) = 4096',
        f'7  openat(AT_FDCWD<{coded("/")}>, "{coded("/r/a")}", O_WRONLY|O_APPEND) = {file(4, "/r/a")}',
        f"7  fsync({file(4, '/r/db')} <unfinished ...>",
    ],
)
def test_a_call_that_the_model_lacks_is_an_error(line: str) -> None:
    with pytest.raises(UnknownCallError):
        read(line)
