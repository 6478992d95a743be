"""Bringing an older journal database to this program's schema. Owns the call to Alembic; refuses newer databases."""

from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from kiosk.journal.database import WriteConnection
from kiosk.journal.errors import JournalError
from kiosk.journal.schema import USER_VERSION

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(link: WriteConnection, *, to_version: int = USER_VERSION) -> None:
    """Run the missing steps in one transaction. Raises JournalError for a newer database or a failed step."""
    row = link.session.connection.execute("PRAGMA user_version").fetchone()
    found: int = row[0] if row else 0
    if found > to_version:
        raise JournalError(
            f"the journal was written by a newer program (schema {found}, this one knows {to_version});"
            " install that program again"
        )
    if found == to_version:
        return
    # Here and not above: importing Alembic takes longer than opening a journal.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    with link.engine().connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.upgrade(config, f"{to_version:04}")
            connection.exec_driver_sql(f"PRAGMA user_version={to_version}")
            connection.commit()
        except (SQLAlchemyError, CommandError) as error:
            reason = str(error).partition("\n")[0]
            raise JournalError(
                f"the journal cannot be brought from schema {found} to {to_version} ({reason}); it is unchanged"
            ) from error
