"""A mail's text, and what comes with it.

Belongs here: which parts are the text and which are attachments, and the text as blocks. Does not belong here: the parts themselves
(`winnow.formats._mime`), telling quotations and signatures (`winnow.formats._quoting`), reading attachments
(`winnow.formats._nested`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element

from winnow.documents import Block
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, Reading, placed, squeeze, tidy
from winnow.formats._dom import SCRIPTS, outline, parse
from winnow.formats._hidden import hidden_elements, take_out
from winnow.formats._mime import Part, addresses
from winnow.formats._quoting import Line, Role, roles

_TEXT = ("text/plain", "text/html", "text/enriched", "text/richtext", "application/xhtml+xml")

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

_WITHOUT_WORDS = {  # media types of parts that no reader could make a document of, and the note that counts them
    "image": "pictures",
    "audio": "recordings",
    "video": "recordings",
    "font": "pictures",
    "application/pgp-signature": "seals",
    "application/pkcs7-signature": "seals",
    "application/x-pkcs7-signature": "seals",
    "application/pgp-keys": "seals",
    "message/delivery-status": "delivery_reports",
    "message/disposition-notification": "delivery_reports",
    "message/feedback-report": "delivery_reports",
    "text/rfc822-headers": "delivery_reports",
    "text/calendar": "calendar_parts",
    "text/vcard": "contact_cards",
    "text/x-vcard": "contact_cards",
    "text/directory": "contact_cards",
}

_NAMED_WITHOUT_WORDS = re.compile(
    r"\.(?:(png|jpe?g|gif|bmp|tiff?|webp|svg|ico|heic|emf|wmf)|(mp3|wav|m4a|ogg|mp4|mov|avi|mkv)|(p7s|asc|sig|pgp)|(ics)|(vcf))\Z",
    re.IGNORECASE,
)
_NAMED_NOTES = ("pictures", "recordings", "seals", "calendar_parts", "contact_cards")

_MOST_TEXT = 8 * MEBIBYTE  # characters of one text of a mail, whose lines take twenty times as much while they are told apart

_FEW_WORDS = 20  # a plain text this short may only say that one's program shows no HTML

_REPLY_OR_FORWARD = re.compile(
    r"\s*(?:(?P<forward>fwd?|wg|tr|rv|enc|vs|vb|pd|i|doorst|转发|轉寄)|re|aw|antw|res|ref|sv|odp|odpowiedź|ynt|ilt|r|回复|答复|回覆|返信)"
    r"\s?(?:[\[(]\d{1,3}[\])]|\^\d{1,3})?\s?[:：]|\s*\[(?:ext|external|extern|externe?)\]\s?:?",
    re.IGNORECASE,
)

_MOST_PREFIXES = 30  # of a subject that went to and fro

_PEOPLE = (("From", "From"), ("Sender", "From"), ("Reply-To", "Reply-To"), ("To", "To"), ("Cc", "Cc"))

_NAMES_A_LINE = 20  # of recipients: the recogniser of names in headers reads lines of a thousand characters

_MOST_NAMES = 400  # of one header

_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]{1,30}: [^\n]*\n)*\n?")

_SEAL = re.compile(r"\n-----BEGIN PGP SIGNATURE-----[^-]*-----END PGP SIGNATURE-----", re.DOTALL)

_MARKS = re.compile(r"(?:>[ ]?)++")  # possessive: a line of nothing else takes no memory

_BULLET = re.compile(r"[ \t]*(?:[-*•▪◦‣–]|\d{1,3}[.)])[ \t]+(?=\S)")

_WRAPPED_CHARS = 40  # a line longer than this was broken by its margin; shorter ones are verse, addresses, tables


@dataclass(slots=True)
class Mail:
    """One mail: its text's parts, what is attached to it, and what was left out by note."""

    texts: list[Part] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    calendars: list[Part] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


def sorted_parts(message: Part) -> Mail:
    """The parts of ``message`` by what they are.

    Raises:
        UnreadableDocument: ``encrypted``; ``unsupported`` for a signature that wraps the text it signs.
    """
    mail = Mail()
    _sort(message, mail)
    return mail


