"""The blocks of a section that are its text, and those that layout left among them.

Belongs here: captions, labels and scraps, filler text, and how a passage ends. Does not belong here: headings
(`winnow.recipes._sections`).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from winnow.documents import Block
from winnow.placeholders import without_internal
from winnow.recipes._text import PROSE, word_count

SENTENCE_WORDS = 8  # words; a shorter paragraph is a caption, a label or a cell that lost its table
LABEL_WORDS = 15  # words; a shorter paragraph without a mark at its end is a caption or a label
LEAD_IN_LEAST = 4  # words; fewer before a colon are a label
LEAD_IN_WORDS = 30  # words; a shorter paragraph that ends in a colon says nothing without what followed it
LETTER_SHARE = 0.65  # of the characters that are no space; formulas and numbers have fewer letters
SYMBOL_SHARE = 0.2  # of the words; in formulas more of them are single letters and signs. Prose with figures has up to .12

TEXT = PROSE | {"list_item"}  # a table or code listing is nothing that a heading foretells
_ENDED = re.compile(r"[.!?:;…。！？।؟][\"'”’»)\]]*\Z")
_CAPTION = re.compile(
    r"(?:figure|fig|table|tab|listing|example|exhibit|chart|plate|scheme|algorithm|abbildung|abb|tabelle|figura|tableau|рис|табл)"
    r"\.?\s?\d{1,3}(?:[.–-]\d{1,3}){0,3}(?P<mark>\s?[.:|–-])?",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\blorem ipsum\b|\bdolor sit amet\b", re.IGNORECASE)
_WORDLIKE = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SINGLE = frozenset("aAiIoOyYeEuwzàAéó&–—-")  # words of one letter in some language, and dashes


def passage(blocks: Sequence[Block]) -> list[Block]:
    """Those of ``blocks`` that read as text: no captions, no labels, and no lead-in at the end whose list or table is gone."""
    found = [block for block in blocks if block.kind in TEXT and any(map(str.isalpha, block.text))]
    following = [after.kind for _, after in pairwise(found)] + [""] if found else []
    kept = [block for block, after in zip(found, following, strict=True) if not _is_label(block, after)]
    while kept and kept[-1].text.rstrip().endswith(":") and word_count(kept[-1].text) < LEAD_IN_WORDS:
        kept.pop()
    return kept


def _is_label(block: Block, after: str) -> bool:
    """Whether ``block``, before a block of kind ``after``, is a caption or stands alone as words that are no sentence."""
    if block.kind != "paragraph" or "\n" in block.text.strip():
        return False
    text = without_internal(block.text, "X").strip()
    ended = _ENDED.search(text) is not None
    caption = _CAPTION.match(text)
    if caption:
        return caption["mark"] is not None or not ended
    lone = not ended or (text.endswith(":") and word_count(text) < LEAD_IN_LEAST)
    return lone and after != "list_item" and word_count(text) < LABEL_WORDS


def prose_words(block: Block) -> int:
    """The words of ``block`` if it reads like sentences, else 0."""
    count = word_count(block.text)
    text = without_internal(block.text)
    characters = "".join(text.split())
    letters = sum(map(str.isalpha, characters))
    sentences = count >= SENTENCE_WORDS and letters >= LETTER_SHARE * len(characters)
    return count if sentences and any(mark in text for mark in ".!?…。！？।؟") else 0


def symbol_share(text: str) -> float:
    """The share of words in ``text`` that are no words: single letters, numbers and signs."""
    words = without_internal(text, "XX").split()
    return sum(not _WORDLIKE.search(word) and word not in _SINGLE for word in words) / max(len(words), 1)


def is_filler(text: str) -> bool:
    """Whether ``text`` is what templates are filled with before anybody has written them."""
    return _FILLER.search(text) is not None
