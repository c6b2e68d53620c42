"""The one list of what lies below a home: what holds text or names, who clears it, and who may read it.

Belongs here: the list, and closing what stands open. Does not belong here: writing any of it, and clearing it (`winnow prune`).

``RAW_ZONE`` is every place where text or names may lie before publication, `RELEASED` is what is meant to be read outside, and
`NO_TEXT` holds counts, ids, hashes and state alone. A file below a home that is on none of the three lists is a defect; a test
walks a real home and says so. Documentation and the search for planted personal data read these lists.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resources.home import PRIVATE_FILE, PRIVATE_FOLDER

_PRUNE = "what was replaced, deleted or has outlived `sources[].retention_days`: `winnow prune`; else never"
_SET = "made anew by every publication; rows of what is gone also by `winnow prune`"
_VERSIONS = "`winnow prune`, by `retention.versions` or `--keep`"


@dataclass(frozen=True)
class Entry:
    """One kind of file below the home.

    Attributes:
        pattern: path relative to the home; ``*`` is any part of one name, ``**`` any number of folders.
        kind: ``raw`` (text as it came), ``interim`` (scrubbed text on its way, with internal ids), ``names`` (of files),
            ``released`` (published, or waiting for its checks) or ``none`` (no text).
        holds: what is in it, in words.
        cleared_by: what removes it, and when.
        mode: of the files; the folders are `resources.home.PRIVATE_FOLDER`.
    """

    pattern: str
    kind: Literal["raw", "interim", "names", "released", "none"]
    holds: str
    cleared_by: str
    mode: int = PRIVATE_FILE

    def covers(self, path: str) -> bool:
        """Whether the file at ``path``, relative to the home and with ``/``, is one of these."""
        return _expression(self.pattern).fullmatch(path) is not None


RAW_ZONE: tuple[Entry, ...] = (
    *(
        Entry(f"lake/{asset}/**", "raw", f"{what}, as read: nothing is replaced yet", _PRUNE)
        for asset, what in (
            ("internal_reports", "text and file names of reports, by day"),
            ("meeting_transcripts", "text, speakers and file names of meetings, by day"),
            ("departmental_exports", "the columns of tables that the catalog names, by day"),
            ("public_industry_sources", "text and file names of public sources, by day"),
        )
    ),
    Entry("lake/scrubbed_documents/**", "interim", "scrubbed text of all documents with internal ids, by day", _PRUNE),
    Entry("lake/examples/**", "interim", "examples and refusals, and hashes of runs of words in them, by day", _PRUNE),
    Entry("lake/joined_examples/**", "interim", "examples and refusals of all days, and hashes of runs of words in some", _SET),
    Entry("**/.tmp-*", "interim", "what a writer that is at work, or was killed, has of any of these", "the next command"),
    Entry(
        "ledger.sqlite*",
        "names",
        "which objects were seen, when, with which content: names of files, hashes, no text",
        "never; kept so that a file is known again",
    ),
    Entry(
        "fetched/**",
        "raw",
        "what sources that fetch (databases, feeds, web pages) have fetched, and the names in archives of folders, by source",
        "by the next scan, where it is gone; that of a source that is no longer named, by `winnow prune`",
    ),
    Entry("landing/**", "raw", "the demo's landing zone, where `winnow demo` made it", "never; delete it by hand"),
)
"""Everything that may hold text or names which were not searched for personal data to the end."""

RELEASED: tuple[Entry, ...] = (
    Entry(
        "releases/*/staging/**", "released", "the candidate: a whole version that waits for its checks", "the next candidate"
    ),
    Entry("releases/*/versions/**", "released", "published versions", _VERSIONS),
    Entry(
        "releases/*/models/**",
        "released",
        "models trained on versions: records, weights, answers, evaluations; a model may have learnt examples by heart",
        "never; delete a model's folder by hand",
    ),
)
"""Text that has passed every search; for its owner alone too until somebody hands it on."""

NO_TEXT: tuple[Entry, ...] = (
    *(
        Entry(f"lake/{stage}/**", "none", f"{what}, by example id", "made anew by every publication")
        for stage, what in (
            ("boilerplate", "which examples hold which blocks that many documents repeat, by keyed hash, and counts"),
            ("screened_examples", "quality figures, language, evaluation files and reasons"),
            ("unique_examples", "which examples are duplicates, and of which"),
            ("split_examples", "on which side examples stand"),
            ("balanced_examples", "which examples balancing drops, copies and weights"),
        )
    ),
    Entry(
        "lake/evaluation_texts/**",
        "none",
        "hashes of the texts of evaluation files, by file",
        "the next publication, where the catalog names the file no more",
    ),
    Entry(
        "lake/rescan/**",
        "none",
        "hashes of finished texts in which nothing was found",
        "`winnow prune`, when no example has one",
    ),
    Entry(
        "similar/**",
        "none",
        "hashes of runs of words in finished texts, and which texts are alike: what deduplication remembers",
        "`winnow prune`; of texts that are gone also by some later publication",
    ),
    Entry("releases/*/reports/*.md", "none", "counts of each version", _VERSIONS),
    Entry(
        "releases/*/audit.json",
        "none",
        "what the search of the candidate's files for personal data counted: entities, files, example ids",
        "the next audit",
    ),
    Entry("releases/*/*.json", "none", "candidate, verdict, history and withdrawn versions, by id and hash", "never"),
    Entry("releases/*/LATEST", "none", "the version in force", "never"),
    Entry("releases/*/sides.parquet", "none", "the side of each example of a version that was pruned, by id", "never"),
    Entry(
        "dagster/**",
        "none",
        "DAGSTER_HOME: runs, events, logs; counts and opaque ids",
        "`winnow prune`, by `retention.log_days`",
    ),
    Entry("lock*", "none", "who writes this home: process id, command, since", "emptied when it ends"),
)
"""Files without a character of any document."""

ENTRIES = (*RAW_ZONE, *RELEASED, *NO_TEXT)
"""Every kind of file below a home."""


def entry_of(path: str) -> Entry | None:
    """What the file at ``path`` (relative to the home, with ``/``) is; None for one that nobody has declared.

    An unfinished file counts as such wherever it lies.
    """
    found = [entry for entry in ENTRIES if entry.covers(path)]
    return next((entry for entry in found if entry.pattern.startswith("**")), found[0] if found else None)


def close_home(home: Path, *, dry: bool = False) -> int:
    """Close every file and folder below ``home`` to everyone but its owner, and say how many stood open.

    Dagster's own programs open their databases before they load winnow, hence with the shell's umask. What belongs to another
    user, links, and the demo's landing zone, whose files a scan would take for changed, are left alone. ``dry`` only counts.
    """
    opened = 0
    for folder, below, files in os.walk(home):
        if Path(folder) == home:
            below[:] = sorted(name for name in below if name != "landing")
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            opened += _close(path, dry=dry)
    return opened


def _close(path: Path, *, dry: bool) -> bool:
    """Whether ``path`` stood open, and could be closed."""
    try:
        status = path.lstat()
        wanted = PRIVATE_FOLDER if stat.S_ISDIR(status.st_mode) else PRIVATE_FILE
        if stat.S_ISLNK(status.st_mode) or not status.st_mode & 0o777 & ~wanted or status.st_uid != os.getuid():
            return False
        if not dry:
            path.chmod(wanted)
    except FileNotFoundError:  # a writer put it in its place, or took it away
        return False
    return True


def _expression(pattern: str) -> re.Pattern[str]:
    """``pattern`` as a regular expression over paths; `pathlib` knows ``**`` from Python 3.13 on only."""
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    meanings = {"**/": "(?:[^/]+/)*", "**": ".+", "*": "[^/]*"}
    return re.compile("".join(meanings.get(part, re.escape(part)) for part in parts), re.DOTALL)