def _sort(part: Part, mail: Mail) -> None:
    if part.kind == "multipart/encrypted":
        raise UnreadableDocument("encrypted")
    if part.kind in _SMIME and not part.place:
        signed = part.parameter("content-type", "smime-type").lower() in {"signed-data", "certs-only", "compressed-data"}
        raise UnreadableDocument("unsupported" if signed else "encrypted")
    if not part.parts:
        _sort_leaf(part, mail)
    elif part.kind == "multipart/alternative":
        chosen = _alternative(part.parts)
        for child in part.parts:
            if child is chosen:
                _sort(child, mail)
            else:
                _only_attached(child, mail)
    elif part.kind == "multipart/related":
        start = part.parameter("content-type", "start").strip("<>")
        root = next((child for child in part.parts if start and start in child.ids("Content-ID")), part.parts[0])
        _sort(root, mail)
        for child in part.parts:
            if child is not root:
                _attach(child, mail)
    else:
        for child in part.parts:
            _sort(child, mail)


def _sort_leaf(part: Part, mail: Mail) -> None:
    is_text = part.kind in _TEXT or (not part.place and part.kind.startswith("text/") and part.kind not in _WITHOUT_WORDS)
    if is_text and (not part.place or (part.disposition != "attachment" and not part.name)):
        mail.texts.append(part)
    else:
        _attach(part, mail)


def _attach(part: Part, mail: Mail) -> None:
    named = _NAMED_WITHOUT_WORDS.search(part.name)
    note = _WITHOUT_WORDS.get(part.kind) or _WITHOUT_WORDS.get(part.kind.partition("/")[0])
    if note is None and named and not part.kind.startswith("text/html"):
        note = _NAMED_NOTES[(named.lastindex or 1) - 1]
    if note is not None:
        mail.notes[note] += 1
        mail.calendars += [part] if part.kind == "text/calendar" else []
    elif part.parts:
        for child in part.parts:
            _attach(child, mail)
    else:
        mail.attached.append(part)


def _only_attached(part: Part, mail: Mail) -> None:
    """Attach what lies in an alternative that is not read, but for its text."""
    for leaf in part.walk():
        if not leaf.parts and (leaf.kind not in _TEXT or leaf.disposition == "attachment"):
            _attach(leaf, mail)


def _alternative(parts: Sequence[Part]) -> Part:
    """The one of ``parts`` to read: plain text, unless it is blank or says far less than the page beside it."""
    plain = next((part for part in parts if part.kind == "text/plain"), None)
    page = next((part for part in reversed(parts) if any(leaf.kind == "text/html" for leaf in part.walk())), None)
    if plain is None or page is None:
        return plain or page or parts[-1]
    words = len(plain.text().split())
    if words >= _FEW_WORDS:
        return plain
    leaf = next(leaf for leaf in page.walk() if leaf.kind == "text/html")
    try:
        shown = sum(len(piece.block.text.split()) for piece in outline(parse(leaf.text()), SCRIPTS).pieces)
    except UnreadableDocument:
        return plain
    return page if not words or shown > 3 * words else plain


def subject(message: Part) -> tuple[str, bool]:
    """The subject without the marks of replies and forwards; and whether one of them is of a forward."""
    text, forwarded = message.header("Subject"), False
    for _ in range(_MOST_PREFIXES):
        match = _REPLY_OR_FORWARD.match(text)
        if match is None:
            break
        forwarded = forwarded or match["forward"] is not None
        text = text[match.end() :].lstrip()
    return text.strip(), forwarded


def people(message: Part) -> Iterator[Block]:
    """A ``header`` block a line of who wrote to whom: how the scrubber knows the people of a mail."""
    seen: set[tuple[str, str]] = set()
    for name, label in _PEOPLE:
        listed = [person for person in addresses(message, name)[:_MOST_NAMES] if person not in seen]
        seen.update(listed)
        shown = [f"{display} <{address}>" if display and address else display or address for display, address in listed]
        for at in range(0, len(shown), _NAMES_A_LINE):
            yield Block("header", f"{label}: {', '.join(shown[at : at + _NAMES_A_LINE])}")


def text_blocks(mail: Mail, reading: Reading, *, forwarded: bool) -> list[Block]:
    """The blocks of the mail's text; what is quoted, signed and noticed is left out or kept as ``reading`` says, and counted.

    Raises:
        UnreadableDocument: ``encrypted`` (PGP in the text), ``encoding_unknown``, ``too_large``, or what makes a page unreadable.
    """
    blocks = [block for part in mail.texts for block in _of_text(part, mail.notes, reading, forwarded=forwarded)]
    if not blocks and not mail.texts:
        return []
    return list(placed(blocks))


