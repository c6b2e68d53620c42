"""A whole file: every damage is found where it is, and a good file has none."""

import io
import random
import tracemalloc
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.winnow.checking.conftest import lines
from tests.winnow.checking.words import WORDS
from winnow.checking.codes import CODES
from winnow.checking.facts import REASONS


def texts(count: int, words: int = 25, seed: int = 1) -> list[str]:
    """Different texts of ordinary words."""
    drawn = random.Random(seed)
    return [" ".join(drawn.choices(WORDS, k=words)) for _ in range(count)]


def pairs(count: int = 220, labels: tuple[str, ...] = ("billing", "hardware")) -> list[dict[str, Any]]:
    """A classification without fault, of two classes."""
    return [
        {"prompt": f"{text}\n\n###\n\n", "completion": f" {labels[number % len(labels)]}\n"}
        for number, text in enumerate(texts(count))
    ]


def chats(count: int = 120) -> list[dict[str, Any]]:
    """Conversations without fault."""
    asked, said = texts(count), texts(count, seed=2)
    return [
        {"messages": [{"role": "user", "content": one}, {"role": "assistant", "content": other}]}
        for one, other in zip(asked, said, strict=True)
    ]


def test_a_good_file_has_no_finding(checked: Any) -> None:
    """Nothing is found where nothing is wrong, and format, task and classes are told."""
    found = checked(pairs())
    assert found.found == {}
    assert (found.shape, found.task, found.examples) == ("completion", "classification", 220)
    assert found.classes == {"billing": 110, "hardware": 110}
    assert checked(chats()).task == "generation"
    assert checked(chats()).found == {}


def _edited(number: int, **fields: Any) -> list[dict[str, Any]]:
    rows = pairs()
    rows[number] = {**rows[number], **fields}
    return rows


TEXT = texts(1)[0]

DAMAGES: dict[str, tuple[Any, list[int]]] = {
    "malformed": ([*pairs(), b"{"], [221]),
    "exact_duplicates": ([*pairs(), pairs()[0]], [221]),
    "near_duplicates": (
        [*pairs(), {"prompt": f"{TEXT} today\n\n###\n\n", "completion": " billing\n"}],
        [221],
    ),
    "contradicting_labels": ([*pairs(), {**pairs()[0], "completion": " hardware\n"}], [1, 221]),
    "label_spelling": (_edited(4, completion=" Billing\n"), [5]),
    "leading_space": (_edited(6, completion="billing\n"), [7]),
    "separator_inconsistent": (_edited(8, prompt="What is the matter with this one?"), [9]),
    "separator_inside": (_edited(8, prompt="What\n\n###\n\nis it?\n\n###\n\n"), [9]),
    "stop_inconsistent": (_edited(2, completion=" billing"), [3]),
    "empty_field": (_edited(2, completion=" \n"), [3]),
    "extra_fields": (_edited(2, source="desk"), [3]),
    "mixed_formats": ([*pairs(), chats()[0]], [221]),
    "hidden_characters": (_edited(2, prompt="Zero\u200bwidth\n\n###\n\n"), [3]),
    "lone_surrogate": (_edited(2, prompt="Half \ud800 of it\n\n###\n\n"), [3]),
    "damaged_characters": (_edited(2, prompt="Lost \ufffd here\n\n###\n\n"), [3]),
    "personal_data": (_edited(2, prompt="Write to jane.doe@example.com\n\n###\n\n"), [3]),
    "secrets": (_edited(2, prompt="Use sk_live_abcdefghijklmnop1234\n\n###\n\n"), [3]),
    "over_long": (_edited(2, prompt=" ".join(WORDS * 300) + "\n\n###\n\n"), [3]),
    "blank_lines": ([*pairs(), b""], [221]),
    "alike_but_labelled_apart": ([*pairs(), {"prompt": f"{TEXT} today\n\n###\n\n", "completion": " hardware\n"}], [221]),
}


@pytest.mark.parametrize("code", DAMAGES)
def test_each_damage_is_found_alone_and_where_it_is(code: str, checked: Any) -> None:
    """A file with one fault has that finding with its line, and, apart from classes that shrink, no other."""
    rows, where = DAMAGES[code]
    found = checked(rows)
    assert set(found.found) - {"small_classes"} == {code}
    assert found.found[code].first == where
    assert found.found[code].count == len(where)
    about = CODES[code]
    gone = [number for number, reason in enumerate(found.reasons) if REASONS[reason] == code]
    assert len(gone) == (len(where) if about.action == "remove" else 0)


def test_whole_files_are_judged(checked: Any) -> None:
    """Small, unbalanced and long-named classes, few rows, one answer, capitals and long instructions are told of the file."""
    odd = checked([*pairs(220), *[{**row, "completion": " very rare\n"} for row in pairs(240)[220:]]])
    assert set(odd.found) == {"small_classes", "several_tokens"}
    assert odd.details["small_classes"] == {"very rare": 20}
    assert odd.details["several_tokens"] == ["very rare"]
    assert "unbalanced" in checked([*pairs(220), {"prompt": "New one\n\n###\n\n", "completion": " billing late\n"}]).found
    assert "few_examples" in checked(chats(50)).found
    assert "same_answer" in checked(pairs(labels=("billing",))).found
    loud = [{"prompt": row["prompt"].upper(), "completion": row["completion"]} for row in pairs()]
    assert "capitals" in checked(loud).found
    instructed = chats()
    for row in instructed:
        row["messages"][0]["content"] = "You are asked to do this. " * 20 + row["messages"][0]["content"]
    assert "long_instruction" in checked(instructed).found
    assert set(checked(b"").found) == {"no_examples"}


