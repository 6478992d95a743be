"""What the service's words mean at a counter. Owns the table; refuses to guess a word that is not in it.

Source: "Error Handling" of the provider's Dynamic QR 1.1 and Native Payment 1.1. A refusal that is not here is none: it
is asked what became of the payment.
"""

from drivers.payment.api import DeclineReason

UNAUTHORIZED = "UNAUTHORIZED"
RATE_LIMIT = "RATE_LIMIT"
MAINTENANCE_MODE = "MAINTENANCE_MODE"
THROTTLED = "THROTTLED_MULTIPLE_REFUND_REJECTED"
"""A refund of the same payment is under way: it may be asked for again after a minute."""
CODE_GONE = frozenset({"DYNAMIC_QR_NOT_FOUND"})
PAYMENT_UNKNOWN = frozenset({"DYNAMIC_QR_PAYMENT_NOT_FOUND", "RESOURCE_NOT_FOUND"})
"""Nothing was paid under this number, and where it was a code's, nobody can pay that any more."""
REFUND_UNKNOWN = frozenset({"NO_SUCH_REFUND_ORDER"})

_EVERYWHERE = {
    "INVALID_REQUEST_PARAMS": DeclineReason.TERMINAL_ERROR,
    "MISSING_REQUEST_PARAMS": DeclineReason.TERMINAL_ERROR,
    "OP_OUT_OF_SCOPE": DeclineReason.KEYS_REFUSED,
    UNAUTHORIZED: DeclineReason.KEYS_REFUSED,
    RATE_LIMIT: DeclineReason.SERVICE_UNAVAILABLE,
    MAINTENANCE_MODE: DeclineReason.SERVICE_UNAVAILABLE,
}
CODE_REFUSALS = {**_EVERYWHERE, "DYNAMIC_QR_BAD_REQUEST": DeclineReason.TERMINAL_ERROR}
CHARGE_REFUSALS = {
    **_EVERYWHERE,
    "INVALID_PARAMS": DeclineReason.TERMINAL_ERROR,
    "INVALID_USER_AUTHORIZATION_ID": DeclineReason.CODE_EXPIRED,
    "EXPIRED_USER_AUTHORIZATION_ID": DeclineReason.CODE_EXPIRED,
    "NO_SUFFICIENT_FUND": DeclineReason.CODE_REFUSED,
    "LIMIT_EXCEEDED": DeclineReason.CODE_REFUSED,
    "USER_DEFINED_DAILY_LIMIT_EXCEEDED": DeclineReason.CODE_REFUSED,
    "USER_DEFINED_MONTHLY_LIMIT_EXCEEDED": DeclineReason.CODE_REFUSED,
    "NON_KYC_USER": DeclineReason.CODE_REFUSED,
    "UNACCEPTABLE_OP": DeclineReason.CODE_REFUSED,
    "CANCELED_USER": DeclineReason.CODE_REFUSED,
    "USER_STATE_IS_NOT_ACTIVE": DeclineReason.CODE_REFUSED,
}
REFUND_REFUSALS = {
    **_EVERYWHERE,
    THROTTLED: DeclineReason.SERVICE_UNAVAILABLE,
    "INVALID_PARAMS": DeclineReason.REVERSAL_NOT_POSSIBLE,
    "UNACCEPTABLE_OP": DeclineReason.REVERSAL_NOT_POSSIBLE,
    "CANCELED_USER": DeclineReason.REVERSAL_NOT_POSSIBLE,
    "USER_STATE_IS_NOT_ACTIVE": DeclineReason.REVERSAL_NOT_POSSIBLE,
    "REFUND_LIMIT_EXCEEDED": DeclineReason.ALREADY_REVERSED,
    "MERCHANT_MULTIPLE_REFUND_REJECTED": DeclineReason.ALREADY_REVERSED,
    "REFUND_WINDOW_EXCEED": DeclineReason.REVERSAL_NOT_POSSIBLE,
    "ORDER_NO_LONGER_AVAILABLE": DeclineReason.REVERSAL_NOT_POSSIBLE,
    "RESOURCE_NOT_FOUND": DeclineReason.REVERSAL_NOT_POSSIBLE,
}
