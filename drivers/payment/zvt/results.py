"""ZVT result codes and intermediate statuses in our words. Owns the tables; refuses everything else.

Source: PA00P015, chapters "Error-IDs" and "Intermediate-Status-Information". Codes 01 to 63 are the card host's own,
its decimal 1 to 99.
"""

from drivers.payment.api import DeclineReason, Phase

RESULT_OK = 0x00
RESULT_ABORTED = 0x6C
"""Time-out or abort key: the protocol does not tell which."""
RESULT_NOTHING_TO_REPEAT = 0x83
"""Function not possible: how a terminal ends 06 20 when it has no transaction."""
RESULT_REVERSED = 0xB4
RESULT_REVERSAL_NOT_POSSIBLE = 0xB5
HOST_CODE_MAX = 0x63

_HOST_CODES: dict[int, DeclineReason] = {
    0x21: DeclineReason.CARD_EXPIRED,  # 33
    0x36: DeclineReason.CARD_EXPIRED,  # 54
    0x37: DeclineReason.PIN_WRONG,  # 55
    0x4B: DeclineReason.PIN_REFUSED,  # 75, too many tries
    0x5B: DeclineReason.NETWORK,  # 91, the issuer cannot be reached
}
"""The host's codes that mean the same everywhere (ISO 8583, field 39, in decimal); all others refuse the card."""

_BY_REASON: dict[DeclineReason, tuple[int, ...]] = {
    DeclineReason.CARD_UNREADABLE: (
        0x64,  # not readable
        0x65,  # card data not there
        0x66,  # processing error, the card reader's as well
        0x72,  # chip error
        0x73,  # card data wrong
        0x7B,  # no fallback to the magnetic stripe
        0x7C,  # the same
        0x7E,  # the same
        0xDE,  # the card did not go in
    ),
    DeclineReason.CARD_EXPIRED: (0x78, 0x79),
    DeclineReason.CARD_NOT_ACCEPTED: (
        0x67,  # not for debit cards
        0x68,  # not for credit cards
        0x76,  # not on the list of accepted cards
        0x7A,  # unknown card
        0xC5,  # payment method
        0xD2,  # not for this kind of card
        0xE9,  # restricted
        0xEA,  # card code
    ),
    DeclineReason.CARD_REFUSED: (
        0x6E,  # on the block list
        0x71,  # credit not sufficient
    ),
    DeclineReason.CARD_LEFT_IN: (
        0xDC,  # a card is still in
        0xDD,  # the card did not come out
    ),
    DeclineReason.TIMED_OUT: (RESULT_ABORTED,),
    DeclineReason.CURRENCY_REFUSED: (
        0x6F,
        0xC6,
        0xCB,  # only in euro
    ),
    DeclineReason.NETWORK: (
        0x7D,  # no answer
        0x9B,  # dialing failed
        0xA0,  # receiver not ready
        0xA1,  # the other end does not answer
        0xA3,  # no connection
        0xF1,  # offline error
        0xFA,  # transmission of offline transactions
    ),
    DeclineReason.END_OF_DAY_NEEDED: (
        0x6A,  # turnover file full
        0xB1,  # memory full
        0xB2,  # journal full
        0xF0,
    ),
    DeclineReason.ALREADY_REVERSED: (RESULT_REVERSED,),
    DeclineReason.REVERSAL_NOT_POSSIBLE: (
        RESULT_REVERSAL_NOT_POSSIBLE,
        0xB7,  # another amount than the original's
        0xB8,
    ),
    DeclineReason.AMOUNT_OUT_OF_RANGE: (
        0xC3,  # above the highest amount
        0xC8,  # below the lowest amount
        0xC9,  # above the highest of this kind
    ),
    DeclineReason.PRINTER_NOT_READY: (0xCC,),
    DeclineReason.NOT_SUPPORTED: (
        0x83,  # function not possible
        0xA4,  # submission not possible
        0xA5,  # card security rules
        0xCD,  # cash back
        0xE7,  # goods group
        0xE8,  # goods groups
    ),
    DeclineReason.TERMINAL_BUSY: (
        0x9C,  # please wait
        0xE0,  # remote maintenance is running
    ),
    DeclineReason.TERMINAL_SERVICE_NEEDED: (
        0x6B,  # not registered
        0x74,  # keys used up
        0x85,  # key missing
        0xC1,  # merchant card locked
        0xC2,  # asks for a diagnosis
        0xC4,  # card profiles must be loaded
        0xE4,  # to be activated
        0xEB,  # PIN algorithm
        0xEC,  # PIN not possible
        0xF5,  # personalization
        0xF6,  # personalization
        0xFB,  # turnover file defective
        0xFD,  # line speed
        0xFE,  # register unknown
    ),
    DeclineReason.TERMINAL_DEFECT: (
        0x89,  # PIN pad
        0xBF,  # supply voltage
        0xC0,  # card lock
        0xE2,  # card reader
        0xE3,  # shutter closed
        0xED,  # PIN pad
        0xFC,  # a device is missing
    ),
    DeclineReason.TERMINAL_ERROR: (
        0x75,  # text not authentic
        0x77,  # end of day not possible
        0x9A,  # protocol error
        0xFF,
    ),
}
DECLINE_REASONS = {code: reason for reason, codes in _BY_REASON.items() for code in codes}

PHASES: dict[int, Phase] = {
    0x00: Phase.WAIT_PIN,  # amount to be confirmed on the PIN pad
    0x01: Phase.WAIT_PIN,
    0x02: Phase.WAIT_PIN,
    0x04: Phase.PROCESSING,
    0x05: Phase.PROCESSING,
    0x06: Phase.PROCESSING,
    0x0A: Phase.WAIT_CARD,
    0x0B: Phase.REMOVE_CARD,
    0x0C: Phase.WAIT_CARD,  # not readable: the card again
    0x0E: Phase.PROCESSING,
    0x15: Phase.WAIT_PIN,  # wrong PIN
    0x17: Phase.PROCESSING,
    0x1C: Phase.FINISHING,
    0x41: Phase.REMOVE_CARD,
    0xD2: Phase.PROCESSING,  # dialing
}


def decline_reason(result: int, *, we_asked_to_abort: bool) -> DeclineReason:
    """Why no money moved. 6C means a time-out or the abort key; after our own request it is the cancel."""
    if result == RESULT_ABORTED and we_asked_to_abort:
        return DeclineReason.CANCELED
    if 0 < result <= HOST_CODE_MAX:
        return _HOST_CODES.get(result, DeclineReason.CARD_REFUSED)
    return DECLINE_REASONS.get(result, DeclineReason.TERMINAL_ERROR)
