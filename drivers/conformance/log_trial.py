"""The daily log under test, read or settled: its totals and its close against the book. Owns that judgment alone."""

from dataclasses import dataclass

from drivers.conformance.adapter import Operation, Scene
from drivers.conformance.checks import Check
from drivers.conformance.faults import FaultKind
from drivers.conformance.outcomes import PLAIN_SCENES, judge_twice
from drivers.conformance.stage import Stage
from drivers.payment.api import DailyLog, DailyLogKind, DailyLogOutcome, LogUnavailable

SALES_BEFORE = 2
KINDS = {Operation.REPORT: DailyLogKind.REPORTING, Operation.SETTLEMENT: DailyLogKind.SETTLEMENT}


@dataclass(slots=True)
class LogTrial:
    """Runs once, after two good sales."""

    stage: Stage

    def run(self) -> str:
        """What was said in the end. Raises BrokenOffError."""
        stage = self.stage
        stage.sell_before(SALES_BEFORE)
        standing = stage.sales()
        with stage.under_test():
            outcome = stage.call(lambda context: stage.device.access_daily_log(KINDS[stage.operation], context))
        stage.let_settle()
        self._judge_closes(outcome)
        self._judge_clean(outcome)
        if isinstance(outcome, DailyLog):
            self._judge_totals(outcome, sum(standing))
        if stage.sales() != standing or stage.reversals():
            stage.report(Check.REPORT_SETTLES_NOTHING, "the daily log changed what stands in the book")
        closes = self._closes()
        stage.call(stage.device.check_health)
        stage.sell_next(SALES_BEFORE + 1)
        if self._closes() > closes:
            stage.report(Check.SETTLED_ONCE, "the day was closed once more later, though nobody asked")
        return _label(outcome)

    def _judge_closes(self, outcome: DailyLogOutcome) -> None:
        stage, closes = self.stage, self._closes()
        if stage.operation is Operation.REPORT:
            if closes:
                stage.report(Check.REPORT_SETTLES_NOTHING, f"the terminal closed its day {closes} times for a report")
            return
        is_unknown = isinstance(outcome, LogUnavailable) and outcome.settled_unknown
        if closes > 1:
            judge_twice(stage, _label(outcome), is_unknown, Check.SETTLED_ONCE)
        elif not is_unknown and _is_settled(outcome) != (closes == 1):
            stage.report(Check.SETTLED_IS_HONEST, f"{_label(outcome)}, and the terminal closed its day {closes} times")

    def _judge_clean(self, outcome: DailyLogOutcome) -> None:
        stage = self.stage
        if stage.fault.kind is not FaultKind.NONE or stage.scene not in PLAIN_SCENES:
            return
        wants_close = stage.operation is Operation.SETTLEMENT and stage.scene == Scene.APPROVE
        is_read = isinstance(outcome, DailyLog) or stage.scene == Scene.DECLINE
        if not is_read or _is_settled(outcome) != wants_close:
            stage.report(Check.CLEAN_LOG, f"without a fault {stage.scene} became {_label(outcome)}")

    def _judge_totals(self, log: DailyLog, booked_yen: int) -> None:
        told_yen = sum(total.amount_yen for total in log.totals)
        listed_yen = sum(entry.amount_yen for entry in log.entries) if log.entries else told_yen
        if (told_yen, listed_yen) != (booked_yen, booked_yen):
            detail = f"totals of {told_yen} yen, entries of {listed_yen} yen, and the book has {booked_yen} yen"
            self.stage.report(Check.TOTALS_AGREE, detail)

    def _closes(self) -> int:
        return self.stage.bench.simulation.read_closes()


def _is_settled(outcome: DailyLogOutcome) -> bool:
    return isinstance(outcome, DailyLog) and outcome.settled


def _label(outcome: DailyLogOutcome) -> str:
    if isinstance(outcome, DailyLog):
        return "settled" if outcome.settled else "read"
    return "perhaps settled" if outcome.settled_unknown else "not read"
