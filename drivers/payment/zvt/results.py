"""ZVT result codes and intermediate statuses in our words. Owns two tables; refuses everything else.

Source: PA00P015, chapters "Error-IDs" and "Intermediate-Status-Information". Codes 01 to 63 are the card host's own.
"""

from drivers.payment.api import DeclineReason, Phase

RESULT_OK = 0x00
RESULT_ABORTED = 0x6C
"""Time-out or abort key: the protocol does not tell which."""
RESULT_REVERSED = 0xB4
HOST_CODE_MAX = 0x63

DECLINE_REASONS: dict[int, DeclineReason] = {
    0x64: DeclineReason.CARD_REFUSED,  # card not readable
    0x65: DeclineReason.CARD_REFUSED,  # card data not there
    0x66: DeclineReason.TERMINAL_ERROR,  # processing error
    0x67: DeclineReason.NOT_SUPPORTED,  # not permitted for debit cards
    0x68: DeclineReason.NOT_SUPPORTED,  # not permitted for credit cards
    0x6A: DeclineReason.END_OF_DAY_NEEDED,  # turnover file full
    0x6B: DeclineReason.NOT_SUPPORTED,  # function switched off
    RESULT_ABORTED: DeclineReason.TIMED_OUT,
    0x6E: DeclineReason.CARD_REFUSED,  # on the block list
    0x6F: DeclineReason.CURRENCY_REFUSED,
    0x71: DeclineReason.CARD_REFUSED,  # credit not sufficient
    0x72: DeclineReason.CARD_REFUSED,  # chip error
    0x73: DeclineReason.CARD_REFUSED,  # card data wrong
    0x78: DeclineReason.TERMINAL_ERROR,
    0x7A: DeclineReason.END_OF_DAY_NEEDED,
    0x7B: DeclineReason.CARD_REFUSED,  # expired
    0x7C: DeclineReason.CARD_REFUSED,  # not yet valid
    0x7D: DeclineReason.CARD_REFUSED,  # unknown card
    0x7E: DeclineReason.CARD_REFUSED,
    0x7F: DeclineReason.CARD_REFUSED,
    0x83: DeclineReason.NOT_SUPPORTED,
    0x9B: DeclineReason.NETWORK,  # dialing failed
    0xA0: DeclineReason.NETWORK,  # receiver not ready
    0xA1: DeclineReason.NETWORK,  # the other end does not answer
    0xA3: DeclineReason.NETWORK,  # no connection
    0xB1: DeclineReason.END_OF_DAY_NEEDED,  # memory full
    0xB2: DeclineReason.END_OF_DAY_NEEDED,  # journal full
    0xC3: DeclineReason.CARD_REFUSED,  # above the highest amount
    0xC5: DeclineReason.NOT_SUPPORTED,  # payment method not supported
    0xC6: DeclineReason.CURRENCY_REFUSED,
    0xCB: DeclineReason.CURRENCY_REFUSED,
    0xF0: DeclineReason.END_OF_DAY_NEEDED,
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
