r"""Which lines of a mail its sender wrote: not what is quoted, a signature or a legal notice.

Belongs here: telling lines apart by the forms that mail programs give them, in the languages they speak. Does not belong here: where
lines come from (`winnow.formats._mail`).

Quoting comes in three shapes. Lines that begin with ``>`` (or stand in a quoting element) are quoted one by one, so an answer below
each of them stays. A line that introduces (``On Monday … wrote:``) belongs to what it introduces. Where neither mark is used, as by
Outlook, everything from the introduction or the copied header (``From: … Sent: …``) to the end is quoted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

_LINE_CHARACTERS = 400  # a longer line is neither an introduction nor a signature

_AHEAD = 8  # lines in which the fields of a copied header stand

_SIGNATURE_LINES = 30  # after "-- "; RFC 3676 wants four, companies put their legal form and address there

_CONTACT_LINES = 12  # after a closing formula

_SHORT = 80  # characters of a line in a contact block


class Role(Enum):
    """What a line is."""

    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail: its text, and how deep it is quoted by marks or by markup."""

    text: str
    depth: int = 0


_FROM = r"(?:From|Von|De|Da|Van|Från|Fra|Od|Lähettäjä|Kimden|От|Від|Από|差出人|发件人|寄件者|보낸 사람)"
_SENT = (
    r"(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Dato|Wysłano|Odesláno|"
    r"Lähetetty|Gönderildi|Отправлено|Дата|Надіслано|送信日時|日時|发送时间|日期|보낸 날짜)"
)
_TO = r"(?:To|An|À|Para|A|Aan|Till|Til|Do|Komu|Vastaanottaja|Kime|Кому|宛先|收件人|받는 사람|Cc|Kopie)"
_SUBJECT = (
    r"(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Ämne|Emne|Temat|Předmět|Aihe|Konu|Тема|件名|主题|主旨|제목)"
)
_FIRST_FIELD = re.compile(rf"\W{{0,4}}{_FROM}\W{{0,2}}\s?[:：]\W{{0,4}}\S", re.IGNORECASE)
_OTHER_FIELDS = tuple(re.compile(rf"\W{{0,4}}{field}\W{{0,2}}\s?[:：]", re.IGNORECASE) for field in (_SENT, _TO, _SUBJECT))
_FOLDED_FIELDS = tuple(re.compile(rf" {field}: ") for field in (_SENT, _TO))  # a header whose lines a program has joined

_SEPARATOR = re.compile(
    r"[\s*_>]*-{2,20}\s*(?:Original(?:[ -]?(?:Message|Nachricht|Appointment|meddelelse|bericht))|Ursprüngliche (?:Nachricht|E-?Mail)|"
    r"Message d[’']origine|Message original|Mensaje original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|"
    r"Ursprungligt meddelande|Oprindelig meddelelse|Opprinnelig melding|Alkuperäinen viesti|Wiadomość oryginalna|Původní zpráva|"
    r"Исходное сообщение|Пересылаемое сообщение|Forwarded (?:message|mail)(?: from [^-]{1,80})?|Weitergeleitete (?:Nachricht|E-?Mail)|"
    r"Message transféré|Mensaje reenviado|Messaggio inoltrato|Mensagem encaminhada|Doorgestuurd bericht|Vidarebefordrat meddelande|"
    r"Videresendt meddelelse|Forwarded by [^-]{1,120}|Begin forwarded message|元のメッセージ|原始邮件|转发邮件|원본 메시지)\s*-{0,20}\s*",
    re.IGNORECASE,
)
_APPLE = re.compile(
    r"\s*(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-?Mail)|Début du message (?:réexpédié|transféré)|"
    r"Inicio del mensaje reenviado|Inizio messaggio inoltrato|Begin doorgestuurd bericht|Vidarebefordrat brev|"
    r"Início da mensagem (?:reencaminhada|encaminhada))\s?:\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*_{20,}\s*")
_INTRODUCTION = re.compile(
    r"\W{0,3}(?:(?:On|At) .{5,300} wrote|Am .{5,300} schrieb(?: .{1,150})?|.{3,150} schrieb am .{5,100}|Le .{5,300} a écrit|"
    r"El .{5,300} escribió|Il (?:giorno )?.{5,300} ha scritto|Em .{5,300} escreveu|Op .{5,300} schreef(?: .{1,150})?|"
    r"(?:Den|På) .{5,300} skrev(?: .{1,150})?|W dniu .{5,300} (?:pisze|napisał(?:\(?a\)?)?)|Dne .{5,300} napsal(?:\(?a\)?)?|"
    r".{3,150} kirjoitti(?: .{1,100})?|.{5,250} (?:написал(?:\(?а\)?)?|пишет|писав(?:\(?ла\)?)?)|.{5,200} tarihinde .{1,200} yazdı|"
    r".{3,200} (?:wrote|writes)|.{4,250}(?:写道|のメール|書きました|작성))\s?[:：]\s*|"
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2} .{1,200}<[^<>\s@]{1,120}@[^<>\s]{1,120}>\s?:\s*",
    re.IGNORECASE,
)
_BEGINS = re.compile(  # how an introduction that runs over lines may begin: each has a date, so a digit
    r"\W{0,3}(?:On|At|Am|Le|El|Il|Em|Op|Den|På|W dniu|Dne)\b.{0,200}\d", re.IGNORECASE
)

