"""What Dagster's UI shows of a table: schemas, counts and plots. Never a character of a document, a file name or a person."""

import base64
from collections.abc import Iterable, Mapping, Sequence

import dagster as dg
import pyarrow as pa


def column_schema(schema: pa.Schema) -> dg.TableSchemaMetadataValue:
    """``schema`` as the column schema that the asset page lists."""
    columns = [dg.TableColumn(field.name, str(field.type)) for field in schema]
    return dg.MetadataValue.table_schema(dg.TableSchema(columns))


def count_table(counts: Mapping[str, int]) -> dg.TableMetadataValue:
    """``counts`` as a table of two columns, largest first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return table(("name", "count"), ordered)


def table(columns: Sequence[str], rows: Iterable[Sequence[str | float | int | None]]) -> dg.TableMetadataValue:
    """``rows`` as a metadata table with the given columns."""
    records = [
        dg.TableRecord({column: "" if value is None else value for column, value in zip(columns, row, strict=True)})
        for row in rows
    ]
    schema = dg.TableSchema([dg.TableColumn(column, _kind(records, column)) for column in columns])
    return dg.MetadataValue.table(records, schema)


def records_table(rows: Sequence[Mapping[str, str | float | int | None]]) -> dg.TableMetadataValue:
    """``rows``, which have the same keys in the same order, as a metadata table; no rows are a table of one empty column."""
    columns = list(rows[0]) if rows else ["none"]
    return table(columns, [list(row.values()) for row in rows])


def _kind(records: Sequence[dg.TableRecord], column: str) -> str:
    values = [record.data[column] for record in records]
    if values and all(isinstance(value, int) for value in values):
        return "int"
    return "float" if values and all(isinstance(value, int | float) for value in values) else "string"


def plot(svg: str, alternative: str) -> dg.MarkdownMetadataValue:
    """An SVG picture as Markdown with the picture inside, so that the page loads nothing from anywhere."""
    encoded = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{alternative}](data:image/svg+xml;base64,{encoded})")
