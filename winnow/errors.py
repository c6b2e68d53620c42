"""The project's exceptions.

::

    WinnowError
    ├── UnreadableDocument      an object goes to quarantine; the run goes on
    ├── CatalogError            the catalog is wrong; carries file:line:column
    ├── SourceError             a source cannot be listed or read
    ├── LockHeld                another process writes this home
    ├── PublicationBlocked      a check failed, a day is missing, or stage keys are mixed
    ├── VersionError            a released version is absent, damaged or incomplete
    ├── TrainingFailed          a model could not be made or asked; has the service's own words, without our texts
    └── UsageError              a request that makes no sense, with what would

An error says what, which id, why, and what to do next. It never quotes a document, a file name or a person: its text ends in
event logs that are kept for ever.
"""

import traceback

FRAMES = 4  # the innermost calls: enough to find the place


class WinnowError(Exception):
    """The root of every exception that winnow raises on purpose."""


class UnreadableDocument(WinnowError):
    """An object that cannot become text; ``reason`` is one of `winnow.reasons.QUARANTINE`."""

    def __init__(self, reason: str, *, kind: str = "") -> None:
        """Remember ``reason``, and the object's format as ``kind`` if it is known; its id is added by whoever knows it."""
        self.reason = reason
        self.kind = kind
        super().__init__(reason)


class CatalogError(WinnowError):
    """The catalog does not say what winnow needs; the message carries ``file:line:column``, what was expected, what to do."""


class SourceError(WinnowError):
    """A source cannot be listed or read."""


class LockHeld(WinnowError):
    """Another process holds the home's lock."""


class PublicationBlocked(WinnowError):
    """Nothing was published; the message says which check, day or key stands in the way."""


class VersionError(WinnowError):
    """A released version is absent, damaged or incomplete."""


class TrainingFailed(WinnowError):
    """A model could not be made or asked; the message has the service's own words, without our key and our texts."""


class UsageError(WinnowError):
    """A request that makes no sense; the message says which would."""


def without_text(error: BaseException) -> str:
    """The kind of ``error`` and where in the code it arose, innermost call first; not its message, which may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = (f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})" for frame in reversed(frames))
    return f"{type(error).__name__} in {', '.join(places)}"
