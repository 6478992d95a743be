"""A scanner that types: never a character of a code as typing, never a person's key as a code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.api import SCAN_BYTES_MAX, Scan, Unreadable
from drivers.scanner.wedge import BURST_GAP_S, CODE_KEYS_MIN, GAP_S, BurstRecognizer, Recognized, Typed, narrow

CODE = "2812345678901234567"
QUICK_S, SLOW_S = 0.008, 0.15
PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


class Fingers:
    """Presses keys at set times; a key is known by its place and character."""

    def __init__(self) -> None:
        self.recognizer = BurstRecognizer()
        self.now_s = 100.0
        self.pressed: list[str] = []
        self.found: list[Recognized] = []

    def press(self, text: str, gap_s: float) -> None:
        self.now_s += gap_s
        self.pressed.append(text)
        self.found += self.recognizer.press(text, text, self.now_s)

    def type(self, text: str, gap_s: float) -> "Fingers":
        for character in text:
            self.press(character, gap_s)
        return self

    def rest(self) -> list[Recognized]:
        self.now_s += 1.0
        self.found += self.recognizer.quiet(self.now_s)
        assert self.recognizer.deadline_s is None
        return self.found

    def typed(self) -> str:
        return "".join(str(key) for one in self.rest() if isinstance(one, Typed) for key in one.keys)


def test_a_scan_is_one_code_and_no_key() -> None:
    assert Fingers().type(CODE + "\r", QUICK_S).rest() == [Scan(CODE)]


def test_two_scans_in_a_row_are_two_codes() -> None:
    assert Fingers().type(CODE + "\r" + CODE + "\r", QUICK_S).rest() == [Scan(CODE), Scan(CODE)]


@given(st.text(PRINTABLE, min_size=CODE_KEYS_MIN, max_size=40), st.floats(0, GAP_S * 0.99))
def test_every_quick_code_is_recognized(code: str, gap_s: float) -> None:
    assert Fingers().type(code + "\r", gap_s).rest() == [Scan(code)]


@given(st.text(PRINTABLE | st.just("\r"), max_size=40), st.floats(GAP_S * 1.01, 2.0))
def test_everything_a_person_types_arrives_in_order(text: str, gap_s: float) -> None:
    fingers = Fingers().type(text, gap_s)
    assert fingers.typed() == text
    assert all(isinstance(one, Typed) for one in fingers.found)


@given(st.lists(st.tuples(PRINTABLE | st.just("\r"), st.sampled_from([0.001, 0.02, 0.05, 0.2])), max_size=60))
def test_no_key_is_delivered_twice_or_out_of_order(presses: list[tuple[str, float]]) -> None:
    fingers = Fingers()
    for text, gap_s in presses:
        fingers.press(text, gap_s)
    rest = iter(fingers.pressed)
    assert all(key in rest for key in fingers.typed())  # a subsequence of what was pressed


def test_a_rolled_pair_of_keys_is_typing_and_is_held_only_a_moment() -> None:
    fingers = Fingers().type("12", 0.02)
    assert fingers.found == []
    assert fingers.recognizer.deadline_s == pytest.approx(fingers.now_s + GAP_S)
    assert fingers.typed() == "12"


def test_typing_before_a_scan_is_delivered_and_the_scan_is_not_mixed_with_it() -> None:
    fingers = Fingers().type("30", SLOW_S)
    fingers.press(CODE[0], SLOW_S)
    fingers.type(CODE[1:] + "\r", QUICK_S)
    assert fingers.typed() == "30"
    assert Scan(CODE) in fingers.found


def test_enter_alone_is_a_key_at_once() -> None:
    fingers = Fingers()
    fingers.press("\r", 1.0)
    assert fingers.found == [Typed(("\r",))]
    assert fingers.recognizer.deadline_s is None


def test_a_stumbling_machine_does_not_break_a_code() -> None:
    fingers = Fingers().type(CODE[:8], QUICK_S)
    fingers.press(CODE[8], BURST_GAP_S * 0.9)
    assert fingers.type(CODE[9:] + "\r", QUICK_S).rest() == [Scan(CODE)]


def test_a_tab_ends_a_code_and_is_a_persons_key_otherwise() -> None:
    assert Fingers().type(CODE + "\t", QUICK_S).rest() == [Scan(CODE)]
    assert Fingers().type("12\t34\t", SLOW_S).typed() == "12\t34\t"


def test_three_quick_keys_and_enter_are_a_persons() -> None:
    fingers = Fingers().type("123\r", QUICK_S)
    assert fingers.typed() == "123\r"


def test_a_scanner_that_ends_with_two_line_ends_presses_nothing() -> None:
    assert Fingers().type(CODE + "\r\n", QUICK_S).rest() == [Scan(CODE)]


def test_an_enter_long_after_a_scan_is_a_persons() -> None:
    fingers = Fingers().type(CODE + "\r", QUICK_S)
    fingers.press("\r", BURST_GAP_S * 1.1)
    assert fingers.rest() == [Scan(CODE), Typed(("\r",))]


def test_a_code_without_enter_reaches_nobody() -> None:
    assert Fingers().type(CODE, QUICK_S).rest() == [Unreadable("the code stopped without an end")]


def test_a_held_key_is_no_scanner() -> None:
    recognizer = BurstRecognizer()
    times = [1.0, *(1.2 + n * 0.02 for n in range(49))]
    found = [one for n, at_s in enumerate(times) for one in recognizer.press(n, "8", at_s, is_repeat=n > 0)]
    assert [key for one in found if isinstance(one, Typed) for key in one.keys] == list(range(50))


def test_a_double_digit_that_the_system_took_for_a_held_key_is_part_of_the_code() -> None:
    recognizer = BurstRecognizer()
    found: list[Recognized] = []
    for number, text in enumerate("1001\r"):
        found += recognizer.press(number, text, 1.0, is_repeat=number == 2)
    assert found == [Scan("1001")]


def test_the_shift_of_a_capital_does_not_break_a_code() -> None:
    recognizer = BurstRecognizer()
    found: list[Recognized] = []
    for number, text in enumerate([*"abc123", "", "D", "4", "\r"]):
        found += recognizer.press(number, text, 1.0 + number * QUICK_S)
    assert found == [Scan("abc123D4")]


def test_the_shift_before_it_is_sure_holds_the_keys_as_well() -> None:
    recognizer = BurstRecognizer()
    keys = ["", "A", "", "B", "1", "", "C", "2", "\r"]
    found: list[Recognized] = []
    for number, text in enumerate(keys):
        found += recognizer.press(number, text, 1.0 + number * QUICK_S)
    assert found == [Typed((0,)), Scan("AB1C2")]


def test_a_persons_shift_between_rolled_keys_stays_in_its_place() -> None:
    recognizer = BurstRecognizer()
    for number, text in enumerate(["a", "", "B"]):
        assert recognizer.press(number, text, 1.0 + number * QUICK_S) == ()
    assert recognizer.quiet(2.0) == (Typed((0, 1, 2)),)


class InputMethod:
    """Composes what is pressed and hands it over at the end."""

    def __init__(self) -> None:
        self.recognizer = BurstRecognizer()
        self.now_s = 5.0
        self.found: list[Recognized] = []

    def compose(self, text: str, gap_s: float) -> "InputMethod":
        for at, character in enumerate(text, start=1):
            self.now_s += gap_s
            self.found += self.recognizer.press(text[:at], character, self.now_s)
        return self

    def commit(self, text: str, gap_s: float, *, ends: bool = True) -> list[Recognized]:
        self.now_s += gap_s
        self.found += self.recognizer.commit("commit", text, self.now_s, ends=ends)
        return self.found


def test_what_an_input_method_made_of_a_code_is_the_code() -> None:
    assert InputMethod().compose("４９０１２３４", QUICK_S).commit("４９０１２３４", QUICK_S) == [Scan("4901234")]
    assert InputMethod().compose("４９０１", QUICK_S).commit("４９０１", QUICK_S) == [Scan("4901")]


def test_keys_that_an_input_method_merged_are_not_lost() -> None:
    assert InputMethod().compose("４９２３４６", QUICK_S).commit("４９０１２３４５６", QUICK_S) == [Scan("490123456")]


def test_what_a_person_composes_is_handed_on_whole_and_in_order() -> None:
    composed = InputMethod().compose("じゅう", SLOW_S)
    typed = [key for one in composed.commit("十", SLOW_S) if isinstance(one, Typed) for key in one.keys]
    assert typed == ["じ", "じゅ", "じゅう", "commit"]


def test_a_code_that_an_input_method_tears_in_two_is_none() -> None:
    torn = InputMethod().compose("４９０１２３４", QUICK_S)
    assert torn.commit("４９０", QUICK_S, ends=False) == []
    assert torn.commit("１２３４", QUICK_S) == [Unreadable("the input method tore the code in two")]


def test_wide_characters_of_an_input_method_are_narrowed_and_kana_are_refused() -> None:
    assert Fingers().type("Ａ１２３－４５\r", QUICK_S).rest() == [Scan("A123-45")]
    assert Fingers().type("かにさしす123\r", QUICK_S).rest() == [
        Unreadable("characters that no key of a scanner writes")
    ]
    assert narrow("　～！") == " ~!"


def test_an_endless_burst_is_bounded() -> None:
    fingers = Fingers().type("1" * (SCAN_BYTES_MAX + 500), 0.001)
    fingers.press("\r", 0.001)
    assert fingers.rest() == [Unreadable("longer than any code")]
