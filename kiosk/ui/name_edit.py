"""Where a name is written, with an input method. Owns the line and its focus; refuses to check what is written."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.presenters.screen import FieldRow
from kiosk.presenters.staff import StaffPresenter
from kiosk.ui import names
from kiosk.ui.theme import T20, Theme


class NameEdit(QLineEdit):
    """The value of a field of kind name; Enter and the function keys go on to the window."""

    def __init__(self, theme: Theme, staff: StaffPresenter, field: QWidget) -> None:
        super().__init__(field)
        self._staff = staff
        self._row = FieldRow("", "", "", "", active=False)
        self.setFont(theme.font(T20, bold=True))
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setStyleSheet("QLineEdit { background: transparent; border: none; padding: 0; }")
        self.textEdited.connect(self._write)

    def show_field(self, row: FieldRow) -> None:
        """Show the value, and take the focus while the field is the active one."""
        self._row = row
        self.setObjectName(names.edit(row.name))
        self.setAccessibleName(row.label)
        if self.text() != row.value:
            self.setText(row.value)
        is_chosen = self.window().focusWidget() is self  # also while another window is in front
        if row.active and not is_chosen:
            self.setFocus()
        elif not row.active and is_chosen:
            self.leave()

    def leave(self) -> None:
        """Give the focus back to the window, whose keys are the counter's."""
        self.window().setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        if not self._row.active:
            self._staff.form.focus(self._row.name)

    def focusNextPrevChild(self, following: bool) -> bool:  # noqa: N802 - Qt's name and form
        """Tab goes on in the form, as Enter does."""
        if following:
            self._staff.form.next_field()
        return True

    def _write(self, text: str) -> None:
        self._staff.form.write(self._row.name, text)
        if self.text() != self._row.value:  # longer than the field takes
            self.setText(self._row.value)
