"""Readers of annotated sets, on lines written for this test."""

import json
from pathlib import Path

import pytest

from evaluation.gold import Gold
from evaluation.sets import documents, read_conll, read_tab, read_universal_ner

RECORD = {
    "doc_id": "1",
    "text": "Mr Ola Berg of Oslo",
    "entities": [
        {"start_offset": 15, "end_offset": 19, "entity_type": "LOC", "identifier_type": "NO_MASK", "entity_id": "b"},
        {"start_offset": 0, "end_offset": 11, "entity_type": "PERSON", "identifier_type": "DIRECT", "entity_id": "a"},
    ],
}

UNIVERSAL = """# newdoc id = first
# sent_id = 1
# text = I'm in Oslo, Ola.
1\tI\tO\t-\t-
2\t'm\tO\t-\t-
3\tin\tO\t-\t-
4\tOslo\tB-LOC\t-\tx
5\t,\tO\t-\t-
6\tOla\tB-PER\t-\tx
7\t.\tO\t-\t-

# sent_id = 2
# text = Ola Berg, ola.
1\tOla\tB-PER\t-\tx
2\tBerg\tI-PER\t-\tx
3\t,\tO\t-\t-
4\tola\tB-PER\t-\tx
5\t.\tO\t-\t-

# newdoc id = second
# sent_id = 3
# text = Hi
1\tHi\tO\t-\t-
"""


def surfaces(gold: Gold) -> list[tuple[str, str]]:
    """What the mentions read, and their types."""
    return [(gold.text[mention.start : mention.end], mention.entity) for mention in gold.mentions]


def test_court_decisions() -> None:
    """Offsets, types, identifiers and entities come as they stand, in the order of the text."""
    gold = read_tab(json.dumps(RECORD) + "\n\n")[0]
    assert surfaces(gold) == [("Mr Ola Berg", "PERSON"), ("Oslo", "LOCATION")]
    assert [mention.identifier for mention in gold.mentions] == ["DIRECT", "NO_MASK"]


@pytest.mark.parametrize(
    "record",
    [{}, {**RECORD, "entities": [{"start_offset": 0}]}, {**RECORD, "text": "short"}],
    ids=["no keys", "half an entity", "a mention outside the text"],
)
def test_a_broken_record_is_refused_without_its_text(record: dict[str, object]) -> None:
    """The error says which record, and nothing of what it holds."""
    with pytest.raises(ValueError, match="record 1") as caught:
        read_tab(json.dumps(record))
    assert "Ola" not in str(caught.value)


def test_tokens_of_conll_are_joined_by_spaces() -> None:
    """Each paragraph is a document; a film is annotated and identifies nobody; a new name begins at each B."""
    lines = "Ola\tB-person\nBerg\tI-person\nAda\tB-person\nsaw\tO\nHeat\tB-creative-work\n\n.\tO\n"
    first, second = read_conll(lines)
    assert first.text == "Ola Berg Ada saw Heat"
    assert surfaces(first) == [("Ola Berg", "PERSON"), ("Ada", "PERSON"), ("Heat", "MISC")]
    assert first.mentions[2].identifier == "NO_MASK"
    assert (second.text, second.mentions) == (".", ())


def test_universal_ner_keeps_the_text_as_it_was_written() -> None:
    """Sentences are lines of their document; offsets are those of the original text; same words are the same entity."""
    first, second = read_universal_ner(UNIVERSAL)
    assert first.text == "I'm in Oslo, Ola.\nOla Berg, ola."
    assert surfaces(first) == [("Oslo", "LOCATION"), ("Ola", "PERSON"), ("Ola Berg", "PERSON"), ("ola", "PERSON")]
    assert first.mentions[1].entity_id == first.mentions[3].entity_id != first.mentions[2].entity_id
    assert (second.document_id, second.mentions) == ("second", ())


def test_a_token_that_is_not_in_its_sentence_is_refused() -> None:
    """Tokens and text that disagree would give wrong offsets."""
    with pytest.raises(ValueError, match="token 1"):
        read_universal_ner("# text = Hi\n1\tHo\tO\t-\t-\n")


def test_sets_are_read_by_name(tmp_path: Path) -> None:
    """A name and a folder are enough; an unknown name and a missing folder are said so."""
    (tmp_path / "tab_dev.jsonl").write_text(json.dumps(RECORD), encoding="utf-8")
    assert documents("tab_dev", tmp_path)[0].document_id == "1"
    with pytest.raises(ValueError, match="there are"):
        documents("nothing")
    with pytest.raises(ValueError, match="folder"):
        documents("tab_dev")
    with pytest.raises(FileNotFoundError):
        documents("ewt_dev", tmp_path)
