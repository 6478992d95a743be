"""POS Integrado response codes in our words. Owns two tables; refuses everything else.

Source: POS Integrado reference, "Tabla de respuestas": every code but 00 is a rejection. A code that is not in the
table is no answer: a damaged frame can hold it.
"""

from drivers.payment.api import DeclineReason, Phase

APPROVED = "00"
ALREADY_VOIDED = "04"
NOTHING_TO_VOID = "05"
NO_SALE = "11"
_CARD = DeclineReason.CARD_REFUSED
_TERMINAL = DeclineReason.TERMINAL_ERROR
_SERVICE = DeclineReason.TERMINAL_SERVICE_NEEDED
_NETWORK = DeclineReason.NETWORK
_CLOSE = DeclineReason.END_OF_DAY_NEEDED
_UNSUPPORTED = DeclineReason.NOT_SUPPORTED
_NO_VOID = DeclineReason.REVERSAL_NOT_POSSIBLE
_AMOUNT = DeclineReason.AMOUNT_OUT_OF_RANGE

DECLINE_REASONS: dict[str, DeclineReason] = {
    "01": _CARD,
    "02": _NETWORK,  # the host does not answer
    "03": _NETWORK,  # no connection
    ALREADY_VOIDED: DeclineReason.ALREADY_REVERSED,
    NOTHING_TO_VOID: _NO_VOID,
    "06": DeclineReason.CARD_NOT_ACCEPTED,
    "07": DeclineReason.CANCELED,  # at the terminal
    "08": _NO_VOID,  # a debit sale cannot be voided
    "09": DeclineReason.CARD_UNREADABLE,
    "10": _AMOUNT,  # below the smallest amount
    NO_SALE: _UNSUPPORTED,
    "12": _UNSUPPORTED,
    "13": _CLOSE,
    "14": _NETWORK,  # no dial tone
    "15": _SERVICE,  # a file is missing
    "16": _TERMINAL,  # the host's answer is malformed
    "17": _CARD,  # last four digits wrong
    "18": _TERMINAL,
    "19": _CARD,  # another card than before
    "20": _CARD,
    "21": _NO_VOID,
    "22": DeclineReason.TIMED_OUT,
    "24": DeclineReason.PRINTER_NOT_READY,  # no paper
    "25": _CARD,  # date invalid
    "26": _SERVICE,  # keys must be loaded
    "27": _SERVICE,  # must be updated
    "60": _TERMINAL,  # number of instalments
    "61": _TERMINAL,  # the request could not be made
    "62": DeclineReason.TERMINAL_DEFECT,  # PIN pad
    "65": _TERMINAL,  # the host's answer could not be read
    "67": _CLOSE,
    "68": _TERMINAL,
    "70": _TERMINAL,  # length of the ticket number
    "71": _TERMINAL,  # length of the text to print
    "72": _AMOUNT,  # the amount must be above zero
    "73": _SERVICE,  # the terminal has no number
    "74": _CLOSE,
    "75": _SERVICE,  # no cards configured
    "76": _CLOSE,
    "77": _CLOSE,
    "88": _TERMINAL,
    "93": _CARD,
    "94": _TERMINAL,
    "95": _TERMINAL,
}

PHASES: dict[str, Phase] = {
    "78": Phase.WAIT_CARD,
    "79": Phase.WAIT_PIN,  # the amount is to be confirmed on the PIN pad
    "80": Phase.WAIT_PIN,
    "81": Phase.WAIT_PIN,
    "82": Phase.PROCESSING,
    "83": Phase.WAIT_PIN,
    "84": Phase.WAIT_CARD,
    "85": Phase.WAIT_PIN,
    "86": Phase.WAIT_PIN,
    "87": Phase.WAIT_PIN,
}
