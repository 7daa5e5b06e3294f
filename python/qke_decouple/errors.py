"""What goes wrong, as exceptions; and what may be wrong, as warnings."""


class QkeWarning(UserWarning):
    """A warning of a run: what the command says after "warning:"."""


class QkeError(Exception):
    """The message reads "problem (why it is one). Remedy.".

    status: the exit status that the command has for it. key: the key of the configuration that is wrong
    (section.name), or None.
    """

    status = 3

    def __init__(self, message, status=None, key=None):
        super().__init__(message)
        self.status = self.status if status is None else status
        self.key = key


class ConfigurationError(QkeError, ValueError):
    """A configuration, or an argument, that makes no sense."""

    status = 2


class NumericalError(QkeError, ArithmeticError):
    """The equations could not be solved to the tolerance asked for."""

    status = 3


class InputOutputError(QkeError):
    """A file could not be read or written."""

    status = 4


# Options of the command, in the words of this package.
ARGUMENTS = {"--resume": "resume=True", "--force": "force=True", "with -o": "as output", "Use -o": "Give output",
             "--threads": "threads", "after -o": "as output", "--set ": ""}


def in_python(message):
    for option, argument in ARGUMENTS.items():
        message = message.replace(option, argument)
    return message


def from_status(status, message, key):
    """The exception for an exit status of the command."""
    kinds = {kind.status: kind for kind in (ConfigurationError, NumericalError, InputOutputError)}
    return kinds.get(status, QkeError)(in_python(message), status, key or None)


def add_note(exception, text):
    """What became of the run, under the traceback of the exception that ended it."""
    exception.add_note(in_python(text))
