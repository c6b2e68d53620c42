"""Keeps the words of documents out of what is recorded about failures.

An exception of a library may quote what it stumbled over, and whatever leaves an asset is kept in the event log for ever. So what
leaves is an error of the project's own, or one that says only of which kind the other was and where in the code it arose.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from winnow.errors import WinnowError, without_text


class StageFailed(WinnowError):
    """A stage failed in a way that nobody foresaw; the message names the kind of error and the place in the code."""


@contextmanager
def guarded() -> Iterator[None]:
    """Let the project's own errors pass; turn every other into `StageFailed`, without its message and its cause."""
    try:
        yield
    except WinnowError:
        raise
    except Exception as error:  # noqa: BLE001 - any library's error may quote a document
        # from None: the cause would be recorded with its message.
        raise StageFailed(f"{without_text(error)}; the text of the error is withheld, it may quote a document") from None
