"""The state diagram of an operation, drawn from the transition table for ``docs/architecture.md``. Owns the drawing."""

from kiosk.domain.operation import FINAL, TRANSITIONS, State


def state_diagram() -> str:
    """Mermaid text of TRANSITIONS: one arrow per pair of states, labeled with the events that take it."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (source, event), target in TRANSITIONS.items():
        arrows.setdefault((source, target), []).append(event.__name__)
    lines = ["stateDiagram-v2", f"    [*] --> {State.PREPARED} : Prepared"]
    lines += [f"    {source} --> {target} : {', '.join(events)}" for (source, target), events in arrows.items()]
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(state_diagram() + "\n")
