"""The file of code operators: the one that is delivered, and what is refused with one line."""

import pytest

from drivers.codes.cpm import Form
from kiosk.code_operators import FILE, read_code_operators
from kiosk.paths import CONFIG
from kiosk.profile_source import MasterFiles, ProfileError, Source


@pytest.mark.parametrize(
    ("digits", "operator"),
    [
        ("900081818812345678901234", "PayPay"),
        ("9000011234567890", "楽天ペイ"),
        ("9000000212345678901234", "d払い"),
        ("3158990012345678901", "メルペイ"),
        ("3158992112345678901", "au PAY"),
        ("3158993112345678901", "ゆうちょPay"),
        ("3158994012345678901", "ゆうちょPay"),
        ("3158994112345678901", None),
    ],
)
def test_the_delivered_file(digits: str, operator: str | None) -> None:
    assert read_code_operators(MasterFiles(CONFIG).read(FILE)).of(Form.DIGITS, digits) == operator


def test_applications_are_hexadecimal() -> None:
    source = Source(FILE, '[[operators]]\nname = "A"\napplications = ["A0000000555555"]\n')
    assert read_code_operators(source).of(Form.EMV, "A0000000555555") == "A"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[operators]]\nname = "A"\nprefixes = ["9x"]\n', "not a beginning of digits"),
        ('[[operators]]\nname = "A"\nprefixes = ["９０"]\n', "not a beginning of digits"),
        ('[[operators]]\nname = "A"\napplications = ["a0"]\n', "no application identifier"),
        ('[[operators]]\nname = "A"\nprefix = ["90"]\n', "did you mean prefixes?"),
        ('[[operators]]\nname = "A"\n', "nothing tells its codes"),
        (
            '[[operators]]\nname = "A"\nprefixes = ["90"]\n[[operators]]\nname = "B"\nprefixes = ["90"]\n',
            "A's already",
        ),
        ("", "at least one"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, problem: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read_code_operators(Source(FILE, text))
    assert problem in str(caught.value)
    assert FILE in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
