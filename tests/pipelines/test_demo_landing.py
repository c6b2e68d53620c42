"""The demo's landing zone: repeatable, small, and made of what the demo's catalog expects."""

import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pypdf
import pytest

from pipelines.cli.demo import landing_folder
from pipelines.demo import DAYS, START, Summary, write_landing
from pipelines.demo.draw import Deck, Dice, Facts, tell
from resources.catalog import load_catalog
from winnow.extract import extract_one
from winnow.formats._base import ReadOptions, TableOptions

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder that `summary` fills."""
    return tmp_path_factory.mktemp("landing")


@pytest.fixture(scope="module")
def summary(landing: Path) -> Summary:
    """The account of the landing zone in `landing`."""
    return write_landing(landing)


def files(root: Path) -> list[Path]:
    """Every file below ``root``."""
    return sorted(path for path in root.rglob("*") if path.is_file())


def contents(root: Path) -> dict[str, str]:
    """Path → hash of every file below ``root``."""
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files(root)}


def rows(landing: Path, folder: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The named columns of every table below ``folder``, read by the readers that the line uses."""
    options = ReadOptions(table=TableOptions(columns=columns))
    found = [extract_one(path.read_bytes(), path.name, options) for path in files(landing / folder)]
    assert all("rows" in read for read in found)
    return [row["fields"] for read in found for row in read["rows"]]


def shingles(text: str) -> frozenset[str]:
    """Word 5-grams, or character 5-grams of a text under twenty words."""
    words = re.findall(r"\w+", text.lower())
    units = words if len(words) >= 20 else list(" ".join(words))
    return frozenset(" ".join(units[at : at + 5]) for at in range(max(1, len(units) - 4)))


def test_repeatable(landing: Path, summary: Summary, tmp_path: Path) -> None:
    """The same seed gives the same files, byte by byte, and the same account of them."""
    again = write_landing(tmp_path)
    assert again == summary
    assert contents(tmp_path) == contents(landing)


def test_another_seed_is_another_company(landing: Path, summary: Summary, tmp_path: Path) -> None:
    """Another seed changes every export and transcript."""
    write_landing(tmp_path, seed="other")
    other, mine = contents(tmp_path), contents(landing)
    assert summary.files == len(mine)
    assert not {key for key in mine.keys() & other.keys() if key.startswith("exports") and mine[key] == other[key]}


def test_account(landing: Path, summary: Summary) -> None:
    """The summary counts the files and bytes that are there, under 6 MB in all."""
    found = files(landing)
    assert summary.files == len(found)
    assert summary.bytes == sum(path.stat().st_size for path in found) < 6_000_000


def test_times(landing: Path, summary: Summary) -> None:
    """Every file was last modified at noon UTC of a day of the week, and no day is without one."""
    assert summary.files
    stamps = [dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) for path in files(landing)]
    assert {stamp.time() for stamp in stamps} == {dt.time(12)}
    assert {stamp.date() for stamp in stamps} == {START + dt.timedelta(days=day) for day in range(DAYS)}


def test_no_clock_in_packages(landing: Path, summary: Summary) -> None:
    """No entry of a DOCX or XLSX carries the time at which it was written."""
    assert summary.files
    packages = [path for path in files(landing) if path.suffix in {".docx", ".xlsx"}]
    dates = {entry.date_time for path in packages for entry in zipfile.ZipFile(path).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_unreadable(landing: Path, summary: Summary) -> None:
    """Exactly two files cannot be read: one needs a password, one ends too early."""
    assert summary.files
    reports = [extract_one(path.read_bytes(), path.name) for path in files(landing / "reports")]
    assert sorted(read["quarantine"]["reason"] for read in reports if "quarantine" in read) == ["encrypted", "truncated"]


def test_filed_twice(landing: Path, summary: Summary) -> None:
    """One report is filed as PDF and as DOCX, with the same sentences."""
    assert summary.files
    (pdf,) = (landing / "reports" / "archive").glob("*.pdf")
    (word,) = (landing / "reports").rglob(f"{pdf.stem}.docx")
    printed = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split())
    sections = [block["text"] for block in extract_one(word.read_bytes(), word.name)["blocks"] if block["kind"] == "paragraph"]
    sentences = [sentence for text in sections for sentence in re.split(r"(?<=\.) ", text) if len(sentence.split()) > 8]
    assert len(sentences) > 20
    assert sum(sentence in printed for sentence in sentences) > 0.8 * len(sentences)  # the others run over a page's end


