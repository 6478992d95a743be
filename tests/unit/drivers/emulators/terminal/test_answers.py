import pytest

from drivers.emulators.terminal.answers import Act, Answer, read_script


def test_answers_are_read_with_their_numbers() -> None:
    script = read_script("approve, decline:6C,busy:1 # a comment\nslow,decline")
    assert [script.next_answer() for _ in range(5)] == [
        Answer(Act.APPROVE),
        Answer(Act.DECLINE, 0x6C),
        Answer(Act.BUSY, 1),
        Answer(Act.SLOW, 5),
        Answer(Act.DECLINE, 5),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("aprove", "not known; known are approve"),
        ("approve:3", "takes no number"),
        ("busy:three", "not a number"),
        ("busy:0", "1 to 600"),
        ("busy:601", "1 to 600"),
        ("decline:1FF", "1 to 255"),
    ],
)
def test_a_wrong_answer_says_what_is_wrong(text: str, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        read_script(text)


def test_a_busy_spell_comes_before_the_next_answer_and_approval_after_the_last() -> None:
    script = read_script("busy:2,decline")
    acts = [script.next_answer().act for _ in range(5)]
    assert acts == [Act.BUSY, Act.BUSY, Act.DECLINE, Act.APPROVE, Act.APPROVE]
    assert script.played == {Act.BUSY: 2, Act.DECLINE: 1, Act.APPROVE: 2}