_DASHES = re.compile(r"\s?-- ?")
_DEVICE = re.compile(
    r"\W{0,3}(?:(?:Sent|Get) (?:from|via|with|using) (?:my |the |a )?[\w’' .-]{2,60}|Sent from .{2,80}|"
    r"Get Outlook for .{2,60}|Von meinem .{2,60} gesendet|Gesendet (?:von|mit|aus) .{2,60}|Envoyé (?:de|depuis) (?:mon|ma|l[’']).{2,60}|"
    r"Enviado desde (?:mi|el|la) .{2,60}|Enviado do meu .{2,60}|Inviato da(?:l mio)? .{2,60}|Verstuurd vanaf mijn .{2,60}|"
    r"Verzonden (?:met|vanaf) .{2,60}|Skickat från min .{2,60}|Sendt fra min .{2,60}|Wysłane z .{2,60}|Отправлено (?:с|из) .{2,60}|"
    r"Download Outlook .{2,60}|Outlook für (?:iOS|Android).{0,60}|iPhone ?から送信|发自我的.{2,30})\W{0,3}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:kind(?:est)?|best|warm(?:est)?|many|with kind|with best) ?(?:regards|wishes)|regards|(?:yours )?(?:sincerely|faithfully|"
    r"truly)(?: yours)?|best|cheers|thanks(?: again)?|many thanks|thank you|all the best|mit freundlichen grüßen|mit freundlichem gruß|"
    r"viele grüße|beste grüße|liebe grüße|freundliche grüße|mfg|vg|lg|cordialement|bien cordialement|bien à vous|saludos(?: cordiales)?|"
    r"un saludo|atentamente|cordiali saluti|distinti saluti|met vriendelijke groet(?:en)?|med vänliga hälsningar|atenciosamente|"
    r"pozdrawiam|z poważaniem)\W{0,3}",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"[^\s@]{1,80}@[^\s@]{2,80}\.[a-z]{2,}|https?://|\bwww\.|\+\d{1,3}[\s(./-]{0,3}\d|\b(?:tel|phone|fax|mobile?|mob|telefon|handy|tél|"
    r"office|direct|cell)\b\.?\s?[:.]?\s?\+?\(?\d|^[TMFP]\s?[:.|]\s?\+?[\d(]|^[EW]\s?[:|]\s?\S|\b\d{5}\b \w|"
    r"\b(?:GmbH|AG|Ltd|LLC|Inc|S\.A\.|B\.V\.|SARL|PLC)\b|"
    r"\b(?:HRB|Amtsgericht|Geschäftsführer|Registered (?:office|in))",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\s*(?:P\.?\s?){1,3}S\b", re.IGNORECASE)
_NOTICE = re.compile(
    r"\W{0,4}(?:(?:this|the) (?:e-?mail|message|communication|transmission|information (?:contained )?in this)[^.]{0,200}(?:confidential|"
    r"privileged|intended (?:only|solely)|sole(?:ly)? (?:use|for))|if you (?:are not|have received)[^.]{0,80}(?:intended|in error|"
    r"by mistake)|confidentiality notice|disclaimer\b|privileged and confidential|diese (?:e-?mail|nachricht)[^.]{0,200}vertraulich|"
    r"der inhalt dieser e-?mail|ce (?:message|courriel|mail)[^.]{0,200}(?:confidentiel|destinataire)|este (?:mensaje|correo|e-?mail)"
    r"[^.]{0,200}(?:confidencial|destinatario)|questo messaggio[^.]{0,200}(?:riservat|confidenzial)|esta mensagem[^.]{0,200}confidencia|"
    r"dit (?:e-?mail)?bericht[^.]{0,200}vertrouwelijk|please consider the environment|(?:bitte )?denken sie an die umwelt|"
    r"(?:this (?:e-?mail|message) (?:has been|was) (?:scanned|checked)|virus-?(?:free|frei)|diese e-?mail wurde (?:von|auf)[^.]{0,60}"
    r"(?:vir|gepr))|(?:caution|warning|external)\s?:?[^.]{0,40}(?:e-?mail|sender|message)[^.]{0,60}(?:outside|extern))",
    re.IGNORECASE,
)


def roles(lines: Sequence[Line]) -> list[Role]:
    """What each of ``lines`` is; a blank line is what stands before it."""
    found = [Role.QUOTED if line.depth else Role.OWN for line in lines]
    for first, last in _introductions(lines):
        # A mark right behind an introduction says that marks tell what is quoted; without one, all the rest is.
        below = next((at for at in range(last, len(lines)) if lines[at].text.strip()), last)
        end = last if below < len(lines) and lines[below].depth else len(lines)
        found[first:end] = [Role.QUOTED] * (end - first)
        if end == len(lines):
            break
    _signatures(lines, found)
    _notices(lines, found)
    return found


def _introductions(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """First and behind the last of the lines of each introduction, copied header or separator that is not quoted itself."""
    at = 0
    while at < len(lines):
        length = 0 if lines[at].depth or len(lines[at].text) > _LINE_CHARACTERS else _introduces(lines, at)
        if length:
            yield at, at + length
        at += max(length, 1)


def _introduces(lines: Sequence[Line], at: int) -> int:
    """How many lines from ``at`` on introduce a quotation; 0 if none."""
    text = lines[at].text
    if not text or text.isspace():
        return 0
    if _SEPARATOR.fullmatch(text) or _APPLE.fullmatch(text) or _RULE.fullmatch(text):
        header = next((ahead for ahead in range(at + 1, min(at + 4, len(lines))) if lines[ahead].text.strip()), at)
        fields = _header(lines, header) if header > at else 0
        return header + fields - at if fields else (0 if _RULE.fullmatch(text) else 1)
    if fields := _header(lines, at):
        return fields
    if text.rstrip().endswith((":", "：")) and _INTRODUCTION.fullmatch(text):
        return 1
    if _BEGINS.match(text):
        joined = text.rstrip()
        for length in (2, 3):
            if at + length > len(lines) or lines[at + length - 1].depth or not lines[at + length - 1].text.strip():
                break
            joined = f"{joined} {lines[at + length - 1].text.strip()}"
            if len(joined) <= _LINE_CHARACTERS and joined.endswith((":", "：")) and _INTRODUCTION.fullmatch(joined):
                return length
    return 0


def _header(lines: Sequence[Line], at: int) -> int:
    """How many lines from ``at`` on are the copied header of a mail: its sender, and two of date, recipients and subject."""
    text = lines[at].text[:_LINE_CHARACTERS]
    if not _FIRST_FIELD.match(text):
        return 0
    sent = _FOLDED_FIELDS[0].search(text)
    if sent and _FOLDED_FIELDS[1].search(text, sent.end()):
        return 1
    last, named = at, set()
    for ahead in range(at + 1, min(at + _AHEAD, len(lines))):
        field = next((number for number, pattern in enumerate(_OTHER_FIELDS) if pattern.match(lines[ahead].text)), None)
        if field is not None:
            named.add(field)
            last = ahead
    return last + 1 - at if len(named) > 1 else 0


def _signatures(lines: Sequence[Line], found: list[Role]) -> None:
    """Mark signatures in ``found``: what follows dashes alone on a line, contacts behind a closing formula, words of a device."""
    for at, line in enumerate(lines):
        text = line.text
        if found[at] is not Role.OWN or len(text) > _LINE_CHARACTERS:
            continue
        if _DASHES.fullmatch(text):
            below, ended = _below(lines, found, at, _SIGNATURE_LINES)
            if ended:
                end = below[-1] + 1 if below else at + 1
                found[at:end] = [Role.SIGNATURE] * (end - at)
        elif _DEVICE.fullmatch(text):
            found[at] = Role.SIGNATURE
        elif _CLOSING.fullmatch(text.strip()):
            below, ended = _below(lines, found, at, _CONTACT_LINES)
            if ended and _is_contacts([lines[one].text for one in below]):
                found[below[0] + 1 : below[-1] + 1] = [Role.SIGNATURE] * (below[-1] - below[0])


def _below(lines: Sequence[Line], found: Sequence[Role], at: int, most: int) -> tuple[list[int], bool]:
    """The lines with words below ``at``, ``most`` at most, and whether the sender's own lines end with them."""
    below: list[int] = []
    for one in range(at + 1, min(at + 1 + 4 * most, len(lines))):
        if found[one] is not Role.OWN:
            return below, True
        if lines[one].text.strip():
            if len(below) == most:
                return below, False
            below.append(one)
    return below, at + 1 + 4 * most >= len(lines)


def _is_contacts(texts: Sequence[str]) -> bool:
    """Whether what stands below a closing formula is a name and a block of contacts."""
    if len(texts) < 2 or any(len(text) > _SHORT for text in texts[:3]) or any(map(_POSTSCRIPT.match, texts)):
        return False
    return any(_CONTACT.search(text[:_LINE_CHARACTERS]) for text in texts[1:])


def _notices(lines: Sequence[Line], found: list[Role]) -> None:
    """Mark legal notices, warnings and the like, each up to the next blank line."""
    inside = False
    before = True  # a notice begins a paragraph
    for at, line in enumerate(lines):
        blank = not line.text.strip()
        own = found[at] is Role.OWN
        inside = own and not blank and (inside or (before and _NOTICE.match(line.text[: 2 * _LINE_CHARACTERS]) is not None))
        if inside:
            found[at] = Role.NOTICE
        before = blank or not own
