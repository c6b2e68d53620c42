"""The closed list of reasons, each with what its owner can do about it.

A reason is a word a program can count; the advice beside it is what a person reads in `winnow quarantine` and in the report.

Four of them say that a file is broken, and how. ``truncated``: it is right as far as it goes, and its end is missing (a ZIP without
its directory, a PDF without its last objects). ``not_a_package``: it is whole, but not the kind of package its name promises.
``malformed``: it is text (XML, JSON, a table) that breaks the grammar of its format. ``damaged``: its structure is broken in any
other way, or a library failed on it without saying how.
"""

QUARANTINE: dict[str, str] = {
    "encrypted": "ask the owner for a copy without a password",
    "no_text_layer": "the pages are pictures; have them recognised (`reading: {ocr: auto}` of the source, with tesseract installed)",
    "not_a_package": "the file is not the Office document its name promises; export it again",
    "truncated": "the file ends too early; copy it again",
    "damaged": "the file's structure is broken; export it again from the program that made it",
    "empty": "the file holds no text",
    "unsupported": "no reader knows this kind of file; leave it out of the source's include patterns or convert it (old .doc "
    "and .ppt files: save them as .docx and .pptx)",
    "wrong_type": "the content is not what the suffix says; rename it or export it again",
    "encoding_unknown": "the text's encoding could not be told; save it as UTF-8",
    "malformed": "the structure could not be parsed; check it with the program that wrote it",
    "ragged_rows": "rows have differing numbers of cells; export the table again with quoting",
    "missing_columns": "columns that the catalog names are not there; correct the catalog or the export",
    "too_large": "the file, or one text in it, is over a limit; split it, or raise `max_bytes` of its source",
    "bomb": "the file unpacks to far more than it holds",
    "timeout": "reading took too long; split the file, or raise `engine.extract.cpu_seconds` and retry",
    "memory": "reading took too much memory; split the file, or raise `engine.extract.memory_bytes` and retry",
    "worker_died": "reading this file killed its process twice; export it again, and please report the kind of file",
    "changed_while_reading": "the file changed during the run; the next run reads it",
    "gone_while_reading": "the file vanished during the run",
    "unavailable_while_reading": "its source did not answer when the file was to be read; the next run reads it",
    "language_unsupported": "text in a language that the name model does not know is held back; name a model for it in "
    "`pii.model` with its `languages`, or leave the source out",
    "scrub_failed": "personal data could not be looked for in this document, so it was held back",
}
"""Why an object, or a row of it, did not become a document."""

BROKEN = frozenset({"damaged", "malformed", "truncated", "not_a_package", "encoding_unknown"})
"""Reasons that a library gives, too, when it has no memory left to see that the file is whole."""
