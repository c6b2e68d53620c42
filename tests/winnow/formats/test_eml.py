import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import SAMPLES, mail, parts, pdf
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.extract import extract_one
from winnow.formats import Reading, ReadOptions
from winnow.formats._mime import MAX_PARTS, message
from winnow.formats._nested import MAX_DEPTH
from winnow.formats.eml import FORMAT

PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"


def read(content: bytes, **reading: str) -> Document:
    """The mail itself."""
    return documents(FORMAT, content, ReadOptions(reading=Reading.model_validate(reading)))[0]


def body(content: bytes, **reading: str) -> list[str]:
    """The texts of the mail's blocks but for its people."""
    return [block.text for block in read(content, **reading).blocks if block.kind != "header"]


def attached(content: str | bytes, name: str, kind: str = "application/octet-stream") -> str:
    """A part with a file."""
    raw = content.encode() if isinstance(content, str) else content
    return (
        f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(raw).decode()}"
    )


def test_a_mail_is_its_subject_its_people_and_its_text() -> None:
    """The subject is the title, people stand in header blocks, which no recipe takes for text, and the text is paragraphs."""
    found = read(mail("Sales rose.\n\nPrices fell.\n", Cc="=?utf-8?q?J=C3=B6rg_Ola?= <jorg@example.com>"))
    assert found.title == "Prices"
    assert [(block.kind, block.text) for block in found.blocks] == [
        ("header", "From: Ann Hush <ann.hush@example.com>"),
        ("header", "To: bo@example.com"),
        ("header", "Cc: Jörg Ola <jorg@example.com>"),
        ("paragraph", "Sales rose."),
        ("paragraph", "Prices fell."),
    ]
    joined = "\n".join(block.text for block in found.blocks)
    assert all(joined[block.start : block.end] == block.text for block in found.blocks)


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("Re: AW: Fwd: Prices", "Prices"),
        ("WG: [EXT] RE[2]: Prices: rise", "Prices: rise"),
        ("=?iso-8859-1?q?R=FCckfrage?= =?iso-8859-1?q?_zum_Preis?=", "Rückfrage zum Preis"),
        ("=?x-no-such?q?Pr=C3=A4?=", "Prä"),
        ("=?utf-8?b?####?= Prices", "Prices"),
        ("Regarding prices", "Regarding prices"),
    ],
)
def test_subjects_lose_the_marks_of_replies(written: str, subject: str) -> None:
    """Marks of replies and forwards in any order go, encoded words are resolved, what is broken stays as it is."""
    assert read(mail("Text.", Subject=written)).title == subject


