"""Parts of a name over the documents of one link."""

from winnow.documents import Block, Document, from_batch, to_batch
from winnow.linked import share_names
from winnow.placeholders import number
from winnow.scrub import ScrubConfig, scrubber

SCRUB = scrubber(ScrubConfig("salt"))


def _together(*documents: Document) -> list[str]:
    """The titles and texts of scrubbed documents of one link, numbered as one example."""
    scrubbed = share_names(from_batch(SCRUB(to_batch(documents))), "salt")
    return number(
        [text for document in scrubbed for text in [*(block.speaker or "" for block in document.blocks), document.title]]
    )


def _meeting(*speakers: str) -> Document:
    return Document(
        document_id="a",
        source="s",
        link="m",
        blocks=tuple(Block("turn", "Let us begin.", speaker=speaker) for speaker in speakers),
    )


def test_a_part_of_a_speakers_name_is_removed_from_the_minutes() -> None:
    """A family name alone in the minutes is the speaker of the transcript, whether a rule found it there or none did."""
    minutes = Document(
        document_id="b", source="s", link="m", title="Weidemann asked, and Ms Tanner's answer pleased Weidemann's team"
    )
    assert _together(_meeting("Jonas Weidemann", "Liz Tanner"), minutes) == [
        *("<PERSON_1>", "<PERSON_2>", ""),
        "<PERSON_1> asked, and Ms <PERSON_2>'s answer pleased <PERSON_1>'s team",
    ]


def test_a_part_that_two_speakers_share_is_neither() -> None:
    """Where two people of a link have a name it stays what it was."""
    minutes = Document(document_id="b", source="s", link="m", title="Ms Tanner agreed")
    assert _together(_meeting("Tom Tanner", "Liz Tanner"), minutes)[-1] == "Ms <PERSON_3> agreed"


def test_ordinary_words_stay() -> None:
    """A name that is a word of the documents too, or a common one, is not looked for alone."""
    minutes = Document(document_id="b", source="s", link="m", title="Baker stays, Zibell and a zibell stay")
    assert _together(_meeting("Jonas Baker", "Ann Zibell"), minutes)[-1] == minutes.title
