"""Characters of symbol fonts, which stand in office files by their place in the font rather than as themselves.

Belongs here: the Symbol font (the encoding in Adobe's PostScript Language Reference, appendix E.6, as the Unicode Consortium's
``VENDORS/ADOBE/symbol.txt`` maps it) and the signs of Wingdings that carry meaning. Other signs of such fonts are ornaments.
"""

_SYMBOL = dict(
    zip(
        range(0x20, 0x7F),
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
        strict=True,
    )
) | dict(
    zip(
        (code for code in range(0xA0, 0xFF) if code != 0xF0),  # 0xF0 is empty
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)

_WINGDINGS = dict(
    zip(
        bytes.fromhex("4a 4c 6c 6e 6f 71 75 76 9f a7 a8 d8 df e0 e1 e2 e8 f0 fb fc fd fe"),
        "☺☹●■□❑◆❖•▪◻➢←→↑↓➔⇨✗✓☒☑",
        strict=True,
    )
)

_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}

_PRIVATE = 0xF000  # where Word puts the 256 places of a symbol font


def is_symbol_font(font: str) -> bool:
    """Whether ``font`` is one whose characters do not mean what their codes say."""
    return font.strip().lower() in _FONTS


def symbol(code: int, font: str) -> str:
    """The character at place ``code`` of ``font``; empty if nobody knows it."""
    place = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 256 else code
    if is_symbol_font(font):
        return _FONTS[font.strip().lower()].get(place, "")
    if code != place or not 0x20 <= code < 0x110000 or 0xD800 <= code < 0xE000:  # private: of a font that is not known here
        return ""
    return chr(code)


def respelled(text: str, font: str) -> str:
    """``text`` set in ``font``, with the places of a symbol font as characters; an unknown one stays as it is."""
    if not is_symbol_font(font):
        return text
    return "".join(
        (symbol(ord(character), font) or character) if _PRIVATE <= ord(character) < _PRIVATE + 256 else character
        for character in text
    )
