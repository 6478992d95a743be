"""Whose code a phone presents, from ``config/code_operators.toml``. Owns that file's form; refuses half of it."""

import re

from drivers.codes.cpm import CodeOperators
from kiosk.profile_source import Source, shown
from kiosk.profile_toml import read_toml

FILE = "code_operators.toml"
NO_OPERATORS = CodeOperators({})
_DIGITS = re.compile(r"\d{1,32}", re.ASCII)
_APPLICATION = re.compile(r"(?:[0-9A-F]{2}){1,16}")


def read_code_operators(source: Source) -> CodeOperators:
    """Read ``[[operators]]``: names by beginning. Raises ProfileError with file, line, field, and what to write."""
    prefixes: dict[str, str] = {}
    applications: dict[str, str] = {}
    file = read_toml(source)
    for table in file.tables("operators"):
        name = table.text("name")
        beginnings = 0
        for key, known, check in (("prefixes", prefixes, _prefix), ("applications", applications, _application)):
            for begin in table.texts(key, check):
                beginnings += 1
                if begin in known:
                    raise table.error(key, f"{shown(begin)} is {known[begin]}'s already: a beginning has one operator")
                known[begin] = name
        table.finish()
        if not beginnings:
            raise table.error("name", "nothing tells its codes: write prefixes = ['9000818188'] or applications")
    file.finish()
    return CodeOperators(prefixes, applications)


def _prefix(text: str) -> str:
    if _DIGITS.fullmatch(text) is None:
        raise ValueError(f"{shown(text)} is not a beginning of digits: write one such as 9000818188")
    return text


def _application(text: str) -> str:
    if _APPLICATION.fullmatch(text) is None:
        raise ValueError(f"{shown(text)} is no application identifier: write hexadecimal such as A0000000555555")
    return text
