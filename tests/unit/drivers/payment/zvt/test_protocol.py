import pytest

from drivers.errors import ProtocolError
from drivers.payment.zvt.apdu import Apdu
from drivers.payment.zvt.protocol import (
    authorization,
    diagnosis,
    end_of_day,
    is_yen,
    read_registered_terminal,
    read_status,
    read_terminal_state,
    refund,
    registration,
    repeat_receipt,
    reversal,
)


def test_fifteen_hundred_yen_has_no_minor_unit() -> None:
    assert authorization(1500).encode().hex() == "06010a04000000001500490392"


def test_registration_asks_for_intermediate_states_and_yen() -> None:
    assert registration("123456").encode().hex() == "0600061234560e0392"


def test_a_terminal_without_a_printer_is_asked_for_its_own_lines_and_may_send_blocks() -> None:
    assert registration("123456", prints_here=True).encode().hex() == "06000e1234568e0392" + "0606" + "26040a0206d3"


def test_a_diagnosis_names_the_password_alone() -> None:
    assert diagnosis("123456").encode().hex() == "067003123456"


def test_the_last_receipt_is_asked_for_without_paper() -> None:
    assert repeat_receipt("000000").encode().hex() == "0620050000000303"


def test_a_status_without_a_result_is_refused() -> None:
    with pytest.raises(ProtocolError, match="without a result"):
        read_status(Apdu(0x040F, bytes.fromhex("04000000001500")))


def test_a_euro_status_is_not_yen() -> None:
    assert not is_yen(read_status(Apdu(0x040F, bytes.fromhex("2700490978"))))
    assert is_yen(read_status(Apdu(0x040F, bytes.fromhex("2700490392"))))


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("", None),
        ("00", 0),
        ("f0", None),
        ("f0f0f2414200", 0),
        ("f0f0f24142f0", 0xF0),
        ("f0f0f24142", None),
        ("3137464431", None),
    ],
)
def test_the_terminal_state_stands_after_an_optional_version(body: str, state: int | None) -> None:
    assert read_terminal_state(Apdu(0x060F, bytes.fromhex(body))) == state


def test_a_completion_that_is_no_list_of_fields_names_no_terminal() -> None:
    assert read_registered_terminal(Apdu(0x060F, bytes.fromhex("2901"))) == ""
    assert read_registered_terminal(Apdu(0x060F, bytes.fromhex("2913100001"))) == "13100001"


def test_a_void_names_the_receipt_and_a_refund_does_not() -> None:
    assert reversal("123456", "231", 600).encode().hex() == "063010123456870231" + "04000000000600490392"
    assert refund("123456", 600).encode().hex() == "06310d123456" + "04000000000600490392"
    assert end_of_day("123456").encode().hex() == "065003123456"
    for slip in ("", "0", "12345", "x", "１"):
        with pytest.raises(ValueError, match="receipt number"):
            reversal("123456", slip, 600)


def test_the_mirrored_receipt_stands_in_its_container() -> None:
    assert (
        authorization(600, mirrored_slip="231").encode().hex() == "060111" + "04000000000600490392" + "06051f1f020231"
    )
    assert authorization(600, mirrored_slip="0000") == authorization(600)
