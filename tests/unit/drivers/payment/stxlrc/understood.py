"""What becomes of a whole STX/ETX/LRC message: every reader is shown it. Owns what must hold; knows no damage."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from drivers.errors import ProtocolError
from drivers.payment.api import Approved, AuthorizationRequest, Baseline, Media
from drivers.payment.stxlrc import protocol
from drivers.payment.stxlrc.frame import FrameReader, Message, encode_frame
from drivers.payment.stxlrc.inquiry import judge, judge_sale, judge_void
from drivers.payment.stxlrc.protocol import SaleRecord
from drivers.payment.stxlrc.wire_text import describe

TRACES = Path(__file__).parents[4] / "traces" / "stxlrc"
YEN, TICKET, TERMINAL = 450, 3, "TCM00001"
REQUEST = AuthorizationRequest("op", TICKET, YEN, Media.CREDIT, Baseline(TERMINAL, "000002", "000002"))
READERS: dict[str, Callable[[Message], object]] = {
    protocol.DETAILS_REPLY: protocol.read_detail,
    protocol.TOTALS_REPLY: protocol.read_totals,
    protocol.CLOSE_REPLY: protocol.read_close,
    protocol.STATUS: protocol.read_status,
}
SALE_REPLIES = (protocol.SALE_REPLY, protocol.LAST_SALE_REPLY, protocol.DETAILS_REPLY)


def valid_frames() -> list[bytes]:
    """Whole frames that others have published, and those of the official client's session."""
    published = [json.loads(line) for line in (TRACES / "published.jsonl").read_text("utf-8").splitlines()]
    session = [json.loads(line) for line in (TRACES / "official_client.jsonl").read_text("utf-8").splitlines()]
    reader = FrameReader()
    for line in (*published, *session):
        if "refused" not in line:
            reader.receive(bytes.fromhex(line["hex"]))
    return sorted({encode_frame(event) for event in iter(reader.next_event, None) if isinstance(event, Message)})


def sale_of(frames: list[bytes]) -> SaleRecord:
    """The session's sale that the tests ask about."""
    for frame in frames:
        if frame.startswith(b"\x020210|") and b"|000003|" in frame:
            reader = FrameReader()
            reader.receive(frame)
            message = reader.next_event()
            assert isinstance(message, Message)
            sale = protocol.read_sale(message)
            assert isinstance(sale, SaleRecord)
            return sale
    raise AssertionError("the session has no such sale")


class Understood:
    """What becomes of whole messages: every reader there is, with the declared error only."""

    def __init__(self, sale: SaleRecord) -> None:
        self.tally: Counter[str] = Counter()
        self._sale = sale

    def take(self, message: Message) -> None:
        function = message.function
        with suppress(ProtocolError):
            describe(encode_frame(message))
        with suppress(ProtocolError):
            if function == protocol.VOID_REPLY:
                judge_void(REQUEST, self._sale, protocol.read_void(message))
            elif function in READERS:
                READERS[function](message)
        if function in SALE_REPLIES:
            self._sale_reply(message)

    def _sale_reply(self, message: Message) -> None:
        try:
            record = protocol.read_sale(message)
        except ProtocolError:
            self.tally["replies refused"] += 1
            return
        outcomes = [judge_sale(REQUEST, record, TERMINAL)]
        if isinstance(record, SaleRecord):
            found = judge(REQUEST, TERMINAL, record)
            outcomes += [found] if isinstance(found, Approved) else []
        for outcome in outcomes:
            if isinstance(outcome, Approved):
                assert (outcome.amount_yen, outcome.transaction_number) == (YEN, f"{TICKET:06d}")
                self.tally["replies taken, amount and ticket as asked"] += 1
            else:
                self.tally["replies doubted or declined"] += 1
