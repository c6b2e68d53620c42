"""The closed list of notes: what readers remove, repair or suspect, each with what it means.

A note is a name and a count in the row of a document that was kept. Names are plural nouns for what is counted; where they are
characters, white space is not among them. They are shown by day in the asset's metadata and in the report, so a name is never made
of a document's words.

Belongs here: names and sentences. Does not belong here: why a document was refused (`winnow.reasons`).
"""

_TEXT: dict[str, str] = {
    "hidden_text": "characters that nobody sees on the page; left out",
    "hidden_text_kept": "the same, kept since the catalog says so",
    "repaired_characters": "bytes and characters that are none, or are written as others: mended, taken out, or read as U+FFFD",
    "unaccounted_characters": "characters of the file that are neither read nor left out for a reason, or read twice: a reader's defect",
    "unknown_symbols": "characters of symbol fonts that nobody knows; left out",
    "comments": "remarks beside the text, in characters (of a PDF: remarks); left out",
    "comments_found": "remarks beside the text, kept or not",
    "deleted_text": "characters that tracked changes delete or move away; left out",
    "field_codes": "characters of instructions that compute a text; left out, their results are read",
    "formulas": "displayed formulas, in characters (of a study: formulas); left out",
    "figures": "pictures and media of a study, with their captions; left out",
    "footnotes": "footnotes of a study; left out",
    "references": "lists of references; left out",
    "other_abstracts": "abstracts for other readers or in other languages; left out",
    "mentions": "people whom a wiki's page names by an id alone; left out",
    "macros": "parts that a wiki computes when it shows a page; left out",
}

_PAGES: dict[str, str] = {
    "pages_by_pdfium": "pages whose text is the second engine's: the first failed, read worse or had spent its budget, or hidden text was "
    "taken out",
    "pages_disputed": "pages on which the engines differ by more than a tenth and nothing says which is right; the first one's text was "
    "kept",
    "pages_unwitnessed": "pages that only the first engine could read, so nothing confirms them",
    "pages_unchecked": "pages with too much on them to be looked through for hidden text",
    "pages_failed": "pages that neither engine could read; left out",
    "pages_left_out": "pages beyond what one file may cost; left out",
    "pages_without_text": "pages without a text layer",
    "unreadable_pages": "pages whose fonts lead back to no characters; left out",
    "pages_by_ocr": "pages read by text recognition",
    "ocr_layers": "pages whose text is an invisible layer with a picture of the page; kept",
    "missing_ends": "files without an end: they were cut, and what was read may not be all",
    "mended_words": "words that one engine split or ran together, mended by the other's",
    "joined_hyphens": "words that a line's end had hyphenated, joined",
    "joined_lines": "lines that end within a word of a script without spaces, joined",
    "doubled_pages": "pages whose type is set twice, to look bold or to cast a shadow; read once",
    "altered_texts": "files of whose words more than a fourteenth are not as the engines read them, lines having been left out or "
    "joined, or words mended, as the other notes say",
    "running_lines": "headers and footers that repeat across pages; left out",
    "page_numbers": "lines, or characters, that number pages; left out",
    "contents_lines": "lines of a table of contents; left out",
    "form_values": "values of form fields that were read",
    "typed_notes": "notes typed onto the page that were read",
    "text_beside": "characters of a page outside of its main text; left out",
    "furniture": "characters within it that only furnish the page (credits, invitations, links to other stories), and of the headline, "
    "which is the title; left out",
    "navigation": "characters of menus, side bars, buttons and fields, and of signs without a letter; left out",
    "scripts": "characters of scripts, styles and heads of pages; left out",
    "whole_pages": "pages read whole, being plain, short, or too large to be judged",
    "page_furniture": "characters of slide numbers, dates, footers; of what a wiki puts around its pages; left out",
}

_OFFICE: dict[str, str] = {
    "contents_text": "characters of tables of contents, lists of figures and indexes; left out",
    "prompts": "characters of placeholders that only say what to write in them; left out",
    "pronunciations": "characters set over the word they spell; left out",
    "alternative_renderings": "characters of the same drawing stored a second time; left out",
    "building_blocks": "characters of ready-made parts that the document does not show; left out",
    "layout_text": "characters of layouts and masters of slides; left out",
    "unused_margins": "characters of headers and footers that no page shows; left out",
    "repeated_margins": "characters of headers and footers that come again; kept once",
    "unreferenced_notes": "characters of separators of notes, and of notes that no paragraph refers to; left out",
    "note_marks": "characters that number notes; left out",
    "picture_texts": "characters of titles and descriptions of drawings; left out",
    "stray_text": "characters where the format allows none; left out",
    "unread_parts": "characters of parts that nothing refers to, and of embedded objects; left out",
    "chart_values": "characters of the numbers and names that a chart draws; left out",
    "charts": "charts whose titles were read",
    "diagrams": "diagrams that were read as lists",
    "embedded_documents": "documents in the document that were read",
    "unread_embedded_documents": "the same that were not",
    "embedded_objects": "objects of other programs; left out",
    "hidden_slides": "slides that are not shown; left out as hidden text is",
    "damaged_parts": "malformed parts that nothing else needed; left out",
    "repeated_parts": "parts that a package holds again under one name; left out",
    "old_versions": "earlier versions of a wiki's pages; left out",
    "deleted_pages": "deleted pages of a wiki; left out",
    "draft_pages": "drafts of a wiki's pages; left out",
}

