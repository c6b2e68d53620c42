"""What an annotated document is.

Belongs here: the two records that readers make and metrics read. Does not belong here: where they come from, or what is counted.
"""

from dataclasses import dataclass
from typing import Literal

Identifier = Literal["DIRECT", "QUASI", "NO_MASK"]
"""What masking a mention is for, as the Text Anonymization Benchmark says it (Pilán et al. 2022, https://arxiv.org/abs/2202.00443)."""


TITLE = "TITLE"  # Mr, Dr and the like, where a set annotates them apart: whether they go with the name is all the same


@dataclass(frozen=True, slots=True)
class Mention:
    """An annotated mention at ``[start, end)`` in the characters of its document's text."""

    start: int
    end: int
    entity: str  # winnow's type, such as PERSON
    entity_id: str  # the same for every mention of one entity within its document
    identifier: Identifier = "QUASI"
    form: str = ""  # how it is written, such as "capitals"; empty where a set does not say
    form_source: str = ""  # the words of a pool that it is made of, lower-cased, separated by spaces; own texts alone


@dataclass(frozen=True, slots=True)
class Gold:
    """A document with all its mentions, in order."""

    document_id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    genre: str = ""
