"""Every format cut in several places, under the suffix of every other, of no byte, and of nothing but blanks."""

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import partial

from tests.hostile.archive_cases import words
from tests.hostile.case import Case, readable, refused
from tests.hostile.mail_cases import attachment, box, mail, mixed
from tests.winnow.formats.archives import tarred, zipped
from tests.winnow.formats.samples import SAMPLES as PLAIN
from tests.winnow.formats.samples import jats, pdf
from tests.winnow.formats.samples_json import DEEPGRAM
from tests.winnow.formats.samples_tables import SAMPLES as TABLES
from tests.winnow.formats.samples_tables import parquet
from tests.winnow.formats.samples_talk import SAMPLES as TALK
from tests.winnow.formats.samples_workbooks import ods, ods_row, xls, xlsb

ROWS = [["id", "text"], ["1", "The parcel is late."], ["2", "Thanks."]]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(500)

ELF = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20

GOOD: Mapping[str, tuple[bytes, str]] = {
    **{name: (content, f".{name}") for name, content in PLAIN.items() if name not in {"jats", "confluence", "eml", "mbox"}},
    "jats": (PLAIN["jats"], ".nxml"),
    "confluence": (PLAIN["confluence"], ".xml"),
    **{name: (content, f".{name}") for name, content in TABLES.items() if name != "feed"},
    "feed": (TABLES["feed"], ".rss"),
    **{name: (content, ".txt" if name == "chat" else ".json") for name, content in TALK.items()},
    "eml": (mixed(attachment("a.txt", b"The steel arrived in spring.\n")), ".eml"),
    "mbox": (box(mail("Thanks.\r\n")), ".mbox"),
    "xls": (xls(ROWS), ".xls"),
    "xlsb": (xlsb(ROWS), ".xlsb"),
    "ods": (ods("".join(ods_row(*row) for row in ROWS)), ".ods"),
    "tar": (tarred({"a/b.txt": b"Sales rose in spring.\n"}), ".tar"),
    "tgz": (tarred({"a/b.txt": b"Sales rose in spring.\n"}, mode="w:gz"), ".tar.gz"),
    "gzip": (gzip.compress(b"Sales rose in spring.\n", mtime=0), ".txt.gz"),
    "tsv": (b"id\ttext\n1\tThe parcel is late.\n2\tThanks.\n", ".tsv"),
}
"""An honest file of every format, with its suffix: what must not suffer from its neighbours."""

TABULAR = frozenset({"csv", "tsv", "jsonl", "xlsx", "xls", "xlsb", "ods", "parquet"})
"""Those of them that lie in the source whose columns are named."""

_LONG = words(40_000)

_CUT = {  # content long enough to be cut → suffix and right reasons
    "docx": (PLAIN["docx"], ".docx", ("truncated",)),
    "pptx": (PLAIN["pptx"], ".pptx", ("truncated",)),
    "odt": (PLAIN["odt"], ".odt", ("truncated",)),
    "xlsx": (TABLES["xlsx"], ".xlsx", ("truncated",)),
    "ods": (GOOD["ods"][0], ".ods", ("truncated",)),
    "xlsb": (GOOD["xlsb"][0], ".xlsb", ("truncated",)),
    "xls": (GOOD["xls"][0], ".xls", ("truncated", "damaged")),
    "parquet": (parquet(id=[str(n) for n in range(2000)], text=["a"] * 2000), ".parquet", ("truncated",)),
    "zip": (zipped({"a.txt": _LONG}), ".zip", ("truncated",)),
    "tar": (tarred({"a.txt": _LONG}), ".tar", ("truncated",)),
    "tgz": (tarred({"a.txt": _LONG}, mode="w:gz"), ".tgz", ("truncated",)),
    "gzip": (gzip.compress(_LONG, mtime=0), ".txt.gz", ("truncated",)),
    "rtf": (rb"{\rtf1\ansi " + b"Sales rose in spring. " * 500 + b"}", ".rtf", ("truncated",)),
    "transcript": (json.dumps(DEEPGRAM).encode(), ".json", ("truncated",)),
    "slack": (TALK["slack"], ".json", ("truncated",)),
    "jats": (jats("<sec><p>Sales rose in spring.</p></sec>" * 50), ".nxml", ("truncated", "malformed")),
}

_PLACES = (0.15, 0.5, 0.97)  # of the length

_OFFICE = (".docx", ".pptx", ".odt", ".xlsx", ".ods", ".xlsb")

_FOREIGN = {  # content whose first bytes leave no doubt
    "pdf": PLAIN["pdf"],
    "docx": PLAIN["docx"],
    "xlsx": TABLES["xlsx"],
    "odt": PLAIN["odt"],
    "rtf": PLAIN["rtf"],
    "png": PNG,
    "elf": ELF,
    "gzip": GOOD["gzip"][0],
    "parquet": TABLES["parquet"],
    "xls": GOOD["xls"][0],
}

