"""Frozen dataclasses to plain JSON values and back, strictly. Owns the mapping; refuses floats and wrong types."""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]

INTEGER_MAX = 2**53 - 1
"""Largest integer every JSON reader keeps exactly (RFC 8785 section 3.2.2.3)."""


class CodecError(ValueError):
    """A value does not have the declared shape; names the path to it."""


def iso_date(text: str) -> date:
    """``2026-04-01`` and no other spelling of that day: Python reads several. Raises ValueError."""
    found = date.fromisoformat(text)
    if found.isoformat() != text:
        raise ValueError(f"{text!r} is not a date as in 2026-04-01")
    return found


def to_plain(value: object) -> Plain:
    """Turn a dataclass, enum, date, tuple or scalar into what JSON can carry. Raises CodecError on anything else."""
    return _writer(type(value))(value)


_Write = Callable[[Any], Plain]


def _make_writer(shape: type) -> _Write:
    if shape is str or shape is bool or shape is types.NoneType:
        return _as_it_is
    if issubclass(shape, Enum):
        return lambda value: cast(str, value.value)
    if issubclass(shape, int):
        return _plain_integer
    if issubclass(shape, str):
        return _as_it_is
    if issubclass(shape, date):
        return lambda value: cast(str, value.isoformat())
    if issubclass(shape, tuple | list):
        return lambda value: [_writer(type(item))(item) for item in value]
    if issubclass(shape, frozenset):
        return lambda value: sorted((to_plain(item) for item in value), key=str)
    if issubclass(shape, Mapping):
        return lambda value: {str(key): to_plain(item) for key, item in value.items()}
    if is_dataclass(shape):
        names = tuple(field.name for field in fields(shape))
        return lambda value: {name: _writer(type(found := getattr(value, name)))(found) for name in names}
    raise CodecError(f"no plain form for {shape.__name__}")


_writer = cast(Callable[[type], _Write], cache(_make_writer))
"""The writer of a class, made once: a payment writes some hundred values, several times over."""


def _as_it_is(value: Any) -> Plain:
    return cast(Plain, value)


def _plain_integer(value: int) -> int:
    if abs(value) > INTEGER_MAX:
        raise CodecError(f"integer beyond 53 bits: {value}")
    return value


def from_plain(shape: type[T], value: object, path: str = "") -> T:
    """Read ``value`` as ``shape``. Unknown keys are ignored (newer writers); missing ones need a default."""
    try:
        return cast(T, _reader(cast(Any, shape))(value))
    except _MisreadError as error:
        where = (path or shape.__name__) + "".join(reversed(error.steps))
        raise CodecError(f"{where}: {error.problem}") from error.__cause__


_Read = Callable[[object], object]


class _MisreadError(Exception):
    """A value has not the shape. The steps to it are collected on the way out: reading pays nothing for them."""

    def __init__(self, problem: str, *steps: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.steps = list(steps)


@cache
def _reader(shape: Any) -> _Read:
    """The reader of a shape, made once: the register reads thousands of records a second."""
    origin = get_origin(shape)
    if isinstance(shape, NewType):
        return _reader(shape.__supertype__)
    if origin in (Union, types.UnionType):
        return _union_reader(shape)
    if origin in (tuple, frozenset):
        return _sequence_reader(origin, _reader(get_args(shape)[0]))
    if isinstance(shape, type):
        return _class_reader(shape)
    raise CodecError(f"no reader for {shape!r}")


def _sequence_reader(make: Callable[[Iterable[object]], object], read_item: _Read) -> _Read:
    def read(value: object) -> object:
        if not isinstance(value, list):
            raise _MisreadError("not a list")
        found: list[object] = []
        for item in value:
            try:
                found.append(read_item(item))
            except _MisreadError as error:
                error.steps.append(f"[{len(found)}]")
                raise
        return make(found)

    return read


def _union_reader(shape: Any) -> _Read:
    members = [member for member in get_args(shape) if member is not types.NoneType]
    if len(members) != 1 or len(get_args(shape)) != len(members) + 1:
        raise CodecError(f"only unions with None can be read, not {shape!r}")
    read_member = _reader(members[0])
    return lambda value: None if value is None else read_member(value)


def _class_reader(shape: type) -> _Read:
    if is_dataclass(shape):
        return _dataclass_reader(shape)
    if shape is date:
        return _text_reader(shape, iso_date)
    if issubclass(shape, Enum):
        return _text_reader(shape, shape)
    if shape is int:
        return _read_integer
    if shape not in (str, bool):
        raise CodecError(f"no reader for {shape!r}")

    def read(value: object) -> object:
        if type(value) is shape:
            return value
        raise _MisreadError(f"not {shape.__name__}")

    return read


def _read_integer(value: object) -> object:
    if type(value) is not int:
        raise _MisreadError("not int")
    if abs(value) > INTEGER_MAX:
        raise _MisreadError("an integer beyond 53 bits")
    return value


def _text_reader(shape: type, read_text: Callable[[str], object]) -> _Read:
    def read(value: object) -> object:
        if not isinstance(value, str):
            raise _MisreadError("not text")
        try:
            return read_text(value)
        except ValueError as error:
            raise _MisreadError(f"{value!r} is not a {shape.__name__}") from error

    return read


def _dataclass_reader(shape: type) -> _Read:
    hints = get_type_hints(shape)
    readers = [
        (each.name, _reader(hints[each.name]), each.default is MISSING and each.default_factory is MISSING)
        for each in fields(shape)
    ]
    whole = [(name, read_field) for name, read_field, _ in readers]

    def read(value: object) -> object:
        if type(value) is dict:
            try:  # nearly all values have every field and no fault
                return shape(*[read_field(value[name]) for name, read_field in whole])
            except (KeyError, ValueError, _MisreadError):
                pass
        return read_with_care(value)

    def read_with_care(value: object) -> object:
        if not isinstance(value, dict):
            raise _MisreadError("not an object")
        found: dict[str, object] = {}
        for name, read_field, required in readers:
            if name in value:
                try:
                    found[name] = read_field(value[name])
                except _MisreadError as error:
                    error.steps.append(f".{name}")
                    raise
            elif required:
                raise _MisreadError("missing", f".{name}")
        try:
            return shape(**found)
        except ValueError as error:
            raise _MisreadError(str(error)) from error

    return read
