"""Which fault has to strike at which moment of an operation. Owns the reasons why a pair cannot be; counts nothing."""

from tests.simulation.faults import Fault, Moment

BETWEEN = frozenset({Moment.IDLE, Moment.IN_DOUBT, Moment.APPROVED, Moment.REFUSED})
WITH_A_REQUEST = BETWEEN | {Moment.REQUESTED}

_REASONS: tuple[tuple[frozenset[Moment], str, tuple[Fault, ...]], ...] = (
    (
        frozenset({Moment.REQUESTED}),
        "a terminal answers so to a charge; an end of day that it answers so is as good as none",
        (
            Fault.DECLINE,
            Fault.BUSY,
            Fault.SILENT,
            Fault.STALL,
            Fault.SLOW,
            Fault.LOST_REPLY,
            Fault.TERMINAL_CUT,
            Fault.NO_COMPLETION,
            Fault.WRONG_AMOUNT,
            Fault.PREVIOUS,
            Fault.REBOOT,
            Fault.REBOOT_CHARGED,
            Fault.TOO_LATE,
            Fault.STALE,
            Fault.WRONG_TERMINAL,
            Fault.WRONG_ECHO,
            Fault.NAK_STORM,
            Fault.UNFINISHED,
        ),
    ),
    (
        frozenset({Moment.REQUESTED}),
        "forms are answered while a device charges; an attended one that is asked again has the same form",
        (Fault.KILL_AT_QUESTION, Fault.UNSURE, Fault.TYPO, Fault.WRONG_AMOUNT_KEYED),
    ),
    (
        frozenset({Moment.IDLE, Moment.PREPARED, Moment.REQUESTED, Moment.IN_DOUBT, Moment.APPROVED}),
        "a report is followed by its outcome, and a refusal by nothing, that would be waited for at a line",
        (Fault.KILL_AT_RECEIVE,),
    ),
    (
        frozenset({Moment.IDLE, Moment.PREPARED, Moment.IN_DOUBT}),
        "ports are opened before a charge or for a question, never in the middle of one",
        (Fault.PORT_BUSY,),
    ),
    (
        WITH_A_REQUEST,
        "an operation is prepared or reported for moments, and entries gather for some seconds before they are sent",
        (
            Fault.KILL_BEFORE_SYNC,
            Fault.KILL_AFTER_SYNC,
            Fault.REGISTER_AWAY,
            Fault.REQUEST_LOST,
            Fault.ANSWER_LOST,
            Fault.REQUEST_DOUBLED,
            Fault.REQUEST_CUT,
            Fault.OLD_REQUEST,
            Fault.PORTAL,
            Fault.REGISTER_BUSY,
            Fault.FORGED_REQUEST,
            Fault.STALE_REPLICA,
            Fault.REGISTER_RESTORED,
        ),
    ),
    (
        frozenset({Moment.PREPARED, Moment.REQUESTED, Moment.APPROVED}),
        "the date changes once a day: at the rarer moments by chance alone",
        (Fault.MIDNIGHT, Fault.FISCAL_YEAR_TURN, Fault.LEAP_DAY, Fault.YEAR_TURN),
    ),
    (
        frozenset(Moment) - {Moment.REPORTED},
        "between report and outcome little is sent but an acknowledgement: by chance alone",
        (Fault.KILL_AT_SEND,),
    ),
    (
        frozenset(Moment) - {Moment.REFUSED},
        "after a refusal nothing is written until the next operation: by chance alone",
        (Fault.COMMIT_FAILED, Fault.COMMIT_FAILED_LANDED),
    ),
    (frozenset({Moment.IDLE}), "files are put back while the program does not run", (Fault.OLD_JOURNAL,)),
    (BETWEEN, "it begins an operation, and only one runs at a time", (Fault.DOUBLE_TAP, Fault.WRONG_PIN)),
    (
        frozenset({Moment.PREPARED, Moment.REQUESTED}),
        "too early is while a payment runs and has no result yet",
        (Fault.CLOSE_TOO_EARLY,),
    ),
)
ONLY = {kind: (moments, reason) for moments, reason, kinds in _REASONS for kind in kinds}


def why_not(kind: Fault, moment: Moment) -> str | None:
    """Why ``kind`` does not strike at ``moment``, or by chance alone; None where it has to be tested."""
    moments, reason = ONLY.get(kind, (frozenset(Moment), ""))
    return None if moment in moments else reason