_TABLES: dict[str, str] = {
    "preamble_lines": "rows above a table's header (title, date); left out",
    "footer_lines": "rows below a table that say they are none of its (totals, remarks); left out",
    "repeated_headers": "the header again within a table, where files were joined; left out",
    "rows_in_cells": "lines within a quoted cell that look like whole rows: a quote may have run on",
    "rows_unaccounted": "rows by which a second count of the same file differs",
    "rows_left_out": "rows of a workbook read as a document, beyond its bound; left out",
    "ambiguous_values": "numbers or days that can be read in two ways; kept as they stand: say `table.numbers` or `table.dates`",
    "unread_values": "values not written as the catalog or their column says; kept as they stand",
    "textless_values": "bytes that are no text, and moments beyond the year 9999; no value",
    "not_finite_numbers": "NaN and infinity; no value",
    "error_cells": "cells that hold an error such as #N/A; no value",
    "uncomputed_formulas": "formulas without a stored value; no value: save the file in a spreadsheet program",
    "merged_cells": "cells that got the value of the merged cell they belong to",
    "filtered_rows": "rows behind an active filter; read",
    "hidden_rows": "rows hidden by hand; left out as hidden text is",
    "hidden_columns": "columns that are not shown; left out as hidden text is",
    "hidden_sheets": "sheets that are not shown; left out as hidden text is",
    "sheets_without_columns": "sheets without the columns that the catalog names; left out",
}

_TALK: dict[str, str] = {
    "fillers": "sounds of hesitation left out by `reading.fillers`",
    "turns_without_words": "turns that were nothing but marks or sounds of hesitation; left out",
    "looped_turns": "repetitions by a recogniser caught in a loop; left out",
    "repeated_lines": "lines of captions that were on the screen before; left out",
    "turns_out_of_order": "turns that begin before the one before them",
    "cues_reordered": "cues put in the order of their start",
    "cues_ending_before_their_start": "cues whose end was before their start; it is their start",
    "negative_times": "clock times before zero, read as zero",
    "lines_without_a_time": "lines behind a blank line within a cue; kept with it",
    "tool_lines": "lines that a tool wrote about itself; left out",
}

_MESSAGES: dict[str, str] = {
    "quoted_lines": "lines that a mail quotes; left out unless the catalog keeps them",
    "forwarded_lines": "lines of a forward that says nothing of its own; read",
    "signature_lines": "lines of signatures; left out unless the catalog keeps them",
    "notice_lines": "lines of legal notices; the same",
    "attachments": "files attached to mails, or cards and previews to messages",
    "pictures": "pictures and fonts in mails; left out",
    "recordings": "sound and film in mails; left out",
    "seals": "signatures of certificates and keys; left out, not checked",
    "calendar_parts": "invitations in mails; read where the mail says nothing else",
    "contact_cards": "contact cards in mails; left out",
    "delivery_reports": "reports of mail servers; left out",
    "shared_files": "files shared in messages; their titles are read",
    "system_messages": "joins, topics, calls and other events; left out",
    "bot_messages": "messages of programs; left out",
    "bot_posts": "posts of programs; left out",
    "deleted_messages": "messages that were deleted; left out",
    "deleted_posts": "posts that were deleted or removed; left out",
    "edited_messages": "messages that stand in a later version",
    "private_messages": "messages that were not for everybody; left out",
    "private_posts": "posts that were not for everybody; left out",
    "media_messages": "pictures, recordings and files without words; left out",
    "quoted_messages": "quotations of earlier messages; left out",
    "messages_without_words": "messages of no letter or digit; left out",
    "reactions": "reactions written as messages; left out",
    "mentions_without_a_name": "mentions of somebody whose name the file does not hold; read as `@someone`",
    "emoji_codes": "emoji that stand for no character; left out",
    "boosts": "others' posts passed on; left out",
    "reposts": "others' posts passed on; left out",
    "other_activities": "activities of an account that are no posts; left out",
}

_HELD_BACK: dict[str, str] = {
    "language_unsupported": "blocks and fields in a language that the name model does not know; held back",
}

NOTES: dict[str, str] = {**_TEXT, **_PAGES, **_OFFICE, **_TABLES, **_TALK, **_MESSAGES, **_HELD_BACK}
"""What each note counts."""

MARKERS = "marker_"
"""Begins the notes that count marks of a transcript by their kind, such as ``marker_laughter``: a closed list of kinds, and no words
of the transcript."""

OTHER = "other_notes"
"""How a note that is not on the list is shown."""


def known(name: str) -> bool:
    """Whether ``name`` is a note of the list."""
    return name in NOTES or name.startswith(MARKERS)
