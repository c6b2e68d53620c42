"""What people typed into Slack, out of the text that its exports hold (https://api.slack.com/reference/surfaces/formatting).

Belongs here: escapes, mentions, links, emoji codes and emphasis of one message. Does not belong here: whose message it is.
"""

import re
from collections import Counter
from collections.abc import Mapping

_SPECIAL = re.compile(r"<([@#!]?)([^<>|\n]{1,2000})(?:\|([^<>\n]{0,2000}))?>")

_CODE = re.compile(r"(```.*?```|`[^`\n]{1,2000}`)", re.DOTALL)

_EMOJI = re.compile(r"(?<![\w:/]):([a-z0-9][a-z0-9_'-]{1,60}|\+1|-1):(?::skin-tone-[2-6]:)?(?![\w/])")

# Emphasis around words, as Slack parses it: the mark touches the word and nothing else touches the mark.
_EMPHASIS = re.compile(r"(?<![\w*_~`])([*_~])(?=\S)([^*_~\n]{1,2000}?)(?<=\S)\1(?![\w*_~`])")

_UPLOAD = re.compile(
    r"<@[A-Z0-9]{5,15}(?:\|[^<>\n]{0,200})?> (?:uploaded|shared) a file: <[^<>\n]{1,2000}>(?: and commented: )?"
)

# The codes people use most, as the characters they stand for; custom ones stand for pictures.
_EMOJIS = {
    "+1": "👍",
    "thumbsup": "👍",
    "-1": "👎",
    "thumbsdown": "👎",
    "tada": "🎉",
    "joy": "😂",
    "smile": "😄",
    "heart": "❤️",
    "eyes": "👀",
    "pray": "🙏",
    "fire": "🔥",
    "rocket": "🚀",
    "wave": "👋",
    "clap": "👏",
    "raised_hands": "🙌",
    "100": "💯",
    "thinking_face": "🤔",
    "slightly_smiling_face": "🙂",
    "sweat_smile": "😅",
    "sob": "😭",
    "warning": "⚠️",
    "x": "❌",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "bulb": "💡",
    "point_up": "☝️",
    "muscle": "💪",
    "ok_hand": "👌",
    "grinning": "😀",
    "smiley": "😃",
    "wink": "😉",
    "blush": "😊",
    "laughing": "😆",
    "rolling_on_the_floor_laughing": "🤣",
    "cry": "😢",
    "disappointed": "😞",
    "confused": "😕",
    "facepalm": "🤦",
    "shrug": "🤷",
    "coffee": "☕",
    "star": "⭐",
}


def readable(text: str, names: Mapping[str, str], notes: Counter[str]) -> str:
    """``text`` as a person reads it in Slack; code stays to the character but for its escapes.

    Args:
        text: the ``text`` of a message.
        names: user id → name, for mentions; one of nobody known becomes ``@someone``, since an id is no word.
        notes: gets ``mentions_without_a_name`` and ``emoji_codes`` (those that stand for no character, and go).
    """
    pieces = _CODE.split(_UPLOAD.sub("", text))
    return "".join(
        _unescaped(_SPECIAL.sub(_label, piece)) if number % 2 else _prose(piece, names, notes)
        for number, piece in enumerate(pieces)
    )


def _prose(text: str, names: Mapping[str, str], notes: Counter[str]) -> str:
    def special(match: re.Match[str]) -> str:
        sign, target, label = match.groups()
        if sign == "@":
            notes["mentions_without_a_name"] += target not in names and not label
            return "@" + (names.get(target) or (label or "").lstrip("@") or "someone")
        if sign == "#":
            return "#" + (label or "channel")
        if sign == "!":
            return _command(target, label)
        return _label(match)

    def emoji(match: re.Match[str]) -> str:
        notes["emoji_codes"] += match[1] not in _EMOJIS
        return _EMOJIS.get(match[1], "")

    text = _SPECIAL.sub(special, text)
    if ":" in text:
        text = _EMOJI.sub(emoji, text)
    for _ in range(2):  # bold italic
        text = _EMPHASIS.sub(r"\2", text)
    return _unescaped(text)


def _label(match: re.Match[str]) -> str:
    """What a link shows: its label, else its address."""
    return match[3] or match[2].removeprefix("mailto:").removeprefix("tel:")


def _command(target: str, label: str | None) -> str:
    name = target.split("^", maxsplit=1)[0]
    if label:
        return label
    return {"subteam": "@group", "date": ""}.get(name, f"@{name}")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
