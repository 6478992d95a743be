"""Frozen dataclasses to plain JSON values and back, strictly. Owns the mapping; refuses floats and wrong types."""

import types
from collections.abc import Mapping
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


def to_plain(value: object) -> Plain:
    """Turn a dataclass, enum, date, tuple or scalar into what JSON can carry. Raises CodecError on anything else."""
    match value:
        case None | bool():
            return value
        case Enum():
            return cast(str, value.value)
        case int():
            if abs(value) > INTEGER_MAX:
                raise CodecError(f"integer beyond 53 bits: {value}")
            return value
        case str():
            return value
        case date():
            return value.isoformat()
        case tuple() | list():
            return [to_plain(item) for item in value]
        case frozenset():
            return sorted((to_plain(item) for item in value), key=str)
        case Mapping():
            return {str(key): to_plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    raise CodecError(f"no plain form for {type(value).__name__}")


def from_plain(shape: type[T], value: object, path: str = "") -> T:
    """Read ``value`` as ``shape``. Unknown keys are ignored (newer writers); missing ones need a default."""
    return cast(T, _read(shape, value, path or shape.__name__))


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _read(shape: Any, value: object, path: str) -> object:
    origin = get_origin(shape)
    if isinstance(shape, NewType):
        return _read(shape.__supertype__, value, path)
    if origin in (Union, types.UnionType):
        return _read_union(shape, value, path)
    if origin in (tuple, frozenset):
        if not isinstance(value, list):
            raise CodecError(f"{path}: not a list")
        return origin(_read(get_args(shape)[0], item, f"{path}[{n}]") for n, item in enumerate(value))
    if isinstance(shape, type):
        return _read_class(shape, value, path)
    raise CodecError(f"{path}: no reader for {shape!r}")


def _read_union(shape: Any, value: object, path: str) -> object:
    members = [member for member in get_args(shape) if member is not types.NoneType]
    if value is None and len(members) < len(get_args(shape)):
        return None
    if len(members) != 1:
        raise CodecError(f"{path}: only unions with None can be read")
    return _read(members[0], value, path)


def _read_class(shape: type, value: object, path: str) -> object:
    if is_dataclass(shape):
        return _read_dataclass(shape, value, path)
    read_text = date.fromisoformat if shape is date else shape if issubclass(shape, Enum) else None
    if read_text is not None:
        if not isinstance(value, str):
            raise CodecError(f"{path}: not text")
        try:
            return read_text(value)
        except ValueError as error:
            raise CodecError(f"{path}: {value!r} is not a {shape.__name__}") from error
    if shape in (str, int, bool) and type(value) is shape:
        return value
    raise CodecError(f"{path}: not {shape.__name__}")


def _read_dataclass(shape: type, value: object, path: str) -> object:
    if not isinstance(value, dict):
        raise CodecError(f"{path}: not an object")
    hints = _hints(shape)
    found: dict[str, object] = {}
    for field in fields(shape):
        if field.name in value:
            found[field.name] = _read(hints[field.name], value[field.name], f"{path}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise CodecError(f"{path}.{field.name}: missing")
    try:
        return shape(**found)
    except ValueError as error:
        raise CodecError(f"{path}: {error}") from error
