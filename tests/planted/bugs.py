"""All planted bugs."""

from tests.planted import (
    code_bugs,
    counter_bugs,
    journal_bugs,
    money_bugs,
    paper_bugs,
    people_bugs,
    register_bugs,
    service_bugs,
    terminal_bugs,
)

BUGS = (
    *money_bugs.BUGS,
    *journal_bugs.BUGS,
    *counter_bugs.BUGS,
    *code_bugs.BUGS,
    *terminal_bugs.BUGS,
    *paper_bugs.BUGS,
    *people_bugs.BUGS,
    *register_bugs.BUGS,
    *service_bugs.BUGS,
)
