"""What a class is called in metadata: a label that the catalog or a recipe names by that name, any other by a hash.

A label that is taken from a column as it is, is a word of a document, and metadata is kept for ever. Its name stands in the
report beside the releases, which only the home's owner reads.
"""

from typing import get_args

import pyarrow as pa

from resources.catalog import Catalog
from winnow.ids import keyed_hash
from winnow.recipes.sentiment import Pole
from winnow.schemas import EXAMPLES
from winnow.tasks import Balance

HASH_DIGITS = 8  # enough to tell the classes of one task apart


def opaque_labels(rows: pa.Table, catalog: Catalog) -> pa.Table:
    """``rows`` (`EXAMPLES`) with ``class 1f0c2a9b`` in place of every label that no one has named."""
    named = {
        task.name: {*get_args(Pole), *task.sources, *getattr(task, "labels", {}).values(), *_named_by_balance(task.balance)}
        for task in catalog.tasks
    }
    labels = [
        label if label is None or label in named.get(task, ()) else _opaque(catalog.dataset.salt, label)
        for task, label in zip(rows["task"].to_pylist(), rows["label"].to_pylist(), strict=True)
    ]
    field = EXAMPLES.field("label")
    return rows.set_column(rows.schema.get_field_index("label"), field, pa.array(labels, field.type))


def _named_by_balance(rule: Balance) -> set[str]:
    return {*rule.merge, *rule.merge.values(), rule.other}


def _opaque(salt: str, label: str) -> str:
    return f"class {keyed_hash(salt, 'label', label)[:HASH_DIGITS]}"