def test_languages_are_told(checked: Any) -> None:
    """A second language with several texts is named; one text in it is not."""
    english = "The printer on the third floor has been blinking since yesterday and nobody knows what it wants from us, part"
    german = "Der Drucker im dritten Stock blinkt seit gestern und niemand von uns weiß, was er eigentlich will, Teil"
    several = [{"text": f"{english} {number} {text}"} for number, text in enumerate(texts(40, 3))]
    several += [{"text": f"{german} {number} {text}"} for number, text in enumerate(texts(8, 3))]
    found = checked(several, language_rows=100)
    assert found.details["mixed_languages"] == {"en": 40, "de": 8}
    assert "mixed_languages" not in checked(several[:41], language_rows=100).found


def test_rows_in_two_sets_are_found(checked: Any) -> None:
    """A row of train that stands in test as well, equal or nearly so, is found in test and named with its line in train."""
    train = pairs()
    test = [{"prompt": f"{text}\n\n###\n\n", "completion": " billing\n"} for text in texts(5, seed=7)]
    test += [train[3], {"prompt": train[4]["prompt"].replace("\n\n###", " now\n\n###"), "completion": train[4]["completion"]}]
    found = checked(test, role="test", others=[(train, "train")])
    assert found.found["leaks"].first == [6]
    assert found.pairs["leaks"] == [(6, 4)]
    assert found.found["near_leaks"].first == [7]
    relabelled = [{**train[3], "completion": " hardware\n" if "billing" in train[3]["completion"] else " billing\n"}]
    assert checked([*test[:5], *relabelled], role="test", others=[(train, "train")]).found["leaks"].first == [6]


def test_the_same_rows_in_any_file(checked: Any) -> None:
    """JSON lines, an array, CSV, TSV, a workbook and Parquet give the same findings about rows."""
    rows = [*pairs(), {**pairs()[0], "completion": " hardware\n"}]
    expected = {code: tally.count for code, tally in checked(rows).found.items()}
    table = pa.table({name: [row[name] for row in rows] for name in ("prompt", "completion")})
    parquet, book = io.BytesIO(), io.BytesIO()
    pq.write_table(table, parquet)
    sheet = openpyxl.Workbook()
    for row in [("prompt", "completion"), *((row["prompt"], row["completion"]) for row in rows)]:
        sheet.active.append(row)
    sheet.save(book)

    def quoted(sign: str) -> bytes:
        cells = [("prompt", "completion"), *((f'"{row["prompt"]}"', f'"{row["completion"]}"') for row in rows)]
        return "".join(f"{sign.join(row)}\n" for row in cells).encode()

    for content, suffix in (
        (quoted(","), ".csv"),
        (quoted("\t"), ".tsv"),
        (book.getvalue(), ".xlsx"),
        (parquet.getvalue(), ".parquet"),
    ):
        found = checked(content, suffix)
        assert {code: tally.count for code, tally in found.found.items()} == {**expected, "not_lines": 1}, suffix


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (b"PK\x03\x04 no more", ".xlsx", "damaged"),
        (b"PAR1 no more", ".parquet", "truncated"),
        (b"\x89PNG\r\n\x1a\n....", ".jsonl", "wrong_type"),
        (b"", ".csv", "empty"),
    ],
)
def test_what_cannot_be_read_says_so(content: bytes, suffix: str, reason: str, checked: Any) -> None:
    """A broken or wrong file is one finding with its reason, and no exception."""
    try:
        found = checked(content, suffix)
    except Exception as error:  # noqa: BLE001 - what is refused before a row is read is raised, with the same reasons
        assert getattr(error, "reason", "") in {reason, "not_a_package", "truncated"}  # noqa: PT017 - either way is right
    else:
        assert found.details["unreadable"]["reason"] in {reason, "not_a_package", "truncated"}


def test_a_bomb_does_not_go_off(checked: Any) -> None:
    """A workbook of a gigabyte in a megabyte is refused, and little memory is taken for it."""
    import zipfile  # noqa: PLC0415 - for this test alone

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b" " * (1 << 20))
    tracemalloc.start()
    found = checked(packed.getvalue(), ".xlsx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.details["unreadable"]["reason"] in {"bomb", "too_large", "damaged"}
    assert peak < 300 * (1 << 20)


def test_the_rows_of_a_file_add_up(checked: Any) -> None:
    """Every row is an example or has one reason for which it is none."""
    rows = [*pairs(), b"{", [1], {}, {"prompt": "x"}, pairs()[0], {"prompt": "a", "completion": 3}]
    found = checked(lines(rows))
    gone = sum(1 for reason in found.reasons if reason)
    assert found.rows == len(rows) == len(found.reasons)
    assert gone == 5


def test_every_code_is_given_somewhere() -> None:
    """The list of codes holds none that no module can find, and errors about rows are all settled by prepare."""
    from pathlib import Path  # noqa: PLC0415 - for this test alone

    import winnow.checking as package  # noqa: PLC0415 - the same

    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(package.__path__[0]).glob("*.py") if path.name != "codes.py"
    )
    assert [code for code in CODES if f'"{code}"' not in sources] == []
    assert [
        code for code, about in CODES.items() if about.severity == "error" and not about.of_file and about.action == "none"
    ] == []
    assert [code for code, about in CODES.items() if about.optional and about.action == "none"] == []


def test_every_code_is_documented() -> None:
    """The page about checks names each code."""
    from tests.documentation.reference import DOCS  # noqa: PLC0415 - for this test alone

    page = (DOCS / "check.md").read_text(encoding="utf-8")
    assert [code for code in CODES if f"`{code}`" not in page and code != "other_format"] == []
