"""The emulated service holds what the provider documents, and its book holds it whoever starts it again."""

import json
from pathlib import Path

import pytest

from drivers.emulators.paypay.answers import read_script
from drivers.emulators.paypay.book import CODE_LIFE_S, Book
from drivers.emulators.paypay.codec import Answer, Request, RequestReader
from drivers.emulators.paypay.core import WallClock
from drivers.emulators.paypay.ledger import MemoryLedger, net_paid_yen, open_ledger, read_ledger, standing
from drivers.emulators.paypay.provider import NEVER_S, Provider
from drivers.payment.paypay import protocol
from drivers.payment.paypay.protocol import Call, Counter, Keys

EPOCH_S = 1_795_600_000
KEYS = Keys("key", "secret", "merchant")
WALLET = "900081818812345678901234"


class Line:
    """Signed requests to one provider."""

    def __init__(self, answers: str = "", book: Book | None = None) -> None:
        self.clock = WallClock(EPOCH_S)
        self.ledger = MemoryLedger()
        self.book = book or Book(self.ledger, self.clock)
        self.provider = Provider(self.book, read_script(answers), KEYS.api_key, KEYS.secret, self.clock)

    def ask(self, call: Call, *, keys: Keys = KEYS, ahead_s: int = 0) -> Answer | None:
        signed = protocol.sign(call, keys, nonce="n", epoch_s=int(self.clock()) + ahead_s)
        path, _, query = signed.path.partition("?")
        headers = {name.lower(): text for name, text in signed.headers.items()}
        asked = dict(part.split("=") for part in query.split("&") if part)
        spoken = self.provider.handle(Request(signed.method, path, asked, headers, signed.body))
        return spoken.answer if spoken.delay_s < NEVER_S else None

    def charge(self, number: str = "op-1", yen: int = 600, wallet: str = WALLET) -> Answer | None:
        return self.ask(protocol.charge(number, wallet, yen, Counter(), at_s=EPOCH_S))

    def code(self, number: str = "op-1", yen: int = 600) -> str:
        answer = self.ask(protocol.create_code(number, yen, Counter(), at_s=EPOCH_S))
        assert answer is not None
        data = answer.fields["data"]
        assert isinstance(data, dict)
        return str(data["url"])


def code_of(answer: Answer | None) -> str:
    assert answer is not None
    return str(json.loads(json.dumps(answer.fields))["resultInfo"]["code"])


def test_nobody_is_heard_without_the_right_signature_and_time() -> None:
    line = Line()
    assert code_of(line.ask(protocol.payment("op-1"), keys=Keys("key", "wrong", "merchant"))) == "UNAUTHORIZED"
    assert code_of(line.ask(protocol.payment("op-1"), ahead_s=120)) == "UNAUTHORIZED"
    assert code_of(line.ask(protocol.payment("op-1"), ahead_s=-120)) == "UNAUTHORIZED"
    assert code_of(line.ask(protocol.payment("op-1"), ahead_s=119)) == "RESOURCE_NOT_FOUND"


def test_a_wallets_code_pays_once_and_a_number_once() -> None:
    line = Line()
    assert code_of(line.charge()) == "SUCCESS"
    assert code_of(line.charge("op-2")) == "EXPIRED_USER_AUTHORIZATION_ID"
    assert code_of(line.charge("op-1", wallet=WALLET[::-1])) == "SUCCESS", "told again what became of it"
    assert standing(line.ledger.entries()) == {"op-1": 600}


def test_a_code_is_paid_while_it_lives_and_by_one() -> None:
    line = Line()
    url = line.code()
    assert line.provider.phone_reads(url)
    line.clock.now_s += 10
    line.provider.tick()
    assert line.provider.phone_reads(url)
    line.clock.now_s += 10
    line.provider.tick()
    assert standing(line.ledger.entries()) == {"op-1": 600}
    assert not line.provider.phone_reads("https://qr.provider.example/other")


@pytest.mark.parametrize("ends", ["deleted", "expired"])
def test_a_code_that_is_over_is_paid_by_nobody(ends: str) -> None:
    line = Line()
    url = line.code()
    if ends == "deleted":
        assert code_of(line.ask(protocol.delete_code("04-000000000001"))) == "SUCCESS"
        assert code_of(line.ask(protocol.delete_code("04-000000000001"))) == "DYNAMIC_QR_NOT_FOUND"
        assert code_of(line.ask(protocol.code_payment("op-1"))) == "DYNAMIC_QR_PAYMENT_NOT_FOUND"
    else:
        line.clock.now_s += CODE_LIFE_S
    line.provider.phone_reads(url)
    line.clock.now_s += 10
    line.provider.tick()
    assert standing(line.ledger.entries()) == {}


def test_what_is_taken_after_a_cancel_goes_back_at_once() -> None:
    line = Line("late:45")
    assert line.charge() is None
    assert code_of(line.ask(protocol.cancel_payment("op-1"))) == "REQUEST_ACCEPTED"
    line.clock.now_s += 45
    line.provider.tick()
    assert [entry.kind for entry in line.ledger.entries()] == ["cancel", "paid", "failed"]
    assert net_paid_yen(line.ledger.entries()) == 0


def test_a_refund_is_given_once_and_not_over_the_amount() -> None:
    line = Line()
    line.charge()
    payment_id = line.book.payments["op-1"].payment_id
    ours = protocol.create_refund("void-1", payment_id, 600, at_s=EPOCH_S)
    assert [code_of(line.ask(ours)) for _ in range(2)] == ["SUCCESS", "SUCCESS"]
    other = protocol.create_refund("void-2", payment_id, 600, at_s=EPOCH_S)
    assert code_of(line.ask(other)) == "REFUND_LIMIT_EXCEEDED"
    assert code_of(line.ask(protocol.refund("void-2", payment_id))) == "NO_SUCH_REFUND_ORDER"
    assert net_paid_yen(line.ledger.entries()) == 0


def test_a_book_that_is_opened_again_knows_everything(tmp_path: Path) -> None:
    path, clock = tmp_path / "book.jsonl", WallClock(EPOCH_S)
    ledger = open_ledger(path)
    first = Line(book=Book(ledger, clock))
    first.charge()
    first.code("op-2", 300)
    first.ask(protocol.cancel_payment("op-3"))
    first.ask(protocol.create_refund("void-1", first.book.payments["op-1"].payment_id, 600, at_s=EPOCH_S))
    ledger.close()
    with path.open("ab") as file:
        file.write(b'{"kind": "paid", "number": "torn')
    reopened = open_ledger(path)
    again = Book(reopened, clock)
    reopened.close()
    assert (again.codes, again.payments, again.canceled, again.refunds) == (
        first.book.codes,
        first.book.payments,
        first.book.canceled,
        first.book.refunds,
    )
    assert WALLET not in path.read_text("utf-8")
    assert [entry.wallet_last4 for entry in read_ledger(path) if entry.wallet_last4] == [WALLET[-4:]]


def test_a_request_is_read_however_it_is_split() -> None:
    head = b"POST /v2/codes?a=b%20c HTTP/1.1\r\nContent-Length: 4\r\nX-One:  two \r\n\r\n"
    whole = head + b"{}\r\n"
    for cut in range(1, len(whole)):
        reader = RequestReader()
        assert reader.receive(whole[:cut]) is None
        request = reader.receive(whole[cut:])
        assert request == Request("POST", "/v2/codes", {"a": "b c"}, {"content-length": "4", "x-one": "two"}, b"{}\r\n")
