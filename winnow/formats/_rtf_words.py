"""The vocabulary of RTF 1.9.1 that a reader of text needs: destinations, characters, character sets.

Belongs here: what control words stand for. Does not belong here: what is made of them.
"""

import re

TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?"  # a control word with its number; one space ends it
    rb"|\\'([0-9A-Fa-f]{2})"  # a byte in the current character set
    rb"|\\([^A-Za-z])"  # a control symbol
    rb"|([{}])"
    rb"|([^\\{}]+)",
    re.DOTALL,
)
"""One token; a backslash at the very end of the file matches nothing."""

SILENT = frozenset(  # destinations without text of the document, with or without the mark for optional ones
    [
        "themedata",
        "colorschememapping",
        "datastore",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "latentstyles",
        "filetbl",
        "revtbl",
        "pict",
        "objdata",
        "objclass",
        "objname",
        "bkmkstart",
        "bkmkend",
        "atnid",
        "atnauthor",
        "atnref",
        "atnparent",
        "atndate",
        "atrfstart",
        "atrfend",
        "pn",
        "pnseclvl",
        "pntxta",
        "pntxtb",
        "listtext",
        "pntext",
        "sp",
        "sn",
        "sv",
        "shprslt",
        "nonshppict",
        "formfield",
        "datafield",
        "xe",
        "tc",
        "tcn",
        "upr",
        "ftnsep",
        "ftnsepc",
        "aftnsep",
        "aftnsepc",
        "ftncn",
        "aftncn",
        "wgrffmtfilter",
        "nesttableprops",
        "nonesttables",
        "userprops",
        "docvar",
        "template",
        "mailmerge",
        "xform",
        "blipuid",
        "picprop",
        "fontemb",
        "falt",
        "panose",
        "defchp",
        "defpap",
        "pgptbl",
        "protusertbl",
        "mhtmltag",
        "do",
        "background",
    ]
)

LIST_MARKS = frozenset({"listtext", "pntext"})  # the number or bullet of a list item, written out for old readers

HEADERS = frozenset({"header", "headerl", "headerr", "headerf"})

FOOTERS = frozenset({"footer", "footerl", "footerr", "footerf"})

ENTERED = frozenset(  # optional destinations (marked with \*) that hold text all the same
    ["shpinst", "shptxt", "ud", "annotation", "footnote", "shppict", "shpgrp", "result"]
)

CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "zwj": "\u200d",
    "zwnj": "\u200c",
}

SYMBOLS = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"-": "", b":": "", b"|": ""}

PARAGRAPH_ENDS = frozenset({"par", "sect", "page", "pagebb", "column"})

CHARSETS = {  # \fcharset
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}

SYMBOL_CHARSET = 2

CODE_PAGES = {  # \ansicpg and \cpg; others are cp<number>
    10000: "mac_roman",
    10007: "mac_cyrillic",
    10029: "mac_latin2",
    10006: "mac_greek",
    10081: "mac_turkish",
    65001: "utf-8",
    1361: "johab",
    20127: "ascii",
    28591: "latin-1",
    936: "gb18030",
}

TABLE_WORDS = frozenset({"cell", "nestcell", "row", "nestrow", "trowd"})

CELL_COLOURS = frozenset({"clcbpat", "trcbpat", "clshdng", "trpat"})  # something may lie behind the text of this row's cells

SWITCHES = {"v": "hidden", "deleted": "deleted", "htmlrtf": "wrapped", "intbl": "in_table"}
"""Properties that are on or off → their place in `winnow.formats._rtf_story.State`."""

NUMBERS = {
    "f": "font",
    "cf": "colour",
    "highlight": "behind",
    "cb": "behind",
    "chcbpat": "behind",
    "cbpat": "shading",
    "s": "style",
    "ls": "list_number",
}
"""Properties with a number → the same."""
