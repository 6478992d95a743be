"""Alembic's entry into the journal's migrations. Owns nothing but the connection it is handed; refuses to open one."""

from alembic import context

connection = context.config.attributes["connection"]
# One transaction for all steps, opened by the caller: a half-migrated journal must not exist.
context.configure(connection=connection, transactional_ddl=False, transaction_per_migration=False)
context.run_migrations()
