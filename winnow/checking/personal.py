"""Personal data and secrets in texts, by the patterns of the audit (`winnow.audit_patterns`), most texts at the cost of one look.

Belongs here: which texts need the patterns at all. Does not belong here: the patterns, and names of people, which only a model finds
(``winnow scrub``).
"""

import re

from winnow.audit_patterns import SECRET, find

# What every hit of the audit holds, wherever the patterns change: a sign of an address, a number of eight digits however spaced, a
# run of letters and digits as keys have, or a word that secrets stand behind. A test holds the two together.
_MAY = re.compile(
    r"[\w.+-][@＠﹫]|\+\s?\d|＋|://|-----BEGIN|(?:\d\W{0,3}){8}|[A-Za-z0-9_-]{16}"
    r"|(?i:key|secret|token|credential|bearer|password|passwd|passphrase|pwd)s?[\"']?[^\S\n]{0,2}(?:[:=]|\bis\b|\bwas\b|\s)"
)


def may_hold(text: str) -> bool:
    """Whether ``text`` can hold anything that `kinds` finds; no costs a microsecond."""
    return _MAY.search(text) is not None or not (text.isascii() or _is_plain(text))


def kinds(text: str) -> tuple[bool, bool]:
    """Whether ``text`` holds personal data, and whether it holds a secret."""
    if not may_hold(text):
        return False, False
    found = {hit.kind for hit in find(text)}
    return bool(found - {SECRET}), SECRET in found


_DISGUISED = re.compile("[\u00ad\u0300-\u036f\u200b-\u200f\u2060-\u2064\ufeff\uff00-\uffef\u2460-\u24ff\U0001d400-\U0001d7ff]")


def _is_plain(text: str) -> bool:
    """Whether nothing in ``text`` becomes an ASCII letter, digit or sign, or nothing at all, once it is folded."""
    return _DISGUISED.search(text) is None
