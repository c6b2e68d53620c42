"""Characters that nobody sees in a text and that a model learns all the same.

Belongs here: which they are, and a text without them. Does not belong here: disguises in general (`winnow.normalise`).

What scripts and emoji need stays: joiners between letters beyond ASCII (Persian, Hindi, families of emoji), variation selectors,
left-to-right and right-to-left marks, and the tags of a flag.
"""

import re

_CONTROL = "\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f"  # of C0 and C1, but for tab, line feed, return and the three below
_BREAKS = "\x0b\x0c\x85"  # vertical tab, form feed, next line: a line ends there
_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
_BIDI = "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: what is shown in another order than it is read
_TAGS = "\U000e0001\U000e0020-\U000e007f"
_SURROGATES = "\ud800-\udfff"

_HIDDEN = re.compile(f"[{_CONTROL}{_BREAKS}{_UNSEEN}{_BIDI}{_TAGS}\u200c\u200d]")
_REMOVED = re.compile(
    rf"[{_CONTROL}{_UNSEEN}{_BIDI}]"
    r"|(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])"  # a joiner that touches ASCII joins nothing
    rf"|(?<![\U0001f3f4{_TAGS}])[{_TAGS}]+"
)
_LINE_END = re.compile(f"[{_BREAKS}]")
_HALF = re.compile(f"[{_SURROGATES}]")


def has_half(text: str) -> bool:
    """Whether ``text`` holds half of a surrogate pair, which no UTF-8 can say."""
    return not text.isascii() and _HALF.search(text) is not None


def without_halves(text: str) -> str:
    """``text`` with each such half as U+FFFD."""
    return _HALF.sub("\ufffd", text)


def seen(text: str) -> str:
    """``text`` without the characters that nobody sees; itself if there are none."""
    if not _HIDDEN.search(text):
        return text
    text = _LINE_END.sub("\n", text)
    while (shown := _REMOVED.sub("", text)) != text:  # removing one may leave a joiner without what it joined
        text = shown
    return text
