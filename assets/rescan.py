"""The second search for personal data, with a memory of what was found clean.

A text is known by its hash and the detector's version, so that a night without news searches nothing again. Patterns alone are
asked: what only a name model sees refuses no example. Where the catalog has rules for single sources, those of the sources that a
text was made of hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import pyarrow as pa

from assets import scrubbed
from resources.batches import batches_by_bytes
from resources.lake import ROWS
from resources.workspace import Workspace
from winnow.detect import detector_version
from winnow.detector_config import DetectorConfig, effective_of
from winnow.documents import from_counts
from winnow.rescan import FOUND, TEXTS, rescanner, text_hash, unsearched

NAME = "rescan"


class Rules:
    """Which sources' rules hold for a text, by the objects it was made of."""

    def __init__(self, workspace: Workspace) -> None:
        """Without rules for single sources nothing is read."""
        self._ruled = set(workspace.catalog.pii.sources)
        self._sources: dict[str, str] = {}
        for day in workspace.lake.days(scrubbed.NAME) if self._ruled else ():
            rows = workspace.lake.read(scrubbed.NAME, day, ["object_id", "source"])
            self._sources.update(zip(rows["object_id"].to_pylist(), rows["source"].to_pylist(), strict=True))

    def __bool__(self) -> bool:
        """Whether any source has rules of its own."""
        return bool(self._ruled)

    def of(self, object_ids: Iterable[str]) -> tuple[str, ...]:
        """The sources of ``object_ids``, sorted; empty if none of them has rules of its own, so that the catalog's hold."""
        return self.under(self.sources(object_ids))

    def sources(self, object_ids: Iterable[str]) -> set[str]:
        """The sources of ``object_ids``; nothing where no source has rules of its own."""
        return {self._sources[name] for name in object_ids if name in self._sources} if self._ruled else set()

    def under(self, sources: AbstractSet[str]) -> tuple[str, ...]:
        """``sources``, sorted; empty if none of them has rules of its own."""
        return tuple(sorted(sources)) if sources & self._ruled else ()


def search(workspace: Workspace, texts: Iterable[str], sources: tuple[str, ...] = ()) -> dict[str, Mapping[str, int]]:
    """What is left in ``texts`` under the rules of ``sources`` (of `Rules`): counts by `text_hash` of those that hold anything.

    Clean texts are remembered in the lake; those with findings are searched again each time.
    """
    asked = Search(workspace)
    found = asked.left(texts, sources)
    asked.remember()
    return found


class Search:
    """The search of some texts after the other; what was found clean is read once, and written by `remember`."""

    def __init__(self, workspace: Workspace) -> None:
        """Nothing is read before something is asked."""
        self._workspace = workspace
        self._clean: dict[tuple[str, ...], set[bytes]] = {}
        self._new: set[tuple[str, ...]] = set()

    def left(self, texts: Iterable[str], sources: tuple[str, ...] = ()) -> dict[str, Mapping[str, int]]:
        """What is left in ``texts``, all of which are in memory, as `search` says."""
        config = effective_of(self._workspace.catalog.pii, sources)
        if sources not in self._clean:
            self._clean[sources] = {bytes.fromhex(name) for name in known_clean(self._workspace, config)}
        clean = self._clean[sources]
        wanted = {text_hash(text): text for text in texts}
        unknown = {name: text for name, text in sorted(wanted.items()) if bytes.fromhex(name) not in clean}
        found: dict[str, Mapping[str, int]] = {}
        for batch in _searched(self._workspace, config, unknown):
            found.update({row["text_hash"]: from_counts(row["found"]) for row in batch.to_pylist() if row["found"]})
        if unknown:
            self._new.add(sources)
            clean.update(bytes.fromhex(name) for name in unknown if name not in found)
        return found

    def remember(self) -> None:
        """Keep what was found clean until now, with what was known before, so that two callers do not forget each other's."""
        for sources in sorted(self._new):
            config = effective_of(self._workspace.catalog.pii, sources)
            _remember(self._workspace, config, [name.hex() for name in sorted(self._clean[sources])])
        self._new.clear()


def known_clean(workspace: Workspace, config: DetectorConfig | None = None) -> set[str]:
    """Hashes of the texts that today's detector of ``config``, by default the catalog's, has found clean."""
    config = config or workspace.catalog.pii
    name = _table(workspace, config)
    footer = workspace.lake.metadata(NAME, name=name)
    if footer is None or footer.get("stage_key") != detector_version(config):
        return set()
    return set(workspace.lake.read(NAME, columns=["text_hash"], name=name)["text_hash"].to_pylist())


def _table(workspace: Workspace, config: DetectorConfig) -> str:
    """The table in which clean texts of ``config`` are remembered: one for each combination of sources' rules."""
    return ROWS if config == workspace.catalog.pii else f"rules-{detector_version(config)[:16]}"


def _searched(workspace: Workspace, config: DetectorConfig, texts: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    rows = ({"text_hash": name, "text": text} for name, text in texts.items())
    batches = batches_by_bytes(rows, TEXTS, workspace.catalog.engine.batch_bytes)
    return workspace.engine.map_batches(rescanner, config, batches, on_poison=unsearched)


def _remember(workspace: Workspace, config: DetectorConfig, hashes: Sequence[str]) -> None:
    """Keep ``hashes``, sorted, as those of clean texts."""
    table = pa.table([pa.array(hashes, pa.string()), pa.nulls(len(hashes), FOUND.field("found").type)], schema=FOUND)
    footer = {"stage_key": detector_version(config)}
    workspace.lake.write(NAME, None, table, FOUND, footer, name=_table(workspace, config))


def forget_unused(workspace: Workspace, used: Iterable[str]) -> int:
    """Drop what is remembered of texts that are not in ``used`` (hashes); returns how many that were.

    What was remembered under the rules of single sources is dropped whole: it is few, and the next search finds it again.
    """
    config = workspace.catalog.pii
    before = known_clean(workspace)
    kept = before & set(used)
    if kept != before:
        _remember(workspace, config, sorted(kept))
    others = sorted(workspace.lake.path(NAME).parent.parent.glob("rules-*/*.parquet"))
    for path in others:
        path.unlink()
    return len(before - kept) + len(others)
