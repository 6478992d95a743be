"""objectNames of what can be clicked, typed into or read. A headless driver relies on them; refuses Qt.

Keys of one kind carry their value: ``item-1001``, ``tender-credit``, ``digit-7``, ``choice-operator-suzuki``,
``answer-declined``. The same keypad exists on several pages; ``kiosk.ui.app.visible`` finds the one in sight.
"""

STAFF_WINDOW = "staff-window"
CUSTOMER_WINDOW = "customer-window"

MAIN = "main-action"
CANCEL = "cancel-action"
MENU = "menu"
CORRECT = "correct"
REMOVE = "remove"
SEARCH = "search"
PAGE_BACK = "page-back"
PAGE_ON = "page-on"
EXEMPT = "exempt"

BAND = "band"
BAND_HEADLINE = "band-headline"
BAND_DETAIL = "band-detail"
BAND_FIGURE = "band-figure"
TOTAL = "total"
CART = "cart"
TABLE = "table"
CHANGE = "change"
CARD_NOTE = "card-note"
CODE = "code"
CODE_LEFT = "code-left"
INSTRUCTION = "instruction"
ELAPSED = "elapsed"
WATERMARK = "watermark"


def item(code: str) -> str:
    return f"item-{code}"


def category(code: str) -> str:
    return f"category-{code}"


def tender(kind: str) -> str:
    return f"tender-{kind}"


def digit(value: str) -> str:
    return f"digit-{value}"


def field(name: str) -> str:
    return f"field-{name}"


def edit(name: str) -> str:
    return f"edit-{name}"


def choice(field_name: str, value: str) -> str:
    return f"choice-{field_name}-{value}"


def answer(name: str) -> str:
    return f"answer-{name}"


def quick(value: str) -> str:
    return f"quick-{value}"


def act(name: str) -> str:
    return f"act-{name}"


def lamp(name: str) -> str:
    return f"lamp-{name}"
