"""The closed lists of reasons, each with what its owner can do about it.

A reason is a word a program can count; the advice beside it is what a person reads in `winnow quarantine` and in the report.
"""

QUARANTINE: dict[str, str] = {
    "encrypted": "ask the owner for a copy without a password",
    "no_text_layer": "the pages are pictures; run OCR on them first",
    "not_a_package": "the file is not the Office document its name promises; export it again",
    "truncated": "the file ends too early; copy it again",
    "damaged": "the file's structure is broken; export it again from the program that made it",
    "empty": "the file holds no text",
    "unsupported": "no reader knows this kind of file; leave it out of the source's include patterns or convert it",
    "wrong_type": "the content is not what the suffix says; rename it or export it again",
    "encoding_unknown": "the text's encoding could not be told; save it as UTF-8",
    "malformed": "the structure could not be parsed; check it with the program that wrote it",
    "ragged_rows": "rows have differing numbers of cells; export the table again with quoting",
    "missing_columns": "columns that the catalog names are not there; correct the catalog or the export",
    "too_large": "the file is over the size limit of its source",
    "bomb": "the file unpacks to far more than it holds",
    "timeout": "reading took too long; split the file",
    "memory": "reading took too much memory; split the file",
    "worker_died": "reading this file killed its process; please report the kind of file",
    "changed_while_reading": "the file changed during the run; the next run reads it",
    "gone_while_reading": "the file vanished during the run",
    "language_unsupported": "text in a language that the name model does not know is held back; name a model for it in "
    "`pii.model` with its `languages`, or leave the source out",
    "scrub_failed": "personal data could not be looked for in this document, so it was held back",
}
"""Why an object, or a row of it, did not become a document."""
