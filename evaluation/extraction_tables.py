"""The figures of extraction as tables, with the limits that are wanted of them.

Belongs here: how a figure is written. Does not belong here: how it comes about (`evaluation.articles`, `files`, `meetings`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from evaluation import articles
from evaluation.articles import Score
from evaluation.files import WANTED_MEGABYTES, WANTED_SECONDS, Reading
from evaluation.meetings import Kept
from evaluation.pages import table

WANTED_F1 = 0.95  # of articles, averaged over pages
WANTED_DISPUTED = 0.03  # of the pages of PDFs at most


def article_scores(scores: Mapping[str, Sequence[Score]]) -> str:
    """Precision, recall and F1 by reader; what is wanted of the first."""
    rows = []
    for number, (name, found) in enumerate(scores.items()):
        whole = articles.mean(found)
        low, high = articles.interval(found)
        cells = (f"{whole.precision:.3f}", f"{whole.recall:.3f}", f"{whole.f1:.3f}", f"{low:.3f} to {high:.3f}")
        rows.append((name, *cells, f"{1000 * whole.seconds:.0f}", f"≥ {WANTED_F1:.2f}" if number == 0 else ""))
    return table(("read by", "precision", "recall", "F1", "95% interval", "CPU ms a page", "wanted"), rows)


def files(found: Sequence[Reading]) -> str:
    """Files read and quarantined by format, and what they cost."""
    rows = []
    for kind in sorted({reading.kind for reading in found}):
        some = [reading for reading in found if reading.kind == kind]
        reasons = Counter(reading.reason for reading in some if reading.reason is not None)
        why = ", ".join(f"`{reason}` {count}" for reason, count in sorted(reasons.items()))
        rows.append(
            (kind, str(len(some)), str(len(some) - reasons.total()), why, f"{sum(one.words for one in some):,}", *_cost(some))
        )
    rows.append(
        (
            "together",
            str(len(found)),
            str(sum(one.reason is None for one in found)),
            "",
            f"{sum(one.words for one in found):,}",
            *_cost(found),
        )
    )
    wanted = ("wanted", "", "", "", "", "", f"≤ {WANTED_SECONDS:.0f}", f"≤ {WANTED_MEGABYTES:.0f}")
    header = ("format", "files", "read", "quarantined", "words", "CPU s", "CPU s, worst file", "memory in MB, worst file")
    return table(header, [*rows, wanted])


def _cost(found: Sequence[Reading]) -> tuple[str, str, str]:
    return (
        f"{sum(one.seconds for one in found):.1f}",
        f"{max(one.seconds for one in found):.1f}",
        f"{max(one.megabytes for one in found):.0f}",
    )


def pdf_pages(found: Sequence[Reading]) -> str:
    """Pages of the PDFs that were read, by what the two engines had to say about them."""
    some = [one for one in found if one.kind == "pdf" and one.reason is None]
    total = sum(one.pages for one in some)
    notes: Counter[str] = sum((Counter(one.notes) for one in some), Counter())
    rows = [
        ("in files that were read", total, ""),
        ("read by pypdf", total - notes["pages_by_pdfium"] - notes["pages_by_ocr"] - notes["pages_without_text"], ""),
        ("read by pdfium, which reads them better", notes["pages_by_pdfium"], ""),
        ("without text", notes["pages_without_text"], ""),
        ("disputed between the two", notes["pages_disputed"], f"≤ {WANTED_DISPUTED:.0%}"),
        ("left unread, so the file says", notes["unreadable_pages"] + notes["pages_failed"] + notes["pages_left_out"], ""),
    ]
    shown = [(name, str(count), f"{count / total:.1%}" if total else "", wanted) for name, count, wanted in rows]
    return table(("pages", "count", "share", "wanted"), shown)


def meetings(found: Mapping[str, Kept]) -> str:
    """Turns, speakers, markers and words by shape."""
    rows = [
        (
            name,
            str(kept.files),
            f"{kept.turns:,}",
            _share(kept.named, kept.turns),
            f"{kept.markers - kept.markers_left:,} of {kept.markers:,}",
            _share(kept.kept, kept.words),
            _share(kept.attributed, kept.words),
            str(kept.foreign),
        )
        for name, kept in found.items()
    ]
    header = (
        "written as",
        "files",
        "turns",
        "with a speaker",
        "markers removed",
        "words kept",
        "by who said them",
        "words too many",
    )
    return table(header, rows)


def studies(kept: Kept) -> str:
    """Words of the articles' bodies."""
    return table(("studies", "words", "kept"), [(str(kept.files), f"{kept.words:,}", _share(kept.kept, kept.words))])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else ""


def missed(scores: Mapping[str, Sequence[Score]], found: Sequence[Reading]) -> list[str]:
    """Which of the wanted limits are not kept, in words."""
    first = next(iter(scores.values()), ())
    f1 = articles.mean(first).f1 if first else WANTED_F1
    some = [one for one in found if one.kind == "pdf" and one.reason is None]
    disputed, total = sum(one.notes.get("pages_disputed", 0) for one in some), sum(one.pages for one in some)
    said = [f"F1 of articles {f1:.3f} < {WANTED_F1:.2f}"] if f1 < WANTED_F1 else []
    if disputed > WANTED_DISPUTED * total:
        said.append(f"{disputed} of {total} pages disputed > {WANTED_DISPUTED:.0%}")
    slow = sum(one.seconds > WANTED_SECONDS for one in found)
    large = sum(one.megabytes > WANTED_MEGABYTES for one in found)
    said += [f"{slow} files over {WANTED_SECONDS:.0f} s"] if slow else []
    return said + ([f"{large} files over {WANTED_MEGABYTES:.0f} MB"] if large else [])
