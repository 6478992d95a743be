"""Published payment codes, damaged and sealed anew: taken exactly when a second reader finds every rule kept."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

from drivers.codes import emv, jpqr
from drivers.codes.refusal import CodeError
from tests.unit.drivers.codes.published import SAMPLES
from tests.unit.drivers.codes.rules import emv as emv_rules
from tests.unit.drivers.codes.rules import holds
from tests.unit.drivers.codes.rules import jpqr as jpqr_rules

SEED = 20261125
CHARACTERS = "0123456789099*.-, AZaz市\u0301\x00\ud800"
SEALED = 0.8
"""Share whose check characters fit again: else next to nothing would get past them."""


def mutated(random: Random) -> str:
    """One to three edits of a published code."""
    text = random.choice(SAMPLES).payload
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(text))
        match random.randrange(6):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + random.choice(CHARACTERS) + text[at:]
            case 2:
                text = text[:at] + random.choice(CHARACTERS) + text[at + 1 :]
            case 3:
                end = random.randrange(at, len(text))
                text = text[:end] + text[at:end] + text[end:]
            case 4:
                text = text[:at] + text[random.randrange(at, len(text)) :]
            case _:
                text = _retagged(text, random)
        text = text or "0"
    return _sealed(text) if random.random() < SEALED else text


def _retagged(text: str, random: Random) -> str:
    """Another amount, currency or initiation, whole: what a forger would write."""
    old, new = random.choice(
        (
            ("5303392", "53033925403300"),
            ("5303392", "530339254010"),
            ("5303392", "53033925406498.50"),
            ("5303392", "5303840"),
            ("010211", "010212"),
            ("010212", "010211"),
            ("5802JP", "5802CN"),
            ("2668", "2768"),
            ("6107", "6207"),
        )
    )
    return text.replace(old, new, 1)


def _sealed(text: str) -> str:
    body = text[: -len("6304FFFF")] + emv.CRC_HEADER
    try:
        return body + emv.crc_of(body)
    except UnicodeEncodeError:
        return text


def rule_of(read: Callable[[], object]) -> str:
    """The rule that keeps a code out; empty when it is taken. Nothing but CodeError may come out."""
    try:
        read()
    except CodeError as error:
        return error.rule
    return ""


def test_a_mutated_code_is_taken_only_when_every_rule_holds(mutated_codes: int) -> None:
    random, tally = Random(SEED), Counter[str]()
    for _ in range(mutated_codes):
        payload = mutated(random)
        rule = rule_of(partial(emv.decode, payload))
        tally[rule or "taken"] += 1
        assert holds(emv_rules, payload) is not bool(rule), (rule, payload)
        if rule:
            continue
        code = emv.decode(payload)
        assert emv.encode(code.content).payload == payload
        rule = rule_of(partial(jpqr.interpret, code))
        tally["taken as JPQR"] += not rule
        assert holds(jpqr_rules, payload) is not bool(rule), (rule, payload)
    print({name: tally[name] for name in sorted(tally)})
    assert len(tally) >= 15, tally
    assert tally["taken"] > mutated_codes / 50, "hardly a mutated code got past its check characters"
