"""Why a journal cannot be used. Owns one clear sentence per cause; refuses to carry a stack trace to a person."""


class JournalError(Exception):
    """The journal is not what it should be, or was asked for something impossible. The message says what and where."""


class JournalLockedError(JournalError):
    """Another process has the journal open."""
