"""The data card of a version: README.md with the front matter that `datasets.load_dataset` reads.

Belongs here: the card's words and its YAML. Does not belong here: counting (`winnow.figures`).

The front matter follows the Hugging Face dataset card: one configuration for each task and format, its sides by path. A side
without lines is left out, since an empty file has no columns for a loader to find.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from winnow.collect import MEASURABLE
from winnow.exports import layout_of
from winnow.manifest import File, side_of_path
from winnow.placeholders import Mode
from winnow.report import Figures, Rows, markdown
from winnow.schemas import SPLITS

_CATEGORIES = {
    "classification": "text-classification",
    "sentiment": "text-classification",
    "summarization": "summarization",
    "question_answering": "question-answering",
    "generation": "text-generation",
    "pairs": "text-generation",
    "preference": "reinforcement-learning",
    "spans": "token-classification",
}
"""Task kind → task category of the hub."""

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def configurations(files: Iterable[File]) -> list[dict[str, Any]]:
    """One configuration for each task and format: its name (``<task>-<format>``) and the paths of its sides that have records."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for file in sorted(files):
        if (place := side_of_path(file.path)) and file.rows != 0:
            task, name, side = place
            found.setdefault((task, name), {})[side] = file.path
    return [
        {
            "config_name": f"{task}-{name}",
            "data_files": [{"split": side, "path": paths[side]} for side in SPLITS if side in paths],
        }
        for (task, name), paths in sorted(found.items())
    ]


def _of_json(files: Iterable[File]) -> list[File]:
    """``files`` without Parquet: `datasets` reads all configurations of a card as it reads the first, so those have a card of their own."""
    return [file for file in files if layout_of(file.path) != "parquet"]


def _class_labels(tasks: Mapping[str, Mapping[str, Any]], configured: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Columns and class names of the configurations of `classification`, as `datasets.ClassLabel` reads them."""
    present = {configuration["config_name"] for configuration in configured}
    found = []
    for task, document in sorted(tasks.items()):
        names = document["formats"].get("classification", {}).get("names", ())
        if f"{task}-classification" in present:
            numbered = {str(number): name for number, name in enumerate(names)}
            label = {"name": "label", "dtype": {"class_label": {"names": numbered}}}
            found.append({"config_name": f"{task}-classification", "features": [{"name": "text", "dtype": "string"}, label]})
    return found


def front_matter(
    files: Sequence[File],
    *,
    dataset: str,
    tasks: Mapping[str, Mapping[str, Any]],
    languages: Iterable[str],
    licences: Iterable[str],
) -> str:
    """The card's YAML, between its two fences; ``tasks`` as of `data_card`."""
    configured = configurations(_of_json(files))
    classes = _class_labels(tasks, configured)
    examples = sum(file.rows or 0 for file in files if file.path.startswith("index/") and file.path.count("/") == 1)
    known = sorted({licence for licence in licences if licence})
    fields = {
        "pretty_name": dataset,
        "license": known[0] if len(known) == 1 else "other",
        **({"license_name": "several", "license_details": ", ".join(known)} if len(known) > 1 else {}),
        "language": sorted({language for language in languages if language}) or ["und"],
        "task_categories": sorted({_CATEGORIES.get(task["kind"], "other") for task in tasks.values()}),
        "size_categories": [next((name for limit, name in _SIZES if examples < limit), "n>10M")],
        **({"dataset_info": classes} if classes else {}),
        "configs": configured,
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)}---\n"


_REPLACED: Mapping[Mode, str] = {
    "placeholder": """\
Names, addresses, numbers and secrets that were recognised are typed placeholders such as `<PERSON_1>`, numbered within each
example: the same number is the same person in its prompt and its answer, and says nothing across examples.""",
    "surrogate": """\
Names, addresses and numbers that were recognised are made-up ones of the same kind (surrogates): the same name is the same
person in a prompt and its answer, and nobody's real name. Secrets are typed placeholders such as `<SECRET_1>`.""",
    "removal": """\
Names, addresses, numbers and secrets that were recognised were taken out, and the text was mended around them.""",
}
"""What the card says about each mode."""