INTRODUCTIONS = [
    "On Mon, 5 Jan 2026 at 10:00, Bo Lind <bo@example.com> wrote:",
    "On Monday, January 5, 2026 at 10:00:00 AM GMT+1, Bo Lind\n<bo@example.com> wrote:",
    "Am 05.01.2026 um 10:00 schrieb Bo Lind <bo@example.com>:",
    "Am Mo., 5. Jan. 2026 um 10:00 Uhr schrieb Bo Lind\n<bo@example.com>:",
    "Le lun. 5 janv. 2026 à 10:00, Bo Lind <bo@example.com> a écrit :",
    "El lun, 5 ene 2026 a las 10:00, Bo Lind (<bo@example.com>) escribió:",
    "Il giorno lun 5 gen 2026 alle ore 10:00 Bo Lind <bo@example.com> ha scritto:",
    "Em seg., 5 de jan. de 2026 às 10:00, Bo Lind <bo@example.com> escreveu:",
    "Op ma 5 jan 2026 om 10:00 schreef Bo Lind <bo@example.com>:",
    "2026-01-05 10:00 GMT+01:00 Bo Lind <bo@example.com>:",
    "-----Original Message-----\nFrom: Bo Lind\nSent: Monday, January 5, 2026 10:00\nTo: Ann Hush\nSubject: Prices",
    "________________________________\nVon: Bo Lind\nGesendet: Montag, 5. Januar 2026 10:00\nAn: Ann Hush\nBetreff: Preise",
    "De : Bo Lind\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Ann Hush\nObjet : Prix",
    "De: Bo Lind\nEnviado el: lunes, 5 de enero de 2026 10:00\nPara: Ann Hush\nAsunto: Precios",
    "*From:* Bo Lind <bo@example.com>\n*Sent:* Monday, January 5, 2026 10:00\n*To:* Ann\n*Subject:* Prices",
    "From: Bo Lind <bo@example.com> Sent: Monday, January 5, 2026 10:00 To: Ann Hush Subject: Prices",
    "---------- Forwarded message ---------\nFrom: Bo Lind\nDate: Mon, Jan 5, 2026\nSubject: Prices\nTo: Ann",
    "Begin forwarded message:\n\nFrom: Bo Lind\nDate: 5 January 2026\nTo: Ann\nSubject: Prices",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("mark", ["", "> "])
def test_what_is_quoted_is_left_out_in_many_languages(introduction: str, mark: str) -> None:
    """Whatever a program writes above a quotation, that and the quotation go, with marks before its lines or without."""
    quoted = f"{mark}Old words of somebody.\n{mark}\n{mark}More of them."
    found = read(mail(f"My own words.\n\n{introduction}\n\n{quoted}\n"))
    assert [block.text for block in found.blocks if block.kind != "header"] == ["My own words."]
    assert found.notes["quoted_lines"] >= 3


def test_answers_between_quotations_survive() -> None:
    """An answer below each quoted piece stays, in its order; the line that introduces them goes."""
    text = "On Mon, Bo wrote:\n> Is it done?\nYes, it is.\n>> And\n> the price?\n\nUnchanged.\n"
    assert body(mail(text)) == ["Yes, it is.", "Unchanged."]


def test_quotations_can_be_kept() -> None:
    """Where the catalog asks for it what is quoted is a quote block without its marks."""
    found = read(mail("Yes.\n\n> Is it done?\n"), quoted="keep")
    assert [(block.kind, block.text) for block in found.blocks[2:]] == [("paragraph", "Yes."), ("quote", "Is it done?")]


def test_a_forward_that_says_nothing_keeps_what_it_forwards() -> None:
    """A forward without a word of its own is the mail it forwards; a reply without one is empty."""
    forwarded = "---------- Forwarded message ---------\nFrom: Bo\nDate: Mon\nSubject: x\nTo: Ann\n\nThe news.\n"
    assert body(mail(forwarded, Subject="Fwd: News"))[-1] == "The news."
    assert documents(FORMAT, mail("> Only quoted.\n", Subject="Re: News"))[0].reason == "empty"


def test_ordinary_lines_are_no_quotations() -> None:
    """A sentence that begins like an introduction, and a list of who sent what, stay."""
    text = "On Monday we met.\nShe wrote: all is well.\n\nFrom: the office\nis where I write.\n\nTo: do\n"
    assert " ".join(body(mail(text))).split() == text.split()


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnn Hush\nExample Ltd",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for Android",
        "Envoyé de mon iPhone",
        "This e-mail and any attachments are confidential and intended solely for the addressee.\nDelete it otherwise.",
        "Diese E-Mail enthält vertrauliche Informationen.",
        "Please consider the environment before printing this e-mail.",
    ],
)
def test_signatures_and_notices_are_left_out(signature: str) -> None:
    """What programs and lawyers put under a mail is none of its text, unless the catalog keeps it."""
    content = mail(f"Sales rose.\n\n{signature}\n")
    assert body(content) == ["Sales rose."]
    assert signature.rpartition("\n")[2].strip() in "\n".join(body(content, signatures="keep"))
    assert sum(read(content).notes.get(name, 0) for name in ("signature_lines", "notice_lines")) > 0


def test_a_block_of_contacts_goes_and_the_greeting_stays() -> None:
    """Below a closing formula the name stays, as in any letter; title, company and numbers go."""
    text = "Sales rose.\n\nKind regards,\nAnn Hush\nHead of Sales\nExample Ltd\nTel: +44 20 7946 0000\n"
    assert body(mail(text)) == ["Sales rose.", "Kind regards,\nAnn Hush"]
    letter = "Sales rose.\n\nKind regards,\nAnn Hush\n\nP.S. Prices fell.\n"
    assert body(mail(letter))[-1] == "P.S. Prices fell."


