"""Hostile mails and mailboxes: parts in parts without end, attachments that are bombs, headers without end, boundaries that lie."""

import base64
from functools import partial

from tests.hostile.archive_cases import GOOD as TEXT
from tests.hostile.archive_cases import OUTWARD, nested_zip, zeros
from tests.hostile.case import WORDS, Case, readable, refused
from tests.hostile.office_cases import word_bomb
from tests.winnow.formats.archives import zipped

HEAD = "From: Ann Lee <ann@example.com>\r\nTo: bo@example.com\r\nSubject: Figures\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"

BODY = f"{WORDS} and looked at the figures of the first quarter.\r\n"


def mail(body: str = BODY, kind: str = "text/plain; charset=utf-8", more: str = "") -> bytes:
    """A mail of one part."""
    return f"{HEAD}{more}Content-Type: {kind}\r\n\r\n{body}".encode()


def attachment(name: str, content: bytes, kind: str = "application/octet-stream") -> str:
    """One part of a multipart."""
    encoded = base64.encodebytes(content).decode().replace("\n", "\r\n")
    said = f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return f"{said}Content-Transfer-Encoding: base64\r\n\r\n{encoded}"


def mixed(*parts: str) -> bytes:
    """A mail of a good text and ``parts``."""
    inner = "".join(f"--b\r\n{part}\r\n" for part in (f"Content-Type: text/plain\r\n\r\n{BODY}", *parts))
    return mail(f"{inner}--b--\r\n", "multipart/mixed; boundary=b")


def nested(depth: int, kind: str = "mixed") -> bytes:
    """Multiparts in each other around a text."""
    opened = "".join(f"--b{n}\r\nContent-Type: multipart/{kind}; boundary=b{n + 1}\r\n\r\n" for n in range(depth))
    return mail(f"{opened}--b{depth}\r\nContent-Type: text/plain\r\n\r\n{BODY}", "multipart/mixed; boundary=b0")


def forwarded(depth: int) -> bytes:
    """Mails in each other."""
    content = mail().decode()
    for _ in range(depth):
        content = f"{HEAD}Content-Type: message/rfc822\r\n\r\n{content}"
    return content.encode()


def box(*messages: bytes) -> bytes:
    """A mailbox with a good mail before ``messages``."""
    return b"".join(
        b"From a@example.com Mon Oct  5 10:00:00 2026\n" + each.replace(b"\r\n", b"\n") + b"\n\n"
        for each in (mail(), *messages)
    )


