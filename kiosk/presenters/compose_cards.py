"""State -> the cards on the right: a result, a doubt, the day, a past sale. Owns their facts; refuses to act."""

from dataclasses import replace

from kiosk.domain.books import RefundRow
from kiosk.domain.business_day import DayState
from kiosk.domain.daily_log import needs_confirmation
from kiosk.domain.operation import Operation
from kiosk.domain.record import is_terminal_slip
from kiosk.domain.tender import TenderKind
from kiosk.presenters.approval import may_pay_otherwise, refund_ways, void_obstacle_of
from kiosk.presenters.compose_left import standing_word, time_of
from kiosk.presenters.compose_slips import slip_rows
from kiosk.presenters.printer import document_keys, paper_keys, picture_of
from kiosk.presenters.screen import Act, Band, CardPanel, Key, Tone
from kiosk.presenters.state import CounterSetup, Done, Doubt, StaffState, looked_at
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import DOCUMENT_TONES, Words, family_of, open_family, two_people_needed
from kiosk.services.notices import Printing

FIRST_LETTER, SECOND_LETTER = "F7", "F8"
"""A card's own keys; while a card is in sight no tender is chosen with them."""


class CardComposer:
    """Composes cards."""

    def __init__(self, setup: CounterSetup, texts: Texts, words: Words) -> None:
        self._setup = setup
        self._texts = texts
        self._words = words

    def done(self, state: StaffState, done: Done) -> CardPanel:
        document = state.documents.get(done.sale_id or "")
        if document is None or document.printing is Printing.PRINTED:
            document = state.lost_slips.get(done.sale_id or "", document)
        if document is None:
            return self._over(done)
        card = replace(self._over(done), note=self._words.document(document), keys=document_keys(document, self._texts))
        picture = picture_of(document.printing, document.fault)
        # The amount stands in the band as well; what is to be done with the printer needs the room.
        return replace(card, amount_label="", amount_yen=None, rows=(), picture=picture) if picture else card

    def _over(self, done: Done) -> CardPanel:
        texts = self._texts
        if done.operation is None:
            count = sum(line.quantity for line in done.free.lines) if done.free else 0
            reason = done.free.free.exemption_name if done.free and done.free.free else ""
            rows = [(texts("card.count"), texts("cart.count", count=count))]
            if reason:
                rows.append((texts("card.reason"), reason))
            return CardPanel(texts("card.free"), texts("cart.total"), 0, tuple(rows), Tone.SUCCESS)
        result = done.operation.result
        amount_yen = done.operation.prepared.amount_yen
        change_yen = None
        if result and done.operation.prepared.tender is TenderKind.CASH and result.tendered_yen:
            change_yen = result.tendered_yen - amount_yen
        return CardPanel(
            texts("card.sale_by_rule" if done.operation.provisional else f"{family_of(done.operation)}card.done"),
            texts(f"{family_of(done.operation)}card.amount"),
            amount_yen,
            (*slip_rows(done.operation.prepared.lines, texts), *self._facts(done.operation)),
            Tone.WARNING if done.operation.provisional else Tone.SUCCESS,
            "" if change_yen is None else texts("form.change"),
            change_yen or 0,
        )

    def doubt(self, state: StaffState, doubt: Doubt) -> CardPanel:
        texts = self._texts
        family = f"{family_of(doubt.operation)}doubt"
        steps = () if doubt.inquiring else self._steps(doubt.operation, family)
        keys = []
        if not two_people_needed(doubt.operation):  # there 後で確認する stands beside the main key
            keys.append(Key(Act.SET_ASIDE, texts("key.set_aside"), not doubt.inquiring, FIRST_LETTER))
        if not family_of(doubt.operation):
            keys.append(Key(Act.OTHER_TENDER, texts("key.other_tender"), may_pay_otherwise(state), SECOND_LETTER))
        return CardPanel(
            texts(f"{family}.title"),
            texts(f"{family}.amount"),
            doubt.operation.prepared.amount_yen,
            self._deadline(doubt.operation) or self._facts(doubt.operation)[:1],
            Tone.DOUBT,
            steps=steps,
            keys=tuple(keys),
        )

    def _steps(self, operation: Operation, family: str) -> tuple[str, ...]:
        """What to do one after the other; what the terminal left open has its own second and third step."""
        texts = self._words.texts_about(operation)
        own = open_family(operation)
        amount = texts.yen(operation.seen.amount_yen if operation.seen else 0)
        keys = ((f"{own}.step.{n}" if own else "", f"{family}.step.{n}") for n in (1, 2, 3))
        return tuple(texts.first(*each, amount=amount) for each in keys)

    def _deadline(self, operation: Operation) -> tuple[tuple[str, str], ...]:
        """The last day of an inquiry. Nothing else of a doubt is worth the room of its steps."""
        until = operation.seen.inquire_by if operation.seen else None
        return ((self._texts("card.inquire_by"), self._texts.date(until)),) if until else ()

    def _facts(self, operation: Operation) -> tuple[tuple[str, str], ...]:
        texts, result, seen = self._words.texts_about(operation), operation.result, operation.seen
        rows = [(texts("card.tender"), operation.prepared.tender_name)]
        if seen and not result:
            rows += [(texts("card.brand"), seen.brand), (texts("card.slip"), seen.slip_number)]
        if seen and seen.amount_yen:
            rows.append((texts("card.terminal_amount"), texts.yen(seen.amount_yen)))
        if seen and seen.rule:
            rows.append((texts("card.unfinished"), texts(f"unfinished.rule.{seen.rule.treatment}")))
            rows += self._deadline(operation)
        if result:
            brand = (
                f"{result.brand} {texts('card.last4', digits=result.card_last4) if result.card_last4 else ''}".strip()
            )
            tendered = texts.yen(result.tendered_yen) if result.tendered_yen else ""
            rows += [
                (texts("card.brand"), brand),
                (texts("card.tendered"), tendered),
                (texts("card.approval"), result.approval_code),
                (texts("card.slip"), result.slip_number),
                (texts("card.payment_last4"), result.payment_last4),
                (texts("card.cancellation"), self._cancellation(operation)),
            ]
        return tuple((label, value) for label, value in rows if value)

    def _cancellation(self, operation: Operation) -> str:
        """The portal's number of a void; a terminal's own trace number is no use to a clerk."""
        voided = family_of(operation) and operation.prepared.device in self._setup.by_code
        return operation.result.transaction_number if voided and operation.result else ""

    def day_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        if state.day and state.day.day.state is DayState.CLOSED and state.day.totals:
            total = sum(entry.amount_yen for entry in state.day.totals)
            names = {tender.kind: tender.name for tender in self._setup.tenders}
            rows = tuple(
                (
                    names.get(entry.tender, entry.tender),
                    texts("day.row", count=entry.count, amount=f"{entry.amount_yen:,}"),
                )
                for entry in state.day.totals
            )
            return CardPanel(texts("day.closed_title"), texts("close.total"), total, rows, Tone.SUCCESS)
        steps = tuple(texts(f"day.step.{n}") for n in (1, 2, 3))
        return CardPanel(texts("day.title"), "", None, (), steps=steps)

    def close_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        totals = state.sales.totals if state.sales else ()
        rows = ((texts("card.count"), texts("count", count=sum(total.count for total in totals))),)
        note = None
        if state.doubts:
            note = Band(Tone.DOUBT, texts("close.blocked.what"), texts("close.blocked.next"))
        elif state.compared:
            silent = all(each.compared.unavailable for each in state.compared if needs_confirmation(each.compared))
            family = "close.silent" if silent else "close.differs"
            note = Band(Tone.WARNING, texts(f"{family}.what"), texts(f"{family}.next"))
        amount_yen = sum(total.amount_yen for total in totals)
        steps = () if note else tuple(texts(f"close.step.{n}") for n in (1, 2))
        keys = (Key(Act.ASK_AGAIN, texts("key.ask_again"), not state.closing, FIRST_LETTER),) if state.compared else ()
        follow_ups = state.sales.follow_ups if state.sales else ()
        if follow_ups:
            keys = (*keys, Key(Act.FOLLOW_UP, texts("key.follow_up", count=len(follow_ups)), letter=SECOND_LETTER))
        return CardPanel(texts("close.card"), texts("close.total"), amount_yen, rows, steps=steps, note=note, keys=keys)

    def code_card(self, state: StaffState) -> CardPanel:
        """The sticker's code: whose it is, or how to take it up; and how an operator is tested."""
        texts, known = self._texts, state.code
        enrolled = known is not None and bool(known.code.text)
        rows = ((texts("code_page.store"), known.store),) if known and enrolled else ()
        family = "code_page.known" if enrolled else "code_page.none"
        steps = tuple(texts(f"{family}.step.{n}") for n in (1, 2, 3))
        return CardPanel(texts(f"{family}.title"), "", None, rows, steps=steps)

    def here_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        operator = f"{state.operator.name} {state.operator.title}".strip() if state.operator else ""
        rows = (
            (texts("welcome.counter"), self._setup.counter_name),
            (texts("welcome.operator"), operator),
            (texts("cart.title"), texts("cart.count", count=state.cart.count)),
        )
        return CardPanel(texts("cart.title"), texts("cart.total"), state.cart.total_yen, rows)

    def sale_card(self, state: StaffState) -> CardPanel:
        texts = self._texts
        sale = looked_at(state)
        if sale is None:
            return CardPanel(texts("sales.card"), "", None, ((texts("sales.none"), ""),))
        rows = [(texts("sales.time"), time_of(sale.at)), (texts("sales.standing"), standing_word(sale, texts))]
        if sale.business_date != state.today:
            rows.insert(0, (texts("sales.date"), texts.date(sale.business_date)))
        rows += slip_rows(sale.lines, texts)
        if sale.operations:
            rows += self._facts(sale.operations[-1])
        reason = sale.operations[-1].prepared.reason if sale.operations else ""
        if reason:
            rows.append((texts("sales.reason"), reason))
        approver = sale.begun[-1].approver if sale.begun else None
        if approver is not None:
            rows.append((texts("sales.approver"), approver.name))
        rows += [
            (texts("sales.line", name=line.name, quantity=line.quantity), f"{line.amount_yen:,}") for line in sale.lines
        ]
        rows += [
            (texts("sales.refund"), f"{each.refund.reason}{texts('sales.refund_people', name=_approver(each))}")
            for each in sale.refunds
        ]
        obstacle = void_obstacle_of(state)
        can_refund = bool(refund_ways(state, self._setup.tenders))
        keys: tuple[Key, ...] = (
            Key(Act.VOID, texts("key.void"), not obstacle, FIRST_LETTER),
            Key(Act.REFUND, texts("key.refund"), can_refund, SECOND_LETTER),
        )
        hint = texts(f"hint.{obstacle}") if obstacle and texts.has(f"hint.{obstacle}") else ""
        note = None
        if own := [x for x in sale.documents if not is_terminal_slip(x.kind)]:
            last = own[-1]
            kind = texts.first(f"document.{last.kind}", "document.other")
            rows.append((texts("sales.document"), f"{kind} {last.serial_number}"))
            if last.state != Printing.PRINTED:
                key, tone = f"print.{last.state}", DOCUMENT_TONES[Printing(last.state)]
                note = Band(tone, texts(f"{key}.what", document=kind), texts(f"{key}.next"), last.serial_number)
            if last.state == Printing.UNKNOWN:  # before anything else is done with this sale
                keys, hint = paper_keys(texts), ""
        return CardPanel(
            texts("sales.card"), texts("cart.total"), sale.amount_yen, tuple(rows), note=note, hint=hint, keys=keys
        )


def _approver(row: RefundRow) -> str:
    return row.begun.approver.name if row.begun.approver else ""
