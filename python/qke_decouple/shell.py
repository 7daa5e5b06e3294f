"""What the command lines share: stdout that may be closed early (| head), and files that nobody loses."""
import contextlib
import os
import sys

from .run_reader import Refused


def give_up_stdout():
    """Nobody reads it any more: what else is printed goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def tell(text):
    """On stdout; goes on where that was closed: files are still to be written."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        give_up_stdout()


@contextlib.contextmanager
def stdout_may_close():
    try:
        yield
    except BrokenPipeError:
        pass
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            give_up_stdout()


def write_new(name, text, force, encoding="utf-8"):
    """A file with this text. Nothing is overwritten without `force`."""
    try:
        with open(name, "w" if force else "x", encoding=encoding) as file:
            file.write(text)
    except FileExistsError:
        raise Refused(f"{os.fspath(name)} exists already (nothing is overwritten). Give --force to replace it, or another "
                      "name.") from None
    except OSError as error:
        raise Refused(f"{os.fspath(name)} cannot be written ({error.strerror}). Give another name.") from error
