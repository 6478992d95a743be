"""``kiosk sticker``: the sign and the poster around the issued payment code, as PDF. Refuses to change the code."""

import argparse
import sys
import tomllib
from datetime import datetime, time

from drivers.codes import jpqr
from drivers.codes.refusal import CodeError
from kiosk.cli import DONE, BadInputError
from kiosk.clock import JAPAN, CityClock
from kiosk.commands import load
from kiosk.domain.tender import TenderKind
from kiosk.issued_code import read_issued, read_payload
from kiosk.paths import CONFIG
from kiosk.presenters.texts import Texts, load_texts
from kiosk.profile import CounterProfile
from kiosk.profile_source import shown
from receipts.fonts import FontMissingError
from receipts.layout import UnprintableCharacterError
from receipts.qr import QrTextTooLongError, qr_modules
from receipts.render.pages import About
from receipts.sign import SheetWords, SignContent, SignError, SignWords, render

CATALOGUE = "sign"


def run_sticker(arguments: argparse.Namespace) -> int:
    """Write the PDF; the day is its date, so that a day's files are the same. Raises BadInputError."""
    profile, state = load(arguments.profile, arguments.state, arguments.set)
    payload = read_issued(profile, state) if arguments.code is None else read_payload(arguments.code)
    code = _issued(payload)
    sheet = _texts(arguments.language)
    written_at = datetime.combine(CityClock().today(), time(), JAPAN)
    title = sheet("sheet.title", counter=f"{profile.municipality} {profile.counter_name}")
    try:
        content = sign_content(profile, code, sheet)
        file = render(content, About(title, profile.municipality, written_at, profile.languages[0]))
        arguments.out.write_bytes(file)
    except UnprintableCharacterError as error:
        raise BadInputError(
            f"{arguments.profile}: no font for the sign has {shown(error.character)}: {error}"
        ) from error
    except (SignError, FontMissingError, QrTextTooLongError) as error:
        raise BadInputError(f"{arguments.profile}: the sign cannot be set: {error}") from error
    except OSError as error:
        raise BadInputError(f"--out {arguments.out}: cannot be written: {error.strerror}") from error
    sys.stdout.write(f"{arguments.out}: {' '.join(content.holds)}\n")
    return DONE


def sign_content(profile: CounterProfile, code: jpqr.JpqrCode, sheet: Texts) -> SignContent:
    """Everything on the papers of this counter. Raises BadInputError, QrTextTooLongError."""
    if TenderKind.CODE not in [tender.kind for tender in profile.tenders]:
        raise BadInputError(f"{profile.kiosk_id}: this counter takes no payment codes: add a [[tenders]] of kind code")
    store = code.store
    levels = store.code
    store_code = "-".join((levels.level_1, levels.level_2, levels.level_3, levels.level_4))
    check = code.payload[-4:]
    facts = {
        "kind": sheet("sheet.kind"),
        "payee": store.name_ja,
        "latin": store.name,
        "store": store_code,
        "category": store.merchant_category,
        "place": f"〒{store.postal_code[:3]}-{store.postal_code[3:]} {store.city}",
        "check": sheet("sheet.check", check=check, count=len(code.payload)),
    }
    return SignContent(
        issuer=f"{profile.municipality} {profile.counter_name}",
        words=tuple(_sign_words(_texts(language)) for language in profile.languages),
        sheet=SheetWords(
            how_to_print=sheet("sheet.how_to_print"),
            how_to_check=sheet("sheet.how_to_check"),
            ruler=sheet("sheet.ruler"),
            symbol_label=sheet("sheet.label.symbol"),
            symbol=sheet("sheet.symbol"),
        ),
        payee=store.name_ja,
        payee_latin=store.name,
        operators=profile.tender(TenderKind.CODE).brands,
        modules=qr_modules(code.payload, profile.symbol),
        holds=(
            sheet("sheet.holds"),
            store.name_ja,
            store.name,
            store_code,
            f"{sheet('sheet.label.check')} {check}",
        ),
        facts=tuple((sheet(f"sheet.label.{name}"), value) for name, value in facts.items()),
        payload=code.payload,
        color=tomllib.loads((CONFIG / "design" / "tokens.toml").read_text("utf-8"))["color"]["primary"],
    )


def _sign_words(texts: Texts) -> SignWords:
    return SignWords(
        language=texts.language,
        title=texts("title"),
        payee=texts("payee"),
        apps=texts("apps"),
        steps=(texts("step.1"), texts("step.2"), texts("step.3")),
    )


def _texts(language: str) -> Texts:
    try:
        return load_texts(CONFIG / "texts", language, CATALOGUE)
    except OSError as error:
        here = ", ".join(sorted(path.parent.name for path in (CONFIG / "texts").glob(f"*/{CATALOGUE}.mo")))
        raise BadInputError(f"languages: {language}: a sign has no words in it: write some of {here}") from error


def _issued(payload: str) -> jpqr.JpqrCode:
    try:
        code = jpqr.decode(payload)
    except CodeError as error:
        raise BadInputError(f"--code: not a JPQR code: {error}") from error
    if not code.is_sticker:
        raise BadInputError("--code: a code for one payment is no sticker: give the code that the scheme issued")
    return code