def balance_section(figures: Figures) -> str:
    """What the card says of balance: how even train is, copies and weights, labels that were small or renamed, what measures little.

    ``figures`` need not compare texts.
    """
    copies = sum(row["lines"] - row["after"] for row in figures.classes)
    is_weighted = any(abs(row["weight"] - 1) > 0.0005 for row in (*figures.classes, *figures.intensities))
    said = [
        "Train alone is balanced. The effective number is exp of Shannon's entropy: how many classes, or sources, of equal size would be "
        "as even; `as trained` takes copies and weights.\n\n" + markdown(figures.evenness)
    ]
    if copies:
        said.append(
            f"{copies} lines of the train files are copies, behind the others; `copies` in `index/` counts an example's lines.\n"
        )
    if is_weighted:
        said.append(
            "Train examples have weights. They stand in `index/`, in Parquet, and in chats where the catalog asks for `weight`.\n"
        )
    if figures.renamed:
        said.append(f"Labels that were merged, on all sides, before the split:\n\n{markdown(_renamed(figures))}")
    if small := [row for row in figures.small if (row["task"], row["label"]) not in figures.known.left_out]:
        columns = [{key: row[key] for key in ("task", "label", "train", "minimum", "now")} for row in small]
        said.append(f"Labels with few train examples:\n\n{markdown(columns)}")
    if len(small) < len(figures.small):
        said.append(f"{len(figures.small) - len(small)} labels with few examples were left out.\n")
    if figures.empty_sides:
        said.append(f"Sides without any example:\n\n{markdown(figures.empty_sides)}")
    if figures.not_measurable:
        said.append(f"Not measurable, with fewer than {MEASURABLE} test examples:\n\n{markdown(figures.not_measurable)}")
    return "## Balance\n\n" + "\n".join(said) + "\n"


def _renamed(figures: Figures) -> Rows:
    """Labels that the catalog merges, by name; of small ones only how many there are, since a rare label may be told for a person's."""
    merged = [row for row in figures.renamed if row["label"] in figures.rules[str(row["task"])].merge]
    gathered: dict[tuple[str, str], list[int]] = {}
    for row in figures.renamed:
        if row not in merged:
            gathered.setdefault((str(row["task"]), str(row["now"])), []).append(int(row["examples"]))
    small = [
        {"task": task, "label": f"{len(counts)} small labels", "now": now, "examples": sum(counts)}
        for (task, now), counts in sorted(gathered.items())
    ]
    return [*map(dict, merged), *small]


def _loading(files: Sequence[File], dataset: str) -> str:
    """How `datasets` reads it: an example of a configuration, and of a folder of Parquet."""
    configured = configurations(_of_json(files))
    lines = [f'load_dataset("{dataset}", "{configuration["config_name"]}")' for configuration in configured[:1]]
    parquet = sorted(file.path.rpartition("/")[0] for file in files if layout_of(file.path) == "parquet")
    lines += [f'load_dataset("{dataset}/{folder}")' for folder in parquet[:1]]
    return "```python\nfrom datasets import load_dataset\n\n" + "\n".join(lines) + "\n```\n" if lines else ""


def data_card(  # noqa: PLR0913 - keyword-only figures of one version, each from another function
    dataset: str,
    files: Sequence[File],
    *,
    tasks: Mapping[str, Mapping[str, Any]],
    languages: Iterable[str],
    licences: Iterable[str],
    sides: Rows,
    reasons: Rows,
    pii: Mapping[str, int],
    balance: str = "",
    replacement: Mode = "placeholder",
    title: str = "",
    description: str = "",
) -> str:
    """README.md of a version.

    Args:
        dataset: its name.
        files: all files under ``data/`` and ``index/``.
        tasks: what `winnow.manifest.inference_document` says, by task.
        languages: of the examples.
        licences: of the examples.
        sides: of `winnow.report.split_table`.
        reasons: of `winnow.report.reason_table`.
        pii: what was replaced in the examples, by entity.
        balance: of `balance_section`.
        replacement: what stands in its place.
        title: heading; default: the dataset's name.
        description: first paragraph.
    """
    head = front_matter(files, dataset=title or dataset, tasks=tasks, languages=languages, licences=licences)
    entities: Rows = [{"entity": entity, "mentions": count} for entity, count in sorted(pii.items())]
    formats: Rows = [
        {"task": name, "kind": task["kind"], "formats": ", ".join(sorted(task["formats"]))}
        for name, task in sorted(tasks.items())
    ]
    return f"""{head}
# {title or dataset}

{description or "Examples for fine-tuning language models, made from an organisation's own documents."}

## Contents

{markdown(formats)}
{markdown(sides)}
`data/<task>/<format>/` holds exactly what a consumer of the format reads; `data/<task>/inference.json` holds the system
message, template, separator, stop sequence and codes of labels, to give a trained model its input in the form that it knows;
`index/` says for each record which object, page or characters it came from, by opaque ids.

{_loading(files, dataset)}
## How it was made

Personal data was replaced before examples were made; near-duplicates were dropped; the split was made by groups (the same
document, thread or customer, and texts that resemble each other), so that none stands on two sides; then train alone was
balanced. Validation and test keep their natural shares. An example never changes its side from one version to the next.

{balance}## Put aside

{markdown(reasons)}
## Personal data

{_REPLACED[replacement]} Recognition is
automatic and not perfect: treat the dataset as confidential, and report what was missed.

{markdown(entities)}
## Intended use

Fine-tuning and evaluating models for the tasks above, within the organisation and under the licences of the sources.

## Limits

The texts say what their authors wrote, with their errors and views. Labels are those that people gave in the course of work.
Classes with few test examples measure little. No statement about single persons may be derived from it.
"""