CASES: tuple[Case, ...] = (
    readable("eml_multiparts_15_deep", "depth", ".eml", partial(nested, 15)),
    refused("eml_multiparts_80_deep", "depth", ".eml", partial(nested, 80), "bomb"),
    refused("eml_multiparts_10000_deep", "depth", ".eml", partial(nested, 10_000), "bomb"),
    refused("eml_mails_80_deep", "depth", ".eml", partial(forwarded, 80), "bomb"),
    readable("eml_zip_bomb_attached", "bomb", ".eml", lambda: mixed(attachment("a.zip", zeros())), beside={"bomb"}),
    readable(
        "eml_word_bomb_attached",
        "bomb",
        ".eml",
        lambda: mixed(attachment("a.docx", word_bomb(b"<w:p/>", 20_000_000))),
        beside={"bomb"},
    ),
    readable("eml_deep_zip_attached", "depth", ".eml", lambda: mixed(attachment("a.zip", nested_zip(80))), beside={"bomb"}),
    readable("eml_900_attachments", "many", ".eml", lambda: mixed(*[attachment(f"{n}.txt", TEXT) for n in range(900)])),
    refused("eml_5000_parts", "many", ".eml", lambda: mixed(*[attachment(f"{n}.txt", b"x") for n in range(5000)]), "bomb"),
    readable(
        "eml_attachments_leading_out",
        "path",
        ".eml",
        lambda: mixed(*[attachment(name.replace("\\", "\\\\"), TEXT) for name in OUTWARD]),
    ),
    readable(
        "eml_attachments_of_wrong_types",
        "suffix",
        ".eml",
        lambda: mixed(attachment("a.pdf", TEXT), attachment("b.docx", TEXT), attachment("c.png", TEXT)),
        beside={"wrong_type", "not_a_package"},
    ),
    readable(
        "eml_attachment_that_is_no_base64", "damage", ".eml", lambda: mixed(attachment("a.txt", TEXT) + "!!!=?%%%\r\n===\r\n")
    ),
    readable(
        "eml_zip_attached_of_good_text",
        "many",
        ".eml",
        lambda: mixed(attachment("a.zip", zipped({"x.txt": b"The steel arrived in spring.\n"}))),
        WORDS,
        "steel arrived",
    ),
    refused(
        "eml_header_of_5_megabytes",
        "long line",
        ".eml",
        lambda: mail(more="X-A: " + "a" * 5_000_000 + "\r\n"),
        "bomb",
        "too_large",
    ),
    readable("eml_10000_headers", "many", ".eml", lambda: mail(more="X-A: b\r\n" * 10_000)),
    readable("eml_encoded_words", "regex", ".eml", lambda: mail(more="Cc: " + "=?utf-8?q?=?= " * 20_000 + "\r\n")),
    readable(
        "eml_comments_in_comments",
        "regex",
        ".eml",
        lambda: mail(more="Cc: " + "(" * 15_000 + "\r\nBcc: " + '"\\' * 9000 + "\r\n"),
    ),
    readable(
        "eml_parameters_without_end",
        "regex",
        ".eml",
        lambda: mail(kind="text/plain; " + "".join(f"a*{n}*=utf-8''x; " for n in range(3000))),
    ),
    readable("eml_quotes_without_end", "regex", ".eml", lambda: mail(BODY + ">" * 300_000 + "\r\n" + "> x\r\n" * 20_000)),
    readable(
        "eml_runs",
        "regex",
        ".eml",
        lambda: mail(
            BODY
            + "\r\n".join(run * 100_000 for run in ("-", "_", "=", " ", "*", ":", "On ", "--", "@", "<a@b>"))
            + "\r\nwrote:\r\n"
        ),
    ),
    readable("eml_boundary_never_closed", "cut", ".eml", lambda: mixed().replace(b"--b--", b"")),
    readable(
        "eml_boundary_of_the_whole_mail",
        "loop",
        ".eml",
        lambda: mail(
            f"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{BODY}\r\n--b--", "multipart/mixed; boundary=b"
        ),
    ),
    readable("eml_unknown_charset", "encoding", ".eml", lambda: mail(kind="text/plain; charset=x-klingon")),
    readable("eml_nuls", "encoding", ".eml", lambda: mail(f"a\0b\r\n{BODY}")),
    refused(
        "eml_pgp",
        "encrypted",
        ".eml",
        lambda: mail("-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----\r\n"),
        "encrypted",
    ),
    refused(
        "eml_pgp_mime",
        "encrypted",
        ".eml",
        lambda: mail(
            "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n", "multipart/encrypted; boundary=b"
        ),
        "encrypted",
    ),
    refused(
        "eml_smime",
        "encrypted",
        ".eml",
        lambda: mail("abc=\r\n", "application/pkcs7-mime; smime-type=enveloped-data"),
        "encrypted",
    ),
    refused("eml_without_a_word", "empty", ".eml", lambda: mail(""), "empty"),
    refused("eml_no_mail", "suffix", ".eml", lambda: b"\x01\x02 no header here\n" * 50, "wrong_type", "encoding_unknown"),
    readable("mbox_cut", "cut", ".mbox", lambda: box(mail("More to say. " * 9))[:-20]),
    readable("mbox_from_lines", "regex", ".mbox", lambda: box(mail("From here\r\nFrom there on\r\n>From\r\n" * 10_000))),
    readable(
        "mbox_one_bad_mail",
        "depth",
        ".mbox",
        lambda: box(nested(80), mail("Thanks for that.\r\n")),
        WORDS,
        "Thanks for",
        beside={"bomb"},
    ),
    readable("mbox_3000_mails", "many", ".mbox", lambda: box(*[mail(f"Mail {n}.\r\n") for n in range(3000)]), heavy=True),
)