def test_html_is_read_where_there_is_no_text() -> None:
    """Blocks of the markup are blocks of the mail; quotations, signatures and what is hidden go by what programs call them."""
    page = (
        '<div style="display:none">preheader</div><h2>Costs</h2><p>Sales <b>rose</b>.</p><ul><li>rent</li></ul>'
        '<div class="gmail_signature">Ann Hush</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Bo wrote:</div>'
        '<blockquote class="gmail_quote">Old.</blockquote><p>An answer.</p><blockquote>Older.</blockquote></div>'
    )
    found = read(mail(page, Content_Type="text/html"))
    assert [(block.kind, block.text) for block in found.blocks if block.kind != "header"] == [
        ("heading", "Costs"),
        ("paragraph", "Sales rose."),
        ("list_item", "rent"),
        ("paragraph", "An answer."),
    ]
    assert found.notes["hidden_text"] == len("preheader")


def test_outlook_s_copied_header_ends_a_page() -> None:
    """Outlook marks no quotation: from the copied header on all is quoted, older quotations in it too."""
    page = (
        "<p>My own words.</p><div><p><b>From:</b> Bo Lind<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> x</p></div>"
        "<p>Old words.</p><blockquote>Older words.</blockquote><p>Old again.</p>"
    )
    assert body(mail(page, Content_Type="text/html")) == ["My own words."]


def test_plain_text_is_preferred_unless_it_says_nothing() -> None:
    """Of alternatives the text is read; the page instead, where the text only says that there is one."""
    page = f"Content-Type: text/html\n\n<p>{'Long page of words. ' * 20}</p>"
    assert body(parts(f"{PLAIN}Sales rose in spring.", page, kind="alternative")) != ["Sales rose in spring."]
    assert body(parts(PLAIN + "Sales rose. " * 12, page, kind="alternative")) == [("Sales rose. " * 12).strip()]


def test_soft_line_ends_are_undone() -> None:
    """A flowed text (RFC 3676) is joined over its soft line ends, within a quotation's depth."""
    text = "Sales rose in \nspring.\nPrices \n fell.\n\n> Old \n> words.\n-- \nAnn\n"
    assert body(mail(text, Content_Type="text/plain; format=flowed")) == ["Sales rose in spring.\nPrices fell."]
    joined = mail("Don \naudampf.\n", Content_Type="text/plain; format=flowed; delsp=yes")
    assert body(joined) == ["Donaudampf."]


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        ("Grüße — 東京".encode(), "us-ascii"),
        ("Grüße — 東京".encode(), "iso-8859-1"),
        ("Grüße — 東京".encode(), "no-such-charset"),
        ("Grüße — 東京".encode("gb18030"), "gb2312"),
        ("Grüße — 東京".encode("utf-16"), "utf-16"),
        ("Grüße — 東京".encode("utf-7"), "utf-7"),
    ],
)
def test_charsets_that_lie_are_seen_through(raw: bytes, charset: str) -> None:
    """UTF-8 is read as that whatever it is called; other charsets by their name."""
    content = mail("", Content_Type=f"text/plain; charset={charset}", Content_Transfer_Encoding="base64")
    assert body(content + base64.encodebytes(raw)) == ["Grüße — 東京"]


def test_quoted_printable_is_undone() -> None:
    """Soft line ends of the transfer encoding are none of the text."""
    content = mail("Sales ros=\ne by 5=25.\n", Content_Transfer_Encoding="quoted-printable")
    assert body(content) == ["Sales rose by 5%."]


def test_attachments_are_documents_of_the_mail() -> None:
    """Each is read by its own reader, has its own name and key, and shares the mail's link; pictures and seals are only counted."""
    content = parts(
        f"{PLAIN}See below.",
        attached(pdf([["Prices fell in autumn."]]), "prices.pdf"),
        attached("# Notes\n\nAll is well.\n", "=?utf-8?q?no=CC=88tes.md?="),
        "Content-Type: image/png; name=logo.png\nContent-Disposition: inline\n\nx",
        References="<root@example.com> <mid@example.com>",
    )
    whole, first, second = documents(FORMAT, content)
    assert (first.format, first.name, first.blocks[0].text) == ("pdf", "prices", "Prices fell in autumn.")
    assert (second.format, second.name, second.title) == ("md", "nötes", "Notes")
    assert {document.link for document in (whole, first, second)} == {"root@example.com"}
    assert len({document.row_key for document in (whole, first, second)}) == 3
    assert (whole.row_key, whole.notes["attachments"], whole.notes["pictures"]) == (None, 2, 1)
    skipped = documents(FORMAT, content, ReadOptions(reading=Reading(attachments="skip")))
    assert [document.format for document in skipped] == ["eml"]
    assert [part["format"] for part in extract_one(content, "a.eml")["parts"]] == ["pdf", "md"]


