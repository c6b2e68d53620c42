import pytest

from tests.winnow.formats.samples import mail, parts
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.formats.mbox import FORMAT

FROM = b"From ann@example.com Thu Jan  1 10:00:00 2026\n"


def mailbox(*mails: bytes) -> bytes:
    """The mails in one file."""
    return b"".join(FROM + content + b"\n\n" for content in mails)


def texts(content: bytes) -> list[str]:
    """The last block of every document."""
    return [document.blocks[-1].text for document in documents(FORMAT, content)]


def test_each_mail_is_a_row() -> None:
    """Mails come in their order, known by their ids and not by where they stand, so a mailbox that grows keeps its documents."""
    one, two = mail("One.", Message_ID="<a@x>"), mail("Two.", Message_ID="<b@x>", References="<a@x>")
    found = documents(FORMAT, mailbox(one, two))
    assert [(row.row_number, row.row_key, row.link, row.format) for row in found] == [
        (0, "a@x", "a@x", "mbox"),
        (1, "b@x", "a@x", "mbox"),
    ]
    assert [row.row_key for row in documents(FORMAT, mailbox(two, one, one))] == ["b@x", "a@x", "a@x\x1f#2"]


def test_prose_that_begins_with_from_ends_no_mail() -> None:
    """Only a line with a date behind a blank one does; a quoted one is read back."""
    text = "Before.\nFrom here on it rose.\n\nFrom here on it fell.\n\n>From all sides.\n>>From none.\n"
    (found,) = documents(FORMAT, mailbox(mail(text, Message_ID="<a@x>")))
    assert "From here on it fell." in [block.text for block in found.blocks]
    assert ">From" not in "".join(block.text for block in found.blocks)


def test_a_length_counts_where_a_mail_ends_there() -> None:
    """A mail that says how long it is may hold lines like those between mails; one that lies is cut where a mail begins."""
    inner = f"One.\n\n{FROM.decode()}Still one.\n"
    true = mail(inner, Content_Length=str(len(inner)))
    assert len(documents(FORMAT, mailbox(true, mail("Two.", Message_ID="<b@x>")))) == 2
    false = mail("One.", Content_Length="3", Message_ID="<a@x>")
    assert texts(mailbox(false, mail("Two.", Message_ID="<b@x>"))) == ["One.", "Two."]


def test_a_mail_that_cannot_be_read_is_refused_alone() -> None:
    """The others of the mailbox are read."""
    sealed = mail("-----BEGIN PGP MESSAGE-----\n\nx", Message_ID="<s@x>")
    found = documents(FORMAT, mailbox(mail("One.", Message_ID="<a@x>"), sealed, b"no header", mail("Two.", Message_ID="<b@x>")))
    assert [row.reason for row in found] == [None, "encrypted", "wrong_type", None]
    assert len({row.row_key for row in found}) == 4


def test_attachments_belong_to_their_mail() -> None:
    """A mail's attachment has the mail's row and link, and a key of its own."""
    whole = parts("\nSee.", "Content-Type: text/plain; name=a.txt\n\nWords.", Message_ID="<a@x>")
    mail_row, part_row = documents(FORMAT, mailbox(whole))
    assert (mail_row.row_number, mail_row.link) == (part_row.row_number, part_row.link) == (0, "a@x")
    assert part_row.row_key == "a@x\x1fpart 2"


@pytest.mark.parametrize("content", [b"From nobody\n", b"words", b"From a\n" * 1000])
def test_what_is_no_mailbox_is_refused(content: bytes) -> None:
    """Without a line that begins a mail there is none."""
    assert refusal(FORMAT, content) == "malformed"


def test_lines_of_an_attacker_take_no_longer() -> None:
    """A mailbox of nothing but beginnings, or of quoted ones, is read in one pass."""
    assert len(documents(FORMAT, FROM * 20_000)) == 1
    assert texts(FROM + mail(">From " * 100_000))
