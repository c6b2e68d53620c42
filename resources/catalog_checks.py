"""What must agree between the catalog's parts, once each part is right by itself."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from resources.catalog_yaml import Mistake

if TYPE_CHECKING:
    from resources.catalog import Catalog


def disagreements(catalog: "Catalog") -> list[Mistake]:
    """Everything in ``catalog`` that contradicts something else in it."""
    return [mistake for check in _CHECKS for mistake in check(catalog)]


def _unique(catalog: "Catalog") -> Iterator[Mistake]:
    for part in ("sources", "tasks"):
        seen: set[str] = set()
        for number, named in enumerate(getattr(catalog, part)):
            if named.name in seen:
                yield Mistake((part, number, "name"), "another one has this name; ids hang on it, so choose a new one")
            seen.add(named.name)


def _known_sources(catalog: "Catalog") -> Iterator[Mistake]:
    known = sorted(source.name for source in catalog.sources)
    for number, task in enumerate(catalog.tasks):
        for index, name in enumerate(task.sources):
            if name not in known:
                yield Mistake(("tasks", number, "sources", index), f"there is no such source; choose of {', '.join(known)}")


def _known_source_rules(catalog: "Catalog") -> Iterator[Mistake]:
    known = sorted(source.name for source in catalog.sources)
    for name in catalog.pii.sources:
        if name not in known:
            yield Mistake(("pii", "sources", name), f"there is no such source; choose of {', '.join(known)}")


def _known_formats(catalog: "Catalog") -> Iterator[Mistake]:
    from winnow.exports import exports  # noqa: PLC0415 - only a catalog that is right so far needs them

    for index, name in enumerate(catalog.dataset.formats):
        if name not in exports():
            known = ", ".join(sorted(exports()))
            yield Mistake(("dataset", "formats", index), f"there is no such format; choose of {known}")


def _audiences(catalog: "Catalog") -> Iterator[Mistake]:
    named = set(catalog.dataset.audiences)
    for number, task in enumerate(catalog.tasks):
        sources = [source for source in catalog.sources if source.name in task.sources]
        if sources and not any(source.audience in named for source in sources):
            yield Mistake(
                ("tasks", number, "sources"),
                "none of them has an audience that dataset.audiences names, so the task would stay empty; add one there",
            )


def _limits(catalog: "Catalog") -> Iterator[Mistake]:
    if catalog.limits.quarantine_share > catalog.limits.quarantine_limit:
        yield Mistake(("limits", "quarantine_share"), "the warning comes after the block; make it at most quarantine_limit")


def _table_columns(catalog: "Catalog") -> Iterator[Mistake]:
    for number, source in enumerate(catalog.sources):
        if source.table is None:
            continue
        if not source.table.columns:
            yield Mistake(
                ("sources", number, "table", "columns"), "at least 1 entry expected; name the columns that become text"
            )
        for part in ("sensitive", "bands"):
            for column in getattr(source.table, part) or ():
                if column not in source.table.columns or column in source.table.personal or column in source.table.spans:
                    yield Mistake(
                        ("sources", number, "table", part),
                        "names a column that does not become text of its own; choose of `columns`, without those in `personal` "
                        "and `spans`",
                    )
                    break
        for column, text in source.table.spans.items():
            if text not in source.table.columns:
                yield Mistake(("sources", number, "table", "spans", column), "counts characters of a column not in `columns`")


def _merged_labels(catalog: "Catalog") -> Iterator[Mistake]:
    for number, task in enumerate(catalog.tasks):
        known = sorted(task.label_names)
        for label in task.balance.merge:
            if known and label not in known:
                yield Mistake(
                    ("tasks", number, "balance", "merge", label), f"the task gives no such label; choose of {', '.join(known)}"
                )


_CHECKS: tuple[Callable[["Catalog"], Iterator[Mistake]], ...] = (
    _unique,
    _known_sources,
    _known_source_rules,
    _known_formats,
    _audiences,
    _limits,
    _table_columns,
    _merged_labels,
)
