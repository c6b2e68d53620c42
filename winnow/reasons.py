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

_WHERE = "set its limits in `quality.thresholds`, or take it out of `quality.drop`"

QUALITY: dict[str, str] = {
    "gopher_word_count": f"fewer or more words than a document has; {_WHERE}",
    "gopher_mean_word_length": f"its words are shorter or longer than words are, as in tables, logs and encoded data; {_WHERE}",
    "gopher_hash_to_word": f"more hash signs than one to ten words; {_WHERE}",
    "gopher_ellipsis_to_word": f"more ellipses than one to ten words: cut teasers, or speech; {_WHERE}",
    "gopher_bullet_lines": f"nearly every line is a bullet point; {_WHERE}",
    "gopher_ellipsis_lines": f"many lines end in an ellipsis: previews and cut texts; {_WHERE}",
    "gopher_alphabetic_words": f"many words without a letter, as in tables of figures; {_WHERE}",
    "gopher_stop_words": f"hardly one of the commonest words of its language: a list, keywords or a table; {_WHERE}",
    "gopher_duplicate_lines": f"many lines stand in it twice; {_WHERE}",
    "gopher_duplicate_paragraphs": f"many paragraphs stand in it twice; {_WHERE}",
    "gopher_duplicate_line_characters": f"much of it is lines that stand in it twice; {_WHERE}",
    "gopher_duplicate_paragraph_characters": f"much of it is paragraphs that stand in it twice; {_WHERE}",
    **{f"gopher_top_{words}_gram": f"much of it is the same {words} words again and again; {_WHERE}" for words in (2, 3, 4)},
    **{
        f"gopher_duplicate_{words}_grams": f"much of it is runs of {words} words that stand in it twice; {_WHERE}"
        for words in range(5, 11)
    },
    "c4_sentences": f"too few whole sentences in lines that end as sentences do; {_WHERE}",
    "c4_kept_lines": f"too few lines of five words or more that end as sentences do; {_WHERE}",
    "c4_lorem_ipsum": f"it holds filler text of a layout; {_WHERE}",
    "c4_curly_bracket": f"it holds a curly bracket: code, JSON or a template; {_WHERE}",
    "fineweb_lines_with_end_mark": f"hardly a line ends as a sentence does: menus, tables, lists; {_WHERE}",
    "fineweb_duplicate_line_characters": f"much of it is lines that stand in it twice; {_WHERE}",
    "fineweb_short_lines": f"most lines are shorter than 30 characters: menus, lists, forms; {_WHERE}",
    "too_short": f"input or answer has too few characters; {_WHERE}",
    "too_long": f"input or answer has too many characters; {_WHERE}",
    "repeats_itself": f"the whole text is one piece said twice or more, as where a subject is the body, too; {_WHERE}",
    "answer_repeats_prompt": f"the answer is the prompt again, or most of it; {_WHERE}",
    "summary_compression": f"the summary is too long, or too short, for its source; {_WHERE}",
    "summary_coverage": f"too much, or too little, of the summary is taken from its source; {_WHERE}",
    "summary_density": f"the summary copies too long, or too short, stretches of its source; {_WHERE}",
    "summary_new_words": f"too many, or too few, of the summary's words are not in its source; {_WHERE}",
    "language_not_wanted": "it is in none of `quality.languages`; add the language there, or take the signal out of `quality.drop`",
}
"""Why an example was dropped for a signal, which the reason names (`winnow.quality.signals`); by the catalog alone."""

SCREENED: dict[str, str] = {
    **QUALITY,
    "contradicting_labels": "the same prompt occurs with another label; have a person decide which is right, or set "
    "`quality.contradictions` to `report`",
    "contaminated_exact": "the same text stands in an evaluation file of `decontaminate`; nothing to do",
    "contaminated_near": "nearly the same text stands in an evaluation file of `decontaminate`; nothing to do",
    "contaminated_ngram": "it shares a long run of words with an evaluation file of `decontaminate`; if that is a common phrase, lower "
    "`decontaminate.common_ngrams`",
}
"""Why an example was dropped before duplicates were looked for."""