def _of_text(part: Part, notes: Counter[str], reading: Reading, *, forwarded: bool) -> list[Block]:
    text = part.text()
    if len(text) > _MOST_TEXT:
        raise UnreadableDocument("too_large")
    if part.kind in {"text/html", "application/xhtml+xml"}:
        return _page(text, notes, reading, forwarded=forwarded)
    if "-----BEGIN PGP MESSAGE-----" in text:
        raise UnreadableDocument("encrypted")
    if "-----BEGIN PGP SIGNED MESSAGE-----" in text:
        text = _SEAL.sub("", _SIGNED.sub("", text)).replace("\n- -", "\n-")
        notes["seals"] += 1
    if part.kind in {"text/enriched", "text/richtext"}:
        text = re.sub(r"<[^<>]{0,200}>", "", text.replace("<<", "\0")).replace("\0", "<")
    flowed = part.parameter("content-type", "format").lower() == "flowed"
    lines = list(_lines(text, flowed=flowed, together=part.parameter("content-type", "delsp").lower() == "yes"))
    kinds = _kept(lines, roles(lines), notes, reading, forwarded=forwarded)
    return [block for kind, run in _runs(lines, kinds) for block in _paragraph(run, kind, flowed=flowed)]


def _lines(text: str, *, flowed: bool, together: bool) -> Iterator[Line]:
    """The lines of a plain text; the soft line ends of RFC 3676 are undone if it is ``flowed``, without a space if ``together``."""
    joined: list[str] = []
    depth = 0
    for line in text.split("\n"):
        marks = _MARKS.match(line)
        own = marks[0].count(">") if marks else 0
        said = line[marks.end() :] if marks else line
        if not flowed:
            yield Line(said, own)
            continue
        said = said.removeprefix(" ") if not marks else said  # space-stuffed
        soft = said.endswith(" ") and said != "-- "
        if joined and (own != depth or said == "-- "):
            yield Line("".join(joined), depth)
            joined.clear()
        depth = own
        joined.append(said[:-1] if soft and together else said)
        if not soft:
            yield Line("".join(joined), depth)
            joined.clear()
    if joined:
        yield Line("".join(joined), depth)


def _kept(
    lines: Sequence[Line], told: list[Role], notes: Counter[str], reading: Reading, *, forwarded: bool
) -> list[str | None]:
    """The kind of block that each of ``lines`` goes to; None for those left out, which are counted."""
    words = [at for at, line in enumerate(lines) if line.text.strip()]
    own = any(told[at] is Role.OWN for at in words)
    if not own and forwarded and any(told[at] is Role.QUOTED for at in words):
        told = [Role.OWN if role is Role.QUOTED else role for role in told]  # a forward says what it forwards
        notes["forwarded_lines"] += sum(told[at] is Role.OWN for at in words)
    count = Counter(told[at] for at in words)
    notes.update(
        {"quoted_lines": count[Role.QUOTED], "signature_lines": count[Role.SIGNATURE], "notice_lines": count[Role.NOTICE]}
    )
    quoted = "quote" if reading.quoted == "keep" else None
    signed = "paragraph" if reading.signatures == "keep" else None
    kinds = {Role.OWN: "paragraph", Role.QUOTED: quoted, Role.SIGNATURE: signed, Role.NOTICE: signed}
    return [kinds[role] for role in told]


def _runs(lines: Sequence[Line], kinds: Sequence[str | None]) -> Iterator[tuple[str, list[str]]]:
    """The runs of lines between blank ones of what is kept of ``lines``, each with its kind."""
    run: list[str] = []
    before: str | None = None
    for line, kind in zip(lines, kinds, strict=True):
        if run and (kind != before or not line.text.strip()):
            yield before or "paragraph", run
            run = []
        if kind is not None and line.text.strip():
            run.append(line.text)
        before = kind
    if run:
        yield before or "paragraph", run


def _paragraph(lines: Sequence[str], kind: str, *, flowed: bool) -> Iterator[Block]:
    """The blocks of one run of lines: bulleted lines, the rest. In a ``flowed`` text no line was broken by its margin."""
    runs: list[list[str]] = []
    for line in lines:
        if not runs or _BULLET.match(line):
            runs.append([])
        runs[-1].append(line)
    for run in runs:
        bullet = _BULLET.match(run[0])
        wrapped = not flowed and all(len(line) > _WRAPPED_CHARS for line in run[:-1])
        marked = bullet is not None and not bullet[0].strip()[0].isdigit()  # a number stays: the text may refer to it
        text = tidy("\n".join([run[0][bullet.end() if bullet and marked else 0 :], *run[1:]]))
        if any(character.isalnum() for character in text):
            yield Block(
                "list_item" if bullet and kind == "paragraph" else kind,
                squeeze(text) if wrapped or (bullet and not flowed) else text,
            )


