"""What web pages put between their sentences: credits, invitations to share or subscribe, links to other stories.

Belongs here: telling such a line from a line of the text, by its words. Does not belong here: menus and footers, which are told
by the page's markup (`winnow.formats.html`).
"""

import re
from collections.abc import Iterable

from winnow.documents import Block

MOST_WORDS = 20  # a longer paragraph says something besides, however it begins

_LABELLED = (
    r"(?:sources?|via|filed under|tags?|tagged(?: (?:with|in|as))?|posted in|categor(?:y|ies)|"
    r"(?:photo(?:graph)?s?|images?|video)"
    r"(?: (?:by|credits?|source|courtesy))?|credits?|read (?:more|also|next)|also read|see also|more(?: (?:on|"
    r"from)[^:]{0,40})?|"
    r"related(?: (?:articles?|stor(?:y|ies)|posts?|links?))?|watch(?: (?:now|also))?|see it now|quelle|foto|"
    r"leia (?:mais|também))"
)
_INVITES = (  # narrow, since "Click on Save" and "Sign up for an account" are what a manual says
    r"(?:(?:like|enjoyed?) this (?:story|article|post)|share (?:this|on (?:facebook|twitter|x|linkedin))|follow (?:us|me|@)|"
    r"(?:subscribe|sign up)[^.]{0,30} (?:newsletter|updates|alerts|e-?mails?|channel|magazine)|subscribe (?:now|here|today)|"
    r"click here|leave a (?:comment|reply)|advertisement|sponsored(?: content| by)?\Z|continue reading|"
    r"(?:story|article) continues|"
    r"skip to (?:main )?content|"
    r"(?:tell us )?what (?:do )?you think\b[ ?.…]*\Z|tell us what you think|you may also like|\(?reporting by|"
    r"\(?editing by|originally published|"
    r"this (?:article|story|post) (?:was )?(?:originally |first )|the views (?:and opinions )?expressed|"
    r"be sure to .{0,40}(?:facebook|twitter|instagram)|(?:shop|buy) now|comments\Z|"
    r"(?:post|add|write|view|show|hide) (?:a |all |your )?comments?\Z|"
    r"don.?t miss\Z|have a tip\?|get the latest [^.]{0,60}(?:inbox|phone|newsletter)|"
    r"get [^.]{0,60} delivered (?:through|to) your|"
    r"for the latest [^.]{0,80}(?:follow|subscribe|visit)|download (?:our|the) [^.]{0,30}\bapp\b|"
    r"updated (?:at|on) [^.]{0,30}[0-9])\b"
)
_COPYRIGHT = r"(?:©|\(c\) |copyright (?:©|\(c\)|[^.]{0,40}[12][0-9]{3}))"
_FURNITURE = re.compile(
    rf"\[[^\]\n]{{1,40}}\]\Z|[-–•* ]*{_LABELLED}\s*[:|]|{_LABELLED}\s*\Z|{_INVITES}|{_COPYRIGHT}|.*\ball rights reserved",
    re.IGNORECASE,
)


def without_furniture(blocks: Iterable[Block]) -> tuple[list[Block], int]:
    """``blocks`` without lines that only furnish a page, headings among them; and how many there were."""
    found = list(blocks)
    kept = [block for block in found if block.kind in {"table", "code"} or not is_furniture(block.text)]
    return kept, len(found) - len(kept)


def is_furniture(text: str) -> bool:
    """Whether ``text`` is a credit, an invitation or a pointer to another page, in at most `MOST_WORDS` words."""
    return _FURNITURE.match(text) is not None and len(text.split()) <= MOST_WORDS
