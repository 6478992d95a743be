"""Values into a layout: typed nodes to blocks. Owns which rows are left out; never reads a value as markup.

A row that has values is left out when all of them are empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, assert_never

from receipts.document import Block, Columns, Pair, Qr, Text
from receipts.template import (
    ColumnsNode,
    EachNode,
    FixedNode,
    InsertNode,
    Node,
    PairNode,
    QrNode,
    TextNode,
)
from receipts.template_line import Pattern


@dataclass(frozen=True, slots=True)
class Values:
    """What one document, or one entry of a group, says."""

    texts: Mapping[str, str]
    groups: Mapping[str, tuple["Values", ...]] = field(default_factory=dict)
    inserts: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)


Entry = TypeVar("Entry")
PRESENT = (Values({}),)
"""A group that is there, once, and has no values of its own."""


def when(condition: object) -> tuple[Values, ...]:
    """A group that shows its rows on a condition."""
    return PRESENT if condition else ()


def fill(nodes: tuple[Node, ...], values: Values) -> list[Block]:
    """Blocks in the layout's order. Raises KeyError for a value that the schema promised and nobody gave."""
    blocks: list[Block] = []
    _fill(nodes, (values,), blocks)
    return blocks


def _fill(nodes: tuple[Node, ...], scopes: tuple[Values, ...], blocks: list[Block]) -> None:
    """``scopes`` are the groups that are open, the innermost first."""
    for node in nodes:
        match node:
            case FixedNode(block):
                blocks.append(block)
            case TextNode(pattern, style, align):
                text = _text(pattern, scopes)
                if text or not pattern.names:
                    blocks.append(Text(text, style, align))
            case PairNode(label, value):
                texts = _row(scopes, label, value)
                if texts:
                    blocks.append(Pair(*texts))
            case ColumnsNode(left, middle, right, style):
                texts = _row(scopes, left, right, middle)
                if texts:
                    blocks.append(Columns(texts[0], texts[1], texts[2], style))
            case QrNode(pattern):
                text = _text(pattern, scopes)
                if text:
                    blocks.append(Qr(text))
            case InsertNode(name):
                blocks += _innermost([values.inserts for values in scopes], name)
            case EachNode(name, inner):
                for entry in _innermost([values.groups for values in scopes], name):
                    _fill(inner, (entry, *scopes), blocks)
            case _:
                assert_never(node)


def _row(scopes: tuple[Values, ...], *patterns: Pattern) -> list[str]:
    """None at all where the row has values and all of them are empty."""
    texts = [_text(pattern, scopes) for pattern in patterns]
    for text, pattern in zip(texts, patterns, strict=True):
        if text and pattern.names:
            return texts
    return [] if any(pattern.names for pattern in patterns) else texts


def _text(pattern: Pattern, scopes: tuple[Values, ...]) -> str:
    """Empty where every value in it is: the word before a number that there is not would say nothing."""
    if not pattern.names:
        return pattern.source
    text, is_empty = "", True
    for part in pattern.parts:
        if isinstance(part, str):
            text += part
            continue
        for values in scopes:
            value = values.texts.get(part.name)
            if value is not None:
                break
        else:
            raise KeyError(part.name)
        text += value
        is_empty = is_empty and not value
    return "" if is_empty else text


def _innermost(scopes: list[Mapping[str, tuple[Entry, ...]]], name: str) -> tuple[Entry, ...]:
    for scope in scopes:
        if name in scope:
            return scope[name]
    raise KeyError(name)
