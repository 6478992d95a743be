"""The form with which two people settle a doubt. Owns what they must say; refuses to decide for them."""

from kiosk.domain.operation import Operation
from kiosk.domain.operator import Act, Operator
from kiosk.presenters.forms import first_open
from kiosk.presenters.state import CODE_WORDS, WALLET_WORDS, Form, FormField
from kiosk.presenters.texts import Texts
from kiosk.presenters.words import family_of, is_unfinished

FOUND = ("charged", "not_charged")
EVIDENCE = ("slip", "terminal_list", "trustee")
"""What a person may have looked at: the terminal's slip, its list of transactions, the trustee's answer."""


WITHOUT_TERMINAL = {CODE_WORDS: ("portal", "trustee"), WALLET_WORDS: ("portal", "app_history", "trustee")}
"""Where no terminal has a slip: the operator's portal, the citizen's application, or what the operator answers."""
REFERENCE_LENGTH_MAX = 32
"""A portal's number of a payment or a cancellation."""


def resolve_form(
    operation: Operation, operators: tuple[Operator, ...], me: Operator | None, texts: Texts, *, family: str = ""
) -> Form:
    """What was found, what shows it, who approves. The approver is somebody else than the clerk.

    ``family``: of the words about its device, where no terminal stands behind it; what was found in a portal comes
    with the portal's number of it.
    """
    others = (person for person in operators if person.may(Act.RESOLVE))
    approvers = tuple((p.operator_id, p.name) for p in others if me is None or p.operator_id != me.operator_id)
    found = tuple((name, texts(f"choice.found.{family_of(operation)}{name}")) for name in _findings(operation))
    shown_by = WITHOUT_TERMINAL.get(family) or _evidence(operation)
    evidence = tuple((texts(f"choice.evidence.{name}"),) * 2 for name in shown_by)
    canceled = operation.seen is not None and operation.seen.amount_yen > 0
    reference = FormField("reference", texts("field.portal_number"), "text", REFERENCE_LENGTH_MAX, required=canceled)
    fields = (
        FormField("found", texts("field.found"), "choice", choices=found),
        FormField("evidence", texts("field.evidence"), "choice", choices=evidence),
        *((reference,) if family else ()),
        FormField("approver", texts("field.approver"), "choice", choices=approvers),
        FormField("pin", texts("field.approver_pin"), "pin"),
    )
    return Form(
        "resolve",
        texts("resolve.title"),
        texts("resolve.instruction"),
        operation.prepared.amount_yen,
        fields,
        (("resolve", texts("answer.resolve")),),
        active=first_open(fields, {}),
    )


def _findings(operation: Operation) -> tuple[str, ...]:
    """An unfinished sale may be settled for now, so that its terminal is free before the brand has spoken."""
    return ("charged", "provisional", "not_charged") if is_unfinished(operation) and not family_of(operation) else FOUND


def _evidence(operation: Operation) -> tuple[str, ...]:
    """The paper that this doubt leaves behind comes first."""
    if is_unfinished(operation):
        return ("unfinished_slip", *EVIDENCE)
    return ("both_slips", *EVIDENCE) if operation.seen is not None and operation.seen.amount_yen else EVIDENCE
