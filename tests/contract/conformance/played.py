"""How often an emulated terminal has played the last answer of its script."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from drivers.emulators.script import Script

Act = TypeVar("Act", bound=StrEnum)


def played_by(script: Script[Act], answers: str) -> Callable[[], int] | None:
    """None where it is an approval, as everything else is that such a script does not name."""
    name = answers.rpartition(",")[2].partition(":")[0]
    if name in ("", "approve"):
        return None
    return lambda: sum(count for act, count in script.played.items() if act == name)
