"""Errors that `paved` prints for a user, each with its exit code.

PavedError
├── BadInput   the command line, a file or a folder is wrong: exit code 2
└── Refused    the input is fine and the answer is no: exit code 1
"""


class PavedError(Exception):
    """An answer for the user, printed without a traceback. `hint` says what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None):
        self.hint = hint
        super().__init__(message)


class BadInput(PavedError):
    """Input that cannot be read, found or written."""

    exit_code = 2


class Refused(PavedError):
    """A rule, a gate or the account says no."""

    exit_code = 1