_QUOTING = re.compile(  # classes and ids that mail programs give to what they quote
    r"(?:^|\s)(?:gmail_attr|moz-cite-prefix|yahoo_quoted|yahoo_quoted_begin|protonmail_quote|zmail_extra|tutanota_quote|"
    r"hcl_quote|wordsection_quote|OutlookMessageHeader|divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|"
    r"reply-intro|moz-forward-container)(?=\s|$)",
    re.IGNORECASE,
)
_SIGNING = re.compile(
    r"(?:^|\s)(?:gmail_signature|gmail_signature_prefix|moz-signature|Signature|signature|x_Signature|ms-outlook-mobile-signature|"
    r"tutanota_signature|protonmail_signature_block|AppleMailSignature|lineBreakAtBeginningOfSignature)(?=\s|$)"
)


def _page(text: str, notes: Counter[str], reading: Reading, *, forwarded: bool) -> list[Block]:
    tree = parse(text)
    hidden = hidden_elements(tree)
    weight = take_out(hidden) if reading.hidden_text == "drop" else 0
    notes.update({"hidden_text": weight})
    quoted, signed = _marked_elements(tree)
    pieces = outline(tree, SCRIPTS).pieces
    lines: list[Line] = []
    owners: list[int] = []
    forced: dict[int, Role] = {}
    for at, piece in enumerate(pieces):
        around = {piece.element, *piece.element.iterancestors()}
        depth = int(piece.block.kind == "quote" or not quoted.isdisjoint(around))
        for line in piece.block.text.split("\n"):
            if not signed.isdisjoint(around):
                forced[len(lines)] = Role.SIGNATURE
            lines.append(Line(line, depth))
            owners.append(at)
        lines.append(Line(""))
        owners.append(at)
    told = [forced.get(at, role) if role is Role.OWN else role for at, role in enumerate(roles(lines))]
    kinds = _kept(lines, told, notes, reading, forwarded=forwarded)
    return list(_cut(pieces_blocks=[piece.block for piece in pieces], lines=lines, owners=owners, kinds=kinds))


def _cut(
    *, pieces_blocks: Sequence[Block], lines: Sequence[Line], owners: Sequence[int], kinds: Sequence[str | None]
) -> Iterator[Block]:
    """The blocks with those of their lines that are kept."""
    kept: dict[int, list[str]] = {}
    quotes: set[int] = set()
    for line, owner, kind in zip(lines, owners, kinds, strict=True):
        if kind is not None and line.text.strip():
            kept.setdefault(owner, []).append(line.text)
            if kind == "quote":
                quotes.add(owner)
    for owner, texts in kept.items():
        block = pieces_blocks[owner]
        kind = "quote" if owner in quotes else "paragraph" if block.kind == "quote" else block.kind
        yield Block(kind, "\n".join(texts), block.level)


def _marked_elements(tree: _Element) -> tuple[set[_Element], set[_Element]]:
    """Elements that hold what is quoted, and signatures, by what mail programs call them."""
    quoted: set[_Element] = set()
    signed: set[_Element] = set()
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        called = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag == "blockquote" or _QUOTING.search(called):
            quoted.add(element)
        elif "gmail_quote" in called.split() and next(element.iter("blockquote"), None) is None:
            quoted.add(element)  # a forward; what a reply quotes stands in blockquotes, and answers may stand between them
        elif _SIGNING.search(called) or element.get("data-smartmail") == "gmail_signature":
            signed.add(element)
    return quoted, signed


def invitation(parts: Iterable[Part]) -> Iterator[Block]:
    """What a calendar part (RFC 5545) says in words, for a mail that says nothing else."""
    for part in parts:
        unfolded = re.sub(r"\n[ \t]", "", part.text())
        for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
            match = re.search(rf"^{name}(?:;[^:\n]{{0,200}})?:(.+)$", unfolded, re.MULTILINE)
            text = re.sub(r"\\([\\;,])", r"\1", match[1].replace("\\n", "\n").replace("\\N", "\n")) if match else ""
            for paragraph in re.split(r"\n\s*\n", text):
                if any(character.isalnum() for character in paragraph):
                    yield Block("paragraph", tidy(paragraph))