_UNDER = (
    ".pdf",
    ".docx",
    ".pptx",
    ".xlsx",
    ".odt",
    ".ods",
    ".rtf",
    ".doc",
    ".txt",
    ".md",
    ".html",
    ".csv",
    ".jsonl",
    ".vtt",
    ".srt",
    ".eml",
    ".rss",
    ".parquet",
    ".zip",
)

_KINSHIP = {  # a suffix under which another format is the same thing, or one that its reader takes
    "docx": {".docx", ".doc", ".zip"},
    "xlsx": {".xlsx", ".ods", ".zip"},
    "odt": {".odt", ".zip"},
    "rtf": {".rtf", ".doc"},
    "pdf": {".pdf"},
    "parquet": {".parquet"},
    "gzip": {".zip"},
    "xls": {".xls", ".xlsx", ".ods"},
}

_TABLES = frozenset({".csv", ".jsonl", ".xlsx", ".ods", ".parquet"})

_BLANK = (".txt", ".md", ".html", ".vtt", ".srt", ".eml", ".mbox", ".rss", ".rtf", ".csv", ".jsonl")


def _cut() -> Iterator[Case]:
    for name, (content, suffix, reasons) in _CUT.items():
        for wanted in _PLACES:
            place = min(wanted, 0.6) if name == "tar" else wanted  # a TAR ends with kilobytes of zeros
            make = partial(content.__getitem__, slice(int(len(content) * place)))
            right = {*reasons, "damaged"} if suffix in _OFFICE and wanted == _PLACES[-1] else reasons
            yield refused(f"cut_{name}_at_{int(100 * wanted)}", "cut", suffix, make, *right, table=name in TABULAR)
    whole = pdf([[f"Sales rose in spring, page {n}."] * 30 for n in range(5)])
    yield refused("cut_pdf_at_15", "cut", ".pdf", lambda: whole[: len(whole) // 7], "truncated")
    for place in (0.5, 0.97):
        make = partial(whole.__getitem__, slice(int(len(whole) * place)))
        yield readable(
            f"cut_pdf_at_{int(100 * place)}", "cut", ".pdf", make, "Sales rose", reasons={"truncated"}, notes=("missing_ends",)
        )
    for name in ("html", "md", "txt", "vtt", "srt", "eml", "mbox"):  # what a person can still read
        content, suffix = (mail(), ".eml") if name == "eml" else GOOD[name]
        kept = content[: int(len(content) * 0.8)]
        said = {"vtt": "We start", "srt": "We start", "eml": "The committee", "mbox": "The committee"}.get(
            name, "Quarterly" if name == "html" else "Sales"
        )
        yield readable(
            f"cut_{name}_at_80", "cut", suffix, partial(bytes, kept), said, beside={"empty"} if name == "mbox" else ()
        )


def _misnamed() -> Iterator[Case]:
    for name, content in _FOREIGN.items():
        for suffix in _UNDER:
            if suffix in _KINSHIP.get(name, {f".{name}"}):
                continue
            reasons = {"wrong_type", *({"not_a_package"} if suffix in {*_OFFICE, ".zip"} else ())}
            if name == "xls" and suffix in {".doc", ".docx", ".pptx", ".odt"}:
                reasons.add("unsupported")  # an old Office file, whichever
            yield refused(
                f"{name}_as{suffix.replace('.', '_')}",
                "suffix",
                suffix,
                partial(bytes, content),
                *reasons,
                table=suffix in _TABLES,
            )


def _blank() -> Iterator[Case]:
    for suffix in sorted({suffix for _, suffix in GOOD.values()}):
        yield refused(f"no_byte{suffix.replace('.', '_')}", "empty", suffix, bytes, "empty", table=suffix in _TABLES)
    for suffix in _BLANK:
        if suffix != ".rtf":
            yield refused(
                f"blanks{suffix.replace('.', '_')}",
                "empty",
                suffix,
                lambda: b" \r\n\t\n" * 400,
                "empty",
                *({"missing_columns"} if suffix in _TABLES else ()),
                table=suffix in _TABLES,
            )
    yield refused("blanks_rtf", "suffix", ".rtf", lambda: b" \r\n" * 400, "wrong_type", "empty")


CASES: tuple[Case, ...] = (
    *_cut(),
    *_misnamed(),
    *_blank(),
    refused("program", "unsupported", ".exe", lambda: b"MZ" + ELF, "unsupported"),
    refused("picture", "unsupported", ".png", lambda: PNG, "unsupported"),
    refused("seven_zip", "unsupported", ".7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(500), "unsupported"),
    refused("no_suffix", "unsupported", "", lambda: ELF, "unsupported"),
    refused("long_suffix", "unsupported", "." + "x" * 100, lambda: ELF, "unsupported"),
)