def test_an_attachment_that_cannot_be_read_is_refused_alone() -> None:
    """Each attachment has its own reason, whatever is wrong with it, and the mail is read."""
    content = parts(
        f"{PLAIN}See below.",
        attached(b"%PDF-1.4 broken", "a.pdf"),
        attached("MZ", "a.exe"),
        attached("", "a.md"),
        attached("text", "a.docx"),
        attached("a;b\n1;2\n", "a.csv"),
    )
    whole, *rest = documents(FORMAT, content)
    assert whole.reason is None
    assert [document.reason for document in rest[1:]] == ["unsupported", "empty", "not_a_package", "missing_columns"]
    assert rest[0].reason in {"damaged", "truncated"}
    assert not any(document.blocks for document in rest)


def test_names_are_only_names() -> None:
    """A name with folders, controls or nothing in it opens nothing; without a suffix the media type says what the part is."""
    content = parts(
        f"{PLAIN}See below.",
        attached("Words.", "../../etc/x.txt"),
        attached("Words.", "C:\\\\Users\\\\ann\\\\y.txt"),
        "Content-Type: text/markdown\nContent-Disposition: attachment\n\n# Words",
    )
    assert [(part.name, part.format) for part in documents(FORMAT, content)[1:]] == [("x", "txt"), ("y", "txt"), ("", "md")]


def test_archives_are_opened() -> None:
    """Files in an attached archive are documents too, and a mail in it gives its own."""
    from tests.winnow.formats.archives import zipped  # noqa: PLC0415 - one test needs it

    packed = zipped({"in/a.txt": b"Words.", "b.eml": mail("Inner.", Subject="Inner"), "c.exe": b"MZ"})
    found = documents(FORMAT, parts(f"{PLAIN}See.", attached(packed, "a.zip")))
    assert [(part.name, part.format, part.reason) for part in found[1:]] == [
        ("a", "txt", None),
        ("b", "eml", None),
        ("c", "", "unsupported"),
    ]
    assert found[2].title == "Inner"
    assert len({part.row_key for part in found}) == len(found)


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail, as deep as that."""
    content = mail("Innermost.")
    for level in range(depth):
        boundary = f"level{level}"
        content = mail(
            f"--{boundary}\n\nOuter {level}.\n--{boundary}\nContent-Type: message/rfc822\n\n{content.decode()}\n--{boundary}--\n",
            Content_Type=f"multipart/mixed; boundary={boundary}",
        )
    return content


def test_mails_in_mails_end_somewhere() -> None:
    """A mail attached to a mail is a document with its own people; eighty deep, the deepest is refused and the others are read."""
    outer, inner = documents(FORMAT, nested(1))
    assert (outer.format, inner.format) == ("eml", "eml")
    assert inner.blocks[-1].text == "Innermost."
    found = documents(FORMAT, nested(80))
    assert [document.reason for document in found] == [*[None] * (MAX_DEPTH + 1), "bomb"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (mail("x", Content_Type="multipart/encrypted; boundary=b").replace(b"\n\nx", b"\n\n--b\n\nx\n--b--"), "encrypted"),
        (mail("x", Content_Type="application/pkcs7-mime; smime-type=enveloped-data"), "encrypted"),
        (mail("x", Content_Type="application/pkcs7-mime; smime-type=signed-data"), "unsupported"),
        (mail("-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----"), "encrypted"),
        (parts(*["\nx"] * (MAX_PARTS + 1)), "bomb"),
        (b"X: y\n" * 300_000, "bomb"),
        ("".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000)).encode(), "bomb"),
        (b"no mail at all", "wrong_type"),
        (b" \n ", "empty"),
        (mail("x\n" * 5_000_000), "too_large"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    """Encrypted mails, too many or too deep parts, endless headers and what is no mail are told apart."""
    assert refusal(FORMAT, content) == reason


def test_a_seal_around_a_text_is_taken_off() -> None:
    """Signed parts and signed text are read without their signatures, which are counted."""
    sealed = parts(f"{PLAIN}Sales rose.", "Content-Type: application/pgp-signature\n\nx", kind="signed")
    inline = mail(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSales rose.\n- --\n-----BEGIN PGP SIGNATURE-----\n\nx\n"
        "-----END PGP SIGNATURE-----\n"
    )
    for content in (sealed, inline):
        assert body(content) == ["Sales rose."]
        assert read(content).notes["seals"] == 1


def test_an_invitation_says_what_it_is_about() -> None:
    """Of a mail with nothing but a calendar part the summary and the description are read."""
    event = "BEGIN:VCALENDAR\nSUMMARY:Price meeting\nDESCRIPTION;LANGUAGE=en:We talk about\n  prices\\, again.\nEND:VCALENDAR\n"
    assert body(mail(event, Content_Type="text/calendar")) == ["Price meeting", "We talk about prices, again."]


def test_mails_of_a_thread_share_a_link() -> None:
    """The first mail's own id is what its answers refer to; a mail without any id stands alone."""
    first = read(mail("One.", Message_ID="<a@x>"))
    second = read(mail("Two.", Message_ID="<b@x>", In_Reply_To="<a@x>"))
    third = read(mail("Three.", Message_ID="<c@x>", References="<a@x>\n <b@x>", In_Reply_To="<b@x>"))
    assert {first.link, second.link, third.link} == {"a@x"}
    assert read(b"From: a@x\n\nWords.").link is None


