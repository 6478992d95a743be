"""How a counter's payment code is drawn. Owns the ``[code_symbol]`` table; refuses to know what a code says."""

from dataclasses import replace

from kiosk.profile_items import one_of
from kiosk.profile_toml import Table
from receipts.qr_form import PAYMENT, Level, QrForm

ON, OFF = "on", "off"


def read_symbol(table: Table) -> QrForm:
    """``level`` L, M, Q or H; ``eci`` on, as ISO/IEC 18004 wants, or off for applications that stumble over it.

    Both may be left out, and so may the table. Raises ProfileError.
    """
    entry = table.table("code_symbol")
    if entry is None:
        return PAYMENT
    form = PAYMENT
    if entry.has("level"):
        form = replace(form, level=Level(entry.checked("level", lambda text: one_of(text, list(Level), "a level"))))
    if entry.has("eci"):
        form = replace(form, eci=entry.checked("eci", lambda text: one_of(text, (ON, OFF), "on or off")) == ON)
    entry.finish(known=("level", "eci"))
    return form
