"""ZVT result codes and intermediate statuses in our words. Owns two tables; refuses everything else.

Source: PA00P015, chapters "Error-IDs" and "Intermediate-Status-Information". Codes 01 to 63 are the card host's own.
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

DECLINE_REASONS: dict[int, DeclineReason] = {
    0x64: DeclineReason.CARD_REFUSED,  # card not readable
    0x65: DeclineReason.CARD_REFUSED,  # card data not there
    0x66: DeclineReason.CARD_REFUSED,  # processing error, the card reader's as well
    0x67: DeclineReason.NOT_SUPPORTED,  # not for debit cards
    0x68: DeclineReason.NOT_SUPPORTED,  # not for credit cards
    0x6A: DeclineReason.END_OF_DAY_NEEDED,  # turnover file full
    0x6B: DeclineReason.NOT_SUPPORTED,  # switched off
    RESULT_ABORTED: DeclineReason.TIMED_OUT,
    0x6E: DeclineReason.CARD_REFUSED,  # on the block list
    0x6F: DeclineReason.CURRENCY_REFUSED,
    0x71: DeclineReason.CARD_REFUSED,  # credit not sufficient
    0x72: DeclineReason.CARD_REFUSED,  # chip error
    0x73: DeclineReason.CARD_REFUSED,  # card data wrong
    0x74: DeclineReason.TERMINAL_ERROR,  # keys used up
    0x75: DeclineReason.TERMINAL_ERROR,  # text not authentic
    0x76: DeclineReason.CARD_REFUSED,  # not on the list of accepted cards
    0x77: DeclineReason.TERMINAL_ERROR,  # end of day not possible
    0x78: DeclineReason.CARD_REFUSED,  # expired
    0x79: DeclineReason.CARD_REFUSED,  # not yet valid
    0x7A: DeclineReason.CARD_REFUSED,  # unknown card
    0x7B: DeclineReason.CARD_REFUSED,  # no fallback to the magnetic stripe
    0x7C: DeclineReason.CARD_REFUSED,  # the same
    0x7D: DeclineReason.NETWORK,  # no answer
    0x7E: DeclineReason.CARD_REFUSED,  # no fallback to the magnetic stripe
    0x83: DeclineReason.NOT_SUPPORTED,  # function not possible
    0x85: DeclineReason.TERMINAL_ERROR,  # key missing
    0x89: DeclineReason.TERMINAL_ERROR,  # PIN pad defective
    0x9A: DeclineReason.TERMINAL_ERROR,  # protocol error
    0x9B: DeclineReason.NETWORK,  # dialing failed
    0x9C: DeclineReason.TERMINAL_ERROR,  # please wait
    0xA0: DeclineReason.NETWORK,  # receiver not ready
    0xA1: DeclineReason.NETWORK,  # the other end does not answer
    0xA3: DeclineReason.NETWORK,  # no connection
    0xA4: DeclineReason.NETWORK,  # submission not possible
    0xA5: DeclineReason.NOT_SUPPORTED,  # card security rules
    0xB1: DeclineReason.END_OF_DAY_NEEDED,  # memory full
    0xB2: DeclineReason.END_OF_DAY_NEEDED,  # journal full
    RESULT_REVERSED: DeclineReason.ALREADY_REVERSED,
    RESULT_REVERSAL_NOT_POSSIBLE: DeclineReason.REVERSAL_NOT_POSSIBLE,
    0xB7: DeclineReason.REVERSAL_NOT_POSSIBLE,  # another amount than the original's
    0xB8: DeclineReason.REVERSAL_NOT_POSSIBLE,
    0xBF: DeclineReason.TERMINAL_ERROR,  # supply voltage
    0xC0: DeclineReason.TERMINAL_ERROR,  # card lock
    0xC1: DeclineReason.TERMINAL_ERROR,  # merchant card locked
    0xC2: DeclineReason.TERMINAL_ERROR,  # asks for a diagnosis
    0xC3: DeclineReason.AMOUNT_OUT_OF_RANGE,  # above the highest amount
    0xC4: DeclineReason.TERMINAL_ERROR,  # card profiles must be loaded
    0xC5: DeclineReason.NOT_SUPPORTED,  # payment method
    0xC6: DeclineReason.CURRENCY_REFUSED,
    0xC8: DeclineReason.AMOUNT_OUT_OF_RANGE,  # below the lowest amount
    0xC9: DeclineReason.AMOUNT_OUT_OF_RANGE,  # above the highest of this kind
    0xCB: DeclineReason.CURRENCY_REFUSED,  # only in euro
    0xCC: DeclineReason.PRINTER_NOT_READY,
    0xCD: DeclineReason.NOT_SUPPORTED,  # cash back
    0xD2: DeclineReason.NOT_SUPPORTED,  # not for this kind of card
    0xDC: DeclineReason.CARD_REFUSED,  # a card is still in
    0xDD: DeclineReason.CARD_REFUSED,  # the card did not come out
    0xDE: DeclineReason.CARD_REFUSED,  # the card did not go in
    0xE0: DeclineReason.TERMINAL_ERROR,  # remote maintenance
    0xE2: DeclineReason.TERMINAL_ERROR,  # card reader defective
    0xE3: DeclineReason.TERMINAL_ERROR,  # shutter closed
    0xE4: DeclineReason.TERMINAL_ERROR,  # to be activated
    0xE7: DeclineReason.NOT_SUPPORTED,  # goods group
    0xE8: DeclineReason.NOT_SUPPORTED,  # goods groups
    0xE9: DeclineReason.CARD_REFUSED,  # restricted
    0xEA: DeclineReason.CARD_REFUSED,  # card code
    0xEB: DeclineReason.TERMINAL_ERROR,  # PIN algorithm
    0xEC: DeclineReason.TERMINAL_ERROR,  # PIN not possible
    0xED: DeclineReason.TERMINAL_ERROR,  # PIN pad defective
    0xF0: DeclineReason.END_OF_DAY_NEEDED,
    0xF1: DeclineReason.NETWORK,  # offline error
    0xF5: DeclineReason.TERMINAL_ERROR,  # personalization
    0xF6: DeclineReason.TERMINAL_ERROR,  # personalization
    0xFA: DeclineReason.NETWORK,  # transmission of offline transactions
    0xFB: DeclineReason.TERMINAL_ERROR,  # turnover file defective
    0xFC: DeclineReason.TERMINAL_ERROR,  # a device is missing
    0xFD: DeclineReason.TERMINAL_ERROR,  # line speed
    0xFE: DeclineReason.TERMINAL_ERROR,  # register unknown
    0xFF: DeclineReason.TERMINAL_ERROR,
}

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
        return DeclineReason.CARD_REFUSED
    return DECLINE_REASONS.get(result, DeclineReason.TERMINAL_ERROR)
