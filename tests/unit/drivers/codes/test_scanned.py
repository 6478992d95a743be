"""What scanners and keyboards do to codes: undone where the code proves it, else refused with the reason."""

import pytest

from drivers.codes.refusal import CodeError, Rule
from drivers.codes.scanned import NOISE_MAX, Repair, consumer_code, merchant_code, without_noise
from tests.unit.drivers.codes.published import EMV_ANNEX_B, JPQR_SHOP, JPQR_STATIC, SAMPLES
from tests.unit.drivers.codes.test_cpm import EMVCO_1, OPERATORS, PAYPAY, jpqr
from tests.unit.drivers.codes.test_emv import changed

PLAIN = changed(t54="23.72", t62="0708POS+A=1!")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
JIS_OF_ANSI_SHIFT = {
    "@": '"', "^": "&", "&": "'", "*": "(", "(": ")", "_": "=", "=": "^", "+": "~", "[": "@", "{": "`",
    "]": "[", "}": "{", "\\": "]", "|": "}", ":": "+", "'": ":", '"': "*",
}  # fmt: skip
"""By the key: what a machine set to a Japanese keyboard writes for the key that an American one has for it."""


def on_jis(text: str) -> str:
    return "".join(JIS_OF_ANSI_SHIFT.get(sign, sign) for sign in text)


def on_ansi(text: str) -> str:
    back = {jis: ansi for ansi, jis in JIS_OF_ANSI_SHIFT.items()}
    return "".join(back.get(sign, sign) for sign in text)


@pytest.mark.parametrize(
    ("scanned", "repairs"),
    [
        (PLAIN, ()),
        (PLAIN + "\r", ()),
        (PLAIN + "\r\n", ()),
        (" \t" + PLAIN + "\n", ()),
        ("]Q1" + PLAIN, ()),
        ("]Q2\\000026" + PLAIN + "\r", ()),
        ("\ufeff" + PLAIN, ()),
        ("\x02" + PLAIN + "\x03", ()),
        (PLAIN.translate(WIDE), (Repair.WIDE,)),
        (PLAIN.translate(WIDE) + "\r\n", (Repair.WIDE,)),
        (on_jis(PLAIN), (Repair.JIS_LAYOUT,)),
        (on_ansi(PLAIN), (Repair.ANSI_LAYOUT,)),
        (PLAIN.swapcase(), (Repair.CAPS_LOCK,)),
        (on_jis(PLAIN).translate(WIDE), (Repair.WIDE, Repair.JIS_LAYOUT)),
        (PLAIN.swapcase().translate(WIDE), (Repair.WIDE, Repair.CAPS_LOCK)),
    ],
)
def test_a_merchant_s_code_comes_out_whole(scanned: str, repairs: tuple[Repair, ...]) -> None:
    code, undone = merchant_code(scanned)
    assert (code.payload, undone) == (PLAIN, repairs)


@pytest.mark.parametrize("payload", [JPQR_STATIC, JPQR_SHOP, EMV_ANNEX_B])
def test_a_code_with_names_is_never_changed(payload: str) -> None:
    """Wide letters belong to a name: the check characters say so."""
    code, undone = merchant_code(payload + "\r")
    assert (code.payload, undone) == (payload, ())
    named = changed(t64="0002JA0107ＡＢＣ　市役所")
    assert merchant_code(named)[0].payload == named


@pytest.mark.parametrize(
    ("scanned", "rule"),
    [
        (PLAIN[:-5] + PLAIN[-4:], Rule.PAST_END),
        (PLAIN[4:], Rule.FIRST),
        (PLAIN.replace("SHOP", "SHIP"), Rule.CRC),
        (PLAIN + PLAIN, Rule.LAST),
        (PLAIN[:40] + "\r" + PLAIN[40:], Rule.CHARACTERS),
        (PLAIN + "\r" * (NOISE_MAX + 1), Rule.CHARACTERS),
        (JPQR_STATIC.encode().decode("latin-1"), Rule.CHARACTERS),
        (JPQR_STATIC.replace("メルペイ カフェ", "めるぺい かふぇ"), Rule.CRC),
        ("", Rule.FIRST),
        ("\r\n", Rule.FIRST),
    ],
)
def test_what_cannot_be_proven_is_refused_with_the_reason(scanned: str, rule: Rule) -> None:
    with pytest.raises(CodeError) as caught:
        merchant_code(scanned)
    assert caught.value.rule is rule


def test_no_repair_makes_a_refused_sample_sound() -> None:
    for sample in SAMPLES:
        if sample.fields is None:
            with pytest.raises(CodeError):
                merchant_code(sample.payload)


@pytest.mark.parametrize("code", [PAYPAY, EMVCO_1, jpqr(t99=b"\xfb\xff\xbe\xff")])
@pytest.mark.parametrize(
    "spoil", [on_jis, on_ansi, str.swapcase, lambda text: text.translate(WIDE), lambda text: f"]C0{text}\r"]
)
def test_a_citizen_s_code_comes_out_whole(code: str, spoil: object) -> None:
    assert callable(spoil)
    found, _ = consumer_code(spoil(code), OPERATORS)
    assert found.text == code


def test_a_cut_citizen_s_code_is_refused() -> None:
    with pytest.raises(CodeError) as caught:
        consumer_code(EMVCO_1[:-6] + "\r", OPERATORS)
    assert EMVCO_1[:6] not in str(caught.value)


def test_noise_alone_is_taken_away() -> None:
    assert without_noise("]Q1 12 34\r\n") == " 12 34"
    assert without_noise("\u300012 \t") == "12"
    assert without_noise("]Q") == "]Q"


def test_a_long_scan_is_read_a_few_times_and_no_more() -> None:
    with pytest.raises(CodeError) as caught:
        merchant_code("\r" * 5000 + "０" * 5000)
    assert caught.value.rule is Rule.TOTAL_LENGTH
