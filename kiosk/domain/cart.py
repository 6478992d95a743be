"""The immutable cart and the frozen tender offer. Owns quantities and caps; refuses to know how it will be paid."""

from dataclasses import dataclass, replace

from kiosk.domain.item import Item
from kiosk.domain.money import YEN_MAX, Yen
from kiosk.domain.slip import Slip, is_same_slip, slip_key
from kiosk.domain.tax import TaxTotal, tax_totals
from kiosk.domain.tender import Tender, TenderKind

QUANTITY_MAX = 999
"""Three digits: more is a slip of the finger, and a receipt column holds no more."""
LINES_MAX = 300
"""A museum sells two hundred kinds; more lines than this is a runaway scanner."""


class CartError(ValueError):
    """The cart refuses a change; ``rule`` is a text-catalogue key."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Exemption:
    """A full exemption (減免) of the whole cart: its code and reason are recorded."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CartLine:
    """An item and how many of it; or one slip at its amount."""

    item: Item
    quantity: int
    slip: Slip | None = None
    fiscal_year: int = 0
    """The slip's; 0 for the year of the day it is sold on."""

    @property
    def key(self) -> str:
        """Names the line within its cart: the item's code, with what tells one slip from another."""
        if self.slip is None:
            return self.item.code
        return slip_key(self.item.code, self.fiscal_year, self.slip)

    @property
    def amount_yen(self) -> Yen:
        return Yen(self.item.price_yen * self.quantity)


@dataclass(frozen=True, slots=True)
class Cart:
    """What the citizen is about to pay. Every change gives a new cart with the next ``revision``."""

    lines: tuple[CartLine, ...] = ()
    exemption: Exemption | None = None
    revision: int = 0
    cap_yen: Yen = YEN_MAX

    @property
    def gross_yen(self) -> Yen:
        return Yen(sum(line.amount_yen for line in self.lines))

    @property
    def total_yen(self) -> Yen:
        """What is to be paid: nothing under a full exemption."""
        return Yen(0) if self.exemption else self.gross_yen

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def taxes(self) -> tuple[TaxTotal, ...]:
        """Per rate, each rounded once. Under a full exemption every gross is zero."""
        return tax_totals((line.item.tax, 0 if self.exemption else line.amount_yen) for line in self.lines)

    def add(self, item: Item, quantity: int = 1) -> "Cart":
        """Add to the item's line, or append one. Raises CartError over a cap, and for an item that needs its slip."""
        if item.slip is not None:
            raise CartError("slip_needed")
        for line in self.lines:
            if line.key == item.code:
                return self.set_quantity(item.code, line.quantity + quantity)
        return self._append(CartLine(item, _checked(quantity)))

    def add_slip(self, item: Item, slip: Slip, *, fiscal_year: int) -> "Cart":
        """Append one slip; ``item`` has its amount (kiosk.domain.slip.priced). Raises CartError."""
        line = CartLine(item, 1, slip, fiscal_year)
        if self.exemption is not None:
            raise CartError("slip_exemption")
        if any(is_same_slip(line.key, other.key) for other in self.lines if other.slip is not None):
            raise CartError("slip_twice")
        if item.price_yen <= 0:
            raise CartError("slip_needed")
        return self._append(line)

    def set_quantity(self, key: str, quantity: int) -> "Cart":
        """Set a line's quantity; zero removes the line. A slip is there once."""
        if quantity == 0:
            return self.remove(key)
        checked = _checked(quantity)
        if checked > 1 and any(line.key == key and line.slip is not None for line in self.lines):
            raise CartError("slip_quantity")
        return self._with(tuple(replace(x, quantity=checked) if x.key == key else x for x in self.lines))

    def remove(self, key: str) -> "Cart":
        return self._with(tuple(line for line in self.lines if line.key != key))

    def exempt(self, exemption: Exemption | None) -> "Cart":
        """Raises CartError with a slip in the cart: whether one is waived, its section decides."""
        if exemption is not None and any(line.slip is not None for line in self.lines):
            raise CartError("slip_exemption")
        return replace(self, exemption=exemption, revision=self.revision + 1)

    def _append(self, line: CartLine) -> "Cart":
        if len(self.lines) >= LINES_MAX:
            raise CartError("cart_lines_max")
        return self._with((*self.lines, line))

    def _with(self, lines: tuple[CartLine, ...]) -> "Cart":
        changed = replace(self, lines=lines, revision=self.revision + 1)
        if changed.gross_yen > self.cap_yen:
            raise CartError("cart_cap")
        return changed

    def refusing_items(self, kind: TenderKind) -> tuple[Item, ...]:
        """Items that may not be paid with ``kind``; empty when the whole cart may."""
        return tuple(line.item for line in self.lines if kind not in line.item.tenders)


@dataclass(frozen=True, slots=True)
class Offer:
    """A cart frozen for payment. The first tender chosen for a revision wins; a changed cart needs a new offer."""

    cart: Cart
    tenders: tuple[Tender, ...]

    @property
    def revision(self) -> int:
        return self.cart.revision


def make_offer(cart: Cart, tenders: tuple[Tender, ...]) -> Offer:
    """Freeze a cart with the tenders every line allows. Raises CartError for an empty cart or none in common."""
    if not cart.lines:
        raise CartError("cart_empty")
    if cart.total_yen == 0:
        return Offer(cart, ())
    allowed = tuple(tender for tender in tenders if not cart.refusing_items(tender.kind))
    if not allowed:
        raise CartError("no_common_tender")
    return Offer(cart, allowed)


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= QUANTITY_MAX:
        raise CartError("quantity_range")
    return quantity
