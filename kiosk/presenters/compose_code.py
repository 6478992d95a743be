"""State -> the table of the payment code's page. Owns its words about each operator; refuses to read a code."""

from kiosk.presenters.code_setup import code_tender
from kiosk.presenters.screen import Act, Column, Key, Row, TablePart, Tone
from kiosk.presenters.state import CounterSetup, StaffState
from kiosk.presenters.texts import Texts


def code_keys(setup: CounterSetup, texts: Texts) -> tuple[Key, ...]:
    """The menu's key to the page, at a counter that has such a code."""
    return (Key(Act.SHOW_CODE, texts("key.show_code")),) if code_tender(setup) else ()


def code_table(setup: CounterSetup, texts: Texts, state: StaffState) -> TablePart:
    """Every operator, and whether a code with the amount in it may be shown to its application."""
    tender, code = code_tender(setup), state.code.code if state.code else None
    rows = []
    for brand in tender.brands if tender else ():
        tested = code is not None and brand in code.tested
        failed = code is not None and brand in code.failed
        word = "passed" if tested else "failed" if failed else "untested"
        tone = Tone.SUCCESS if tested else Tone.WARNING if failed else Tone.NEUTRAL
        shown = texts("code_page.with_amount" if tested else "code_page.sticker")
        rows.append(Row(brand, (brand, texts(f"code_page.{word}"), shown), tone))
    columns = (
        Column(texts("code_page.operator"), 5),
        Column(texts("code_page.test"), 4, chip=True),
        Column(texts("code_page.shown"), 7),
    )
    return TablePart(texts("code_page.title"), (), columns, tuple(rows), state.code_brand)