def test_reports(landing: Path, summary: Summary) -> None:
    """Each readable report has a summary and four to seven sections of 80 to 250 words."""
    assert summary.files
    for path in (path for path in files(landing / "reports") if path.suffix == ".docx" and not path.stem.startswith("cv_")):
        words: Counter[str] = Counter()
        heading = ""
        for block in extract_one(path.read_bytes(), path.name)["blocks"]:
            heading = block["text"] if block["kind"] == "heading" else heading
            words[heading] += len(block["text"].split()) if block["kind"] == "paragraph" else 0
        assert words.pop("Executive summary") > 60
        sections = [count for count in words.values() if count >= 80]
        assert 4 <= len(sections) <= 7
        assert max(sections) <= 250


def test_meetings(landing: Path, summary: Summary) -> None:
    """Fourteen meetings of 30 to 80 turns, each with minutes that hold decisions and actions, some with times."""
    assert summary.files
    spans = 0
    transcripts = [path for path in files(landing / "meetings") if path.suffix in {".vtt", ".srt"}]
    assert len(transcripts) == 14
    for path in transcripts:
        blocks = extract_one(path.read_bytes(), path.name)["blocks"]
        assert 30 <= len(blocks) <= 80
        assert all(block["speaker"] for block in blocks)
        minutes = path.with_name(f"{path.stem}.minutes.md").read_text(encoding="utf-8")
        assert minutes.count("\n- Decision: ") >= 2
        assert minutes.count("\n- Action: ") >= 2
        spans += len(re.findall(r"\[\d\d:\d\d:\d\d–\d\d:\d\d:\d\d\]", minutes))
    assert spans >= 14


def test_questions(landing: Path, summary: Summary) -> None:
    """Every question names a meeting that is there, and times at which somebody spoke in it."""
    assert summary.files
    asked = [json.loads(line) for path in files(landing / "exports" / "meetings") for line in path.read_text().splitlines()]
    assert len(asked) >= 50
    for row in asked:
        (transcript,) = [path for path in (landing / "meetings").glob(f"{row['meeting']}.*") if path.suffix in {".vtt", ".srt"}]
        text = transcript.read_text(encoding="utf-8").replace(",", ".")
        assert all(f"{start} -->" in text and f"--> {end}" in text for start, end in row["support"])


def test_tickets(landing: Path, summary: Summary) -> None:
    """Eight categories, unbalanced, the larger ones with 150 tickets or more, and some tickets sent twice."""
    assert summary.files
    tickets = rows(landing, "exports/support", ("text", "category"))
    counts = Counter(row["category"] for row in tickets)
    assert len(counts) == 8
    assert len([count for count in counts.values() if count >= 150]) >= 4
    assert min(counts.values()) < 60
    ends = Counter(row["text"][-60:] for row in tickets)
    assert sum(count - 1 for count in ends.values() if count > 1) >= 20


def test_reviews_stay_apart(landing: Path, summary: Summary) -> None:
    """At least 170 reviews of each pole are left once near-duplicates (Jaccard of 5-grams ≥ 0.8) are gone."""
    assert summary.files
    left: Counter[str] = Counter()
    kept: list[frozenset[str]] = []
    for row in rows(landing, "exports/reviews", ("text", "stars")):
        mine, stars = shingles(row["text"]), int(row["stars"])
        if not any(len(mine & other) >= 0.8 * len(mine | other) for other in kept):
            kept.append(mine)
            left["negative" if stars < 3 else "positive" if stars > 3 else "neutral"] += 1
    assert min(left[pole] for pole in ("negative", "neutral", "positive")) >= 170


def test_exports_parse(landing: Path, summary: Summary) -> None:
    """Every CSV export has as many cells in each row as in its header, and no row twice."""
    assert summary.files
    for path in (path for path in files(landing / "exports") if path.suffix == ".csv"):
        head, *body = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        assert all(len(row) == len(head) for row in body)
        assert len({row[0] for row in body}) == len(body)


