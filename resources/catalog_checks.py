"""What must agree between the catalog's parts, once each part is right by itself."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from resources.catalog_yaml import Mistake

if TYPE_CHECKING:
    from resources.catalog import Catalog
    from winnow.tasks import Format, Task


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
    chosen: list[tuple[tuple[str | int, ...], tuple[Format, ...], list[Task]]] = [
        (("dataset", "formats"), catalog.dataset.formats, [task for task in catalog.tasks if task.formats is None])
    ]
    chosen += [(("tasks", number, "formats"), task.formats or (), [task]) for number, task in enumerate(catalog.tasks)]
    for where, formats, tasks in chosen:
        for index, form in enumerate(formats):
            yield from (
                Mistake((*where, index, *place), said) for place, said in _format_mistakes(form, where[0] == "tasks", tasks)
            )
    for number, task in enumerate(catalog.tasks):
        from winnow.exports import exports  # noqa: PLC0415 - only a catalog that is right so far needs them

        wanted = catalog.dataset.formats if task.formats is None else task.formats
        if not any(form.name not in exports() or exports()[form.name].applies_to(task) for form in wanted):
            yield Mistake(
                ("tasks", number), f"no format of the dataset is for a task of this kind, {task.kind}; name one in `formats`"
            )


def _format_mistakes(form: "Format", own: bool, tasks: list["Task"]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What cannot be asked of ``form``, each with its place; ``own`` if one task asks, which must have a use for it."""
    from winnow.exports import exports  # noqa: PLC0415 - as above
    from winnow.tokens import TOKENIZERS  # noqa: PLC0415 - as above

    export = exports().get(form.name)
    if export is None:
        yield (), f"there is no such format; choose of {', '.join(sorted(exports()))}"
        return
    if own and not export.applies_to(tasks[0]):
        yield (
            (),
            f"it is for tasks of the kinds {', '.join(sorted(export.kinds or ()))}, and this one is of kind {tasks[0].kind}",
        )
    if form.tokenizer is not None and form.tokenizer not in TOKENIZERS:
        yield ("tokenizer",), f"there is no such tokenizer; choose of {', '.join(TOKENIZERS)}"
    if form.over_limit == "truncate" and not export.cuts:
        yield ("over_limit",), "a record of this format cannot be cut without losing what it teaches; say `drop`"
    if form.token_limit is None and export.limit is None and (form.over_limit or form.tokenizer):
        yield ("token_limit",), "say how many tokens a record may have, or leave `over_limit` and `tokenizer` out"
    if form.weight and not export.weighs:
        yield ("weight",), "no consumer of this format reads weights; `balance.oversample: copies` makes up for them"
    if form.lines and export.layout != "array":
        yield ("lines",), "this format is no JSON array"


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


def _sides(catalog: "Catalog") -> Iterator[Mistake]:
    dataset = catalog.dataset
    for side in ("validation", "test"):
        if not getattr(dataset.shares, side):
            for named in (("split", f"{side}_from"), (f"freeze_{side}",)):
                value = functools.reduce(getattr, named, dataset)
                if value is not None:
                    yield Mistake(("dataset", *named), f"dataset.shares.{side} is 0, so there is no such side; give it a share")


def _known_to_quality(catalog: "Catalog") -> Iterator[Mistake]:
    known = {"sources": sorted(source.name for source in catalog.sources), "tasks": sorted(task.name for task in catalog.tasks)}
    rules = [(("quality", "drop", number), rule) for number, rule in enumerate(catalog.quality.drop)]
    for where, named in (*rules, (("quality", "contradictions"), catalog.quality.contradictions)):
        for part, names in known.items():
            for index, name in enumerate(getattr(named, part, ())):
                if name not in names:
                    yield Mistake((*where, part, index), f"there is no such {part[:-1]}; choose of {', '.join(names)}")


def _evaluation_files(catalog: "Catalog") -> Iterator[Mistake]:
    from winnow.evaluation import SUFFIXES, suffix_of  # noqa: PLC0415 - only a catalog that names such files needs it

    for number, file in enumerate(catalog.decontaminate.files):
        if suffix_of(file.path) not in SUFFIXES:
            known = ", ".join(SUFFIXES)
            yield Mistake(
                ("decontaminate", "files", number, "path"), f"no reader knows its suffix; convert it to one of {known}"
            )
        elif not Path(file.path).is_file():
            yield Mistake(
                ("decontaminate", "files", number, "path"),
                "there is no such file; correct the path, from where this catalog lies",
            )


def _merged_labels(catalog: "Catalog") -> Iterator[Mistake]:
    for number, task in enumerate(catalog.tasks):
        known = sorted(task.label_names)
        for label in task.balance.merge:
            if known and label not in known:
                yield Mistake(
                    ("tasks", number, "balance", "merge", label), f"the task gives no such label; choose of {', '.join(known)}"
                )


def _models(catalog: "Catalog") -> Iterator[Mistake]:
    tasks = {task.name: task for task in catalog.tasks}
    for number, model in enumerate(catalog.fine_tuning.models if catalog.fine_tuning else ()):
        where = ("fine_tuning", "models", number)
        if model.task not in tasks:
            yield Mistake((*where, "task"), f"there is no such task; choose of {', '.join(sorted(tasks))}")
            continue
        formats = {one.name for one in tasks[model.task].formats or catalog.dataset.formats}
        if model.format not in formats:
            yield Mistake((*where, "format"), f"the task has no files of {model.format}; add it to dataset.formats")


_CHECKS: tuple[Callable[["Catalog"], Iterator[Mistake]], ...] = (
    _unique,
    _known_sources,
    _known_source_rules,
    _known_formats,
    _audiences,
    _limits,
    _table_columns,
    _sides,
    _known_to_quality,
    _evaluation_files,
    _merged_labels,
    _models,
)
