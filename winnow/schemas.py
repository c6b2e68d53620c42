"""The Arrow schemas of every table on the line: where column names are born.

Belongs here: schemas and the enumerations their columns draw from. Does not belong here: anything that computes.

A row is kept or refused by its column ``reason``: null means kept, a word from a closed list means that the row stands for
something that was put aside, and then its text columns are null. One file a day therefore accounts for everything that came in.
"""

import pyarrow as pa

SPAN = pa.struct(
    [
        ("page", pa.int32()),  # 1-based; null where the format has no pages
        ("start", pa.int64()),  # characters from the start of the page, or of the decoded object where there are no pages
        ("end", pa.int64()),
        ("start_ms", pa.int64()),  # transcripts: clock time in the recording
        ("end_ms", pa.int64()),
    ]
)
"""Where a block stands in its object."""

BLOCK = pa.struct(
    [
        ("kind", pa.string()),  # one of BLOCK_KINDS
        ("level", pa.int8()),  # heading depth from 1; of a list item how deep it is nested, from 0; 0 elsewhere
        ("text", pa.string()),
        ("speaker", pa.string()),  # turns only
        *[SPAN.field(i) for i in range(SPAN.num_fields)],
    ]
)

BLOCK_KINDS = (
    "title",
    "heading",
    "paragraph",
    "list_item",
    "table",
    "turn",
    "quote",
    "code",
    "header",
    "footer",
    "footnote",
)

FIELD = pa.struct([("name", pa.string()), ("value", pa.string())])

COUNT = pa.struct([("name", pa.string()), ("count", pa.int32())])

KNOWN_FORM = pa.struct([("entity", pa.string()), ("form_id", pa.uint64()), ("words", pa.int32())])
"""One form of one known person: what it is, the keyed hash of the form, and of how many words a name is (1 for what is none)."""

OBJECTS = pa.schema(
    [
        ("object_id", pa.string()),
        ("content_sha256", pa.string()),
        ("source", pa.string()),
        ("key", pa.string()),  # address relative to the source; a name, so never in logs or metadata
        ("content", pa.binary()),
    ]
)
"""What the extraction stage is handed: bytes and where they came from."""

DOCUMENTS = pa.schema(
    [
        ("document_id", pa.string()),
        ("object_id", pa.string()),
        ("content_sha256", pa.string()),  # of the object's bytes; with object_id it says which content this row was read from
        ("source", pa.string()),
        ("format", pa.string()),
        ("row_number", pa.int64()),  # 0-based row or entry in its object; null for a whole object
        ("title", pa.string()),
        ("name", pa.string()),  # file name without folder and suffix: text like any other, so it is scrubbed too
        ("link", pa.string()),  # keyed hash that documents of one meeting, thread or case share; null if none
        ("customer", pa.string()),  # keyed hash of the person or account a row belongs to; null if none
        ("alike", pa.string()),  # keyed hash that rows share which say the same of all sensitive attributes; null below two
        (
            "individual",
            pa.string(),
        ),  # keyed hash of the customer, else of the row, whatever object it stands in; null if `alike` is
        (
            "day",
            pa.date32(),
        ),  # its own: of the row's column, else of the key, else of its text; null if it has none (`winnow.own_days`)
        ("language", pa.string()),
        ("licence", pa.string()),
        ("audience", pa.string()),
        ("origin", pa.string()),  # "human" or "model"
        ("blocks", pa.list_(BLOCK)),
        ("fields", pa.list_(FIELD)),
        ("pii", pa.list_(COUNT)),  # entities replaced, by type; empty before scrubbing
        ("notes", pa.list_(COUNT)),  # what the reader removed or repaired, by name, for the report
        ("reason", pa.string()),  # why this object or row was quarantined; null for a document
    ]
)

SCRUBBED = DOCUMENTS.append(pa.field("known", pa.list_(KNOWN_FORM)))
"""Documents behind scrubbing: with what each gives away about people, for all others."""

EXAMPLE_SPAN = pa.struct(
    [
        ("document_id", pa.string()),
        ("object_id", pa.string()),
        ("part", pa.string()),  # "input" or "target"
        ("row_number", pa.int64()),
        *[SPAN.field(i) for i in range(SPAN.num_fields)],
    ]
)

CONTENT = pa.struct([("object_id", pa.string()), ("content_sha256", pa.string())])

EXAMPLES = pa.schema(
    [
        ("example_id", pa.string()),
        ("task", pa.string()),
        ("kind", pa.string()),
        ("anchor", pa.string()),  # hash of the heading path, turn or row that the example hangs on; never an ordinal
        ("input", pa.string()),  # with internal ids in a day's file, as it is released from joined_examples on
        ("target", pa.string()),  # the same
        ("label", pa.string()),  # the class that balancing equalises; null for text targets
        ("intensity", pa.float32()),  # sentiment: distance from the midpoint in 0..1; null if unknown
        ("input_tokens", pa.int32()),
        ("target_tokens", pa.int32()),
        ("source", pa.string()),  # of the first document
        ("day", pa.date32()),  # own day of the latest document; null if one of them has none
        ("language", pa.string()),
        ("licence", pa.string()),
        ("audience", pa.string()),
        ("origin", pa.string()),
        ("group_keys", pa.list_(pa.string())),  # document ids, links, customers: examples that share one are never split apart
        ("alike", pa.list_(pa.string())),  # of those documents that combine sensitive attributes
        ("contents", pa.list_(CONTENT)),  # the object contents this example was made from
        ("spans", pa.list_(EXAMPLE_SPAN)),
        ("pii", pa.list_(COUNT)),  # placeholders in input and target, by entity
        ("forms", pa.list_(pa.uint64())),  # hashes of what could be a known person in the texts; empty behind joined_examples
        ("surrogates", pa.list_(pa.string())),  # made-up values in the texts; no personal data; empty before joined_examples
        ("known", pa.list_(COUNT)),  # mentions that the known people of other documents gave away, by entity; empty before it
        ("reason", pa.string()),  # why the candidate was refused; null for an example
    ]
)

DECISIONS = pa.schema(
    [
        ("example_id", pa.string()),
        ("task", pa.string()),
        ("group", pa.string()),
        ("keeper", pa.string()),  # the example that stays in this one's place; null if kept or dropped for another reason
        ("similarity", pa.float32()),  # Jaccard with the keeper; of a contained one the share of it that is in the keeper
        ("split", pa.string()),  # null before split_examples
        ("weight", pa.float32()),  # 1.0 unless balancing says otherwise
        ("reason", pa.string()),  # why the example was dropped; null if kept
    ]
)
"""What the set stages decide about each example; the text stays in the examples table."""

BALANCED = DECISIONS.append(pa.field("copies", pa.int32()))
"""Decisions behind balancing: with how often an example that stays in train is written, 1 unless balancing says otherwise."""

SPLITS = ("train", "validation", "test")