def test_planted_is_there(landing: Path, summary: Summary) -> None:
    """All that a table, a transcript or a page was said to hold of personal data stands in it, letter by letter."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in files(landing) if path.suffix in {".csv", ".vtt", ".srt", ".md"}
    )
    planted = [entry for entry in summary.planted if entry.source in {"tickets", "notes", "meetings", "interviews"}]
    assert len(planted) > 500
    assert [entry for entry in planted if entry.value not in text] == []


def test_planted_kinds(summary: Summary) -> None:
    """Personal data of every kind stands in every place where the scrubber has to look."""
    places = {entry.where for entry in summary.planted}
    assert {"body", "prose", "table", "header", "footer", "footnote", "speaker", "column", "file_name"} <= places
    kinds = {entry.entity for entry in summary.planted}
    identifiers = {"EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "CREDIT_CARD", "IP_ADDRESS", "SECRET"}
    assert identifiers | {"PERSON", "ADDRESS", "DATE_OF_BIRTH", "ORDER_NUMBER", "CUSTOMER_NUMBER"} <= kinds


def test_only_reserved_ranges(summary: Summary) -> None:
    """No address can reach anyone: domains, networks and cards come from what is kept for examples."""
    values: dict[str, set[str]] = {}
    for entry in summary.planted:
        values.setdefault(entry.entity, set()).add(entry.value)
    assert all(re.search(r"[@.]example\.(com|org|net)$", value) for value in values["EMAIL_ADDRESS"])
    assert all(value.startswith(("192.0.2.", "203.0.113.", "2001:db8::")) for value in values["IP_ADDRESS"])
    assert values["CREDIT_CARD"] <= {"4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005", "6011 1111 1111 1117"}


@pytest.mark.parametrize("name", ["demo", "open-corpora"])
def test_catalogs_of_the_documentation_are_right(name: str) -> None:
    """Both example catalogs load, with every address below the landing zone they are given."""
    catalog = load_catalog(EXAMPLES / f"{name}.yaml", {"LANDING": "/somewhere"})
    assert all(str(getattr(source, "url", "")).startswith("/somewhere/") for source in catalog.sources)


def test_every_file_has_a_source(landing: Path, summary: Summary) -> None:
    """Every file of the demo lies below a source of its catalog, and every source has files."""
    assert summary.files
    catalog = load_catalog(EXAMPLES / "demo.yaml", {"LANDING": str(landing)})
    folders = {str(getattr(source, "url", "")) for source in catalog.sources}
    assert all(any(str(path).startswith(f"{folder}/") for folder in folders) for path in files(landing))
    assert all(files(Path(folder)) for folder in folders)


def test_deck_deals_all_before_any_again() -> None:
    """A deck gives each of its cards once before it gives one twice."""
    deck = Deck(Dice("deck"), "abcdefgh")
    assert sorted(deck.draw() for _ in range(8)) == sorted(deck.draw() for _ in range(8)) == list("abcdefgh")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("a $place", "An office"),
        ("such a one and a unit in a $place", "Such a one and a unit in an office"),
        ("{same|same} here", "Same here"),
    ],
)
def test_tell(sentence: str, told: str) -> None:
    """A told sentence has its facts and choices, a capital letter and the right article."""
    dice = Dice("tell")
    assert tell(dice, sentence, Facts(dice, {"place": "office"})) == told


def test_tell_refuses_an_unknown_fact() -> None:
    """A sentence that names a fact nobody gave is a mistake in the bank, and is not written as it stands."""
    dice = Dice("tell")
    with pytest.raises(KeyError):
        tell(dice, "in $nowhere", Facts(dice, {}))


def test_a_salutation_stands_on_a_line_of_its_own(landing: Path, summary: Summary) -> None:
    """What follows "Hello," begins with a capital letter and therefore on a new line."""
    assert summary.files
    texts = [row["text"] for row in rows(landing, "exports/support", ("text",))]
    assert sum("\n" in text for text in texts) > 50
    assert [text for text in texts if re.match(r"(?:Hello|Hi there|Good morning|To whom it may concern), [A-Z]", text)] == []


def test_a_landing_zone_of_one_s_own_is_not_written_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The demo writes below the home whatever LANDING names, which may be a folder of real files."""
    monkeypatch.setenv("LANDING", str(tmp_path / "real"))
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path / "home"))
    assert landing_folder(None) == tmp_path / "home" / "landing"
    assert landing_folder(tmp_path / "there") == tmp_path / "there"