def test_headers_without_end_or_sense_do_no_harm() -> None:
    """Broken encoded words, thousands of recipients, comments in comments and odd parameters are read as far as they go."""
    odd = {
        "Subject": "=?utf-8?q?a" * 20_000,
        "To": "(" * 50_000,
        "Cc": "x@example.com, " * 5_000,
        "Content_Type": "text/plain; " + "a*0=b; " * 20_000,
        "References": "<" * 50_000,
    }
    assert body(mail("Sales rose.", **odd)) == ["Sales rose."]


@pytest.mark.parametrize("boundary", ["(a+)+$", "--", "x" * 500, "=?utf-8?q?b?=", "b "])
def test_any_boundary_is_only_text(boundary: str) -> None:
    """A boundary of signs that mean something elsewhere cuts at itself and takes no longer than another."""
    content = mail(f"--{boundary}\n\nSales rose.\n--{'a' * 100_000}\n", Content_Type=f'multipart/mixed; boundary="{boundary}"')
    assert "Sales rose." in "\n".join(body(content))


def test_a_mail_of_apple_s_program_is_read() -> None:
    """An .emlx file says how long its mail is, and ends with properties that are none of it."""
    content = SAMPLES["eml"]
    assert documents(FORMAT, str(len(content)).encode() + b"\n" + content + b"<?xml?><plist>properties</plist>") == documents(
        FORMAT, content
    )


LINES = st.lists(
    st.sampled_from(
        ["Words.", "> quoted", "", "-- ", "On 1 Bo wrote:", "From: a", "Sent: b", "To: c", "Kind regards", ">> x", "____"]
    ),
    max_size=25,
)


@given(LINES)
@settings(max_examples=150, deadline=None)
def test_every_line_is_kept_or_counted(lines: list[str]) -> None:
    """Of any text, each line with words is in a block or among those that were left out."""
    (found,) = documents(FORMAT, mail("\n".join(lines)))
    words = sum(bool(line.strip("> ")) for line in lines)
    left = sum(found.notes.get(f"{name}_lines", 0) for name in ("quoted", "signature", "notice"))
    kept = sum(block.text.count("\n") + 1 for block in found.blocks if block.kind != "header")
    signs = sum(line in {"____", "-- "} for line in lines)  # a line without a letter makes no block
    assert left + kept <= words <= left + kept + signs


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_behind_a_header_are_read_or_refused(content: bytes) -> None:
    """No bytes make the parser fail in a way of its own."""
    whole = message(b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n" + content)
    assert all(part.place or part is whole for part in whole.walk())
