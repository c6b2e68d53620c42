"""Every string of a candidate is asked about once, and counted as if all of them had been in memory."""

from collections import defaultdict

from assets.audited import Strings
from assets.released import Piece, pieces, pieces_of
from tests.assets.conftest import Line
from winnow.rescan import text_hash


def test_strings_and_lengths_are_those_of_the_files(copied: Line) -> None:
    """As many strings as are different; of each example the length of its own, each once whatever formats have it."""
    folder = copied.space.releases.candidate_path()
    strings = Strings(copied.space)
    strings.search(pieces(folder))
    assert strings.count() == len({piece.text for piece in pieces(folder)})
    own: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for piece in pieces(folder):
        if piece.example_id and not piece.shared:
            own[piece.task, piece.split][piece.example_id].add(piece.text)
    wanted = {key: {name: sum(map(len, texts)) for name, texts in some.items()} for key, some in own.items()}
    assert strings.chars == wanted
    assert strings.audited == strings.left == {}


def test_a_string_of_several_examples_has_the_scopes_of_all(copied: Line) -> None:
    """What was replaced in the document of any of them is found in it, whichever example comes first; places name all of them."""
    folder = copied.space.releases.candidate_path()
    ids = sorted({piece.example_id for piece in pieces(folder) if piece.example_id})
    text = "Reach the desk at desk.nobody@example.org."
    for order in (ids[:2], ids[1::-1]):
        made = [Piece(text, "data/topics/chat/train.jsonl", "topics", "train", example) for example in order]
        made.insert(0, Piece(text, "README.md"))
        strings = Strings(copied.space)
        strings.search(made)
        assert set(strings.audited) == set(strings.left) == {text_hash(text)}
        (places,) = strings.places(made).values()
        assert [place.example_id for place in places] == ["", *order]
        assert strings.chars["topics", "train"] == dict.fromkeys(order, len(text))


def test_the_strings_of_some_examples_are_read_alone(copied: Line) -> None:
    """Reading for a few examples gives their strings and no others, in the order of all."""
    folder = copied.space.releases.candidate_path()
    every = [piece for piece in pieces(folder) if piece.example_id]
    some = set(sorted({piece.example_id for piece in every})[::3])
    assert list(pieces_of(folder, some)) == [piece for piece in every if piece.example_id in some]
