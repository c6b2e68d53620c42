"""What is scrubbed for the benchmark: own texts, the same each time.

Belongs here: texts and the documents made of them. Does not belong here: what they cost.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from evaluation import corporate, technical
from evaluation.draw import Draw
from winnow.documents import Block, Document, to_batch
from winnow.schemas import DOCUMENTS

THREADS = 120  # mail threads …
MAILS = 6  # … of so many mails, each quoting all that came before it
BATCH_BYTES = 32_000  # of text a record batch, so that two workers have several each and end together

_DISCLAIMER = """This e-mail and any files transmitted with it are confidential and intended solely for the use of the addressee. If
you have received it in error, please notify the sender and delete it. Views expressed are those of the author and not
necessarily those of the company. Please consider the environment before printing."""


def mixed(kilobytes: int) -> list[str]:
    """Corporate and technical texts in turn, about ``kilobytes`` of UTF-8 at most; few paragraphs stand there twice."""
    technical_texts = [gold.text for gold in technical.generated(1 + kilobytes // 40)]
    corporate_texts = [gold.text for gold in corporate.generate(1 + kilobytes // 4)]
    texts: list[str] = []
    size = 0
    for text in _alternating(corporate_texts, technical_texts):
        size += len(text.encode())
        if size > kilobytes * 1000:
            break
        texts.append(text)
    return texts


def _alternating(first: Sequence[str], second: Sequence[str]) -> Iterator[str]:
    """Both in turn, each in steps through its list, so that every genre comes early."""
    for at in range(max(len(first), len(second))):
        for texts in (first, second):
            if at < len(texts):
                yield texts[at * _stride(len(texts)) % len(texts)]


def _stride(length: int) -> int:
    """A step that is coprime with ``length`` and about a third of it, so that steps reach every place once."""
    step = length // 3 + 1
    while any(step % divisor == 0 and length % divisor == 0 for divisor in range(2, step + 1)):
        step += 1
    return step


def threads(count: int = THREADS) -> list[str]:
    """``count`` mail threads of `MAILS` mails, each with a signature, a disclaimer and all mails before it, quoted."""
    bodies = [gold.text for gold in corporate.generate(40) if gold.genre in {"mails", "letters", "calls", "chat"}]
    found = []
    for number in range(count):
        draw = Draw(f"thread {number}")
        before = ""
        for _ in range(MAILS):
            mail = f"{draw.pick(bodies)}\n\n{_DISCLAIMER}\n"
            quoted = "".join(f"> {line}\n" for line in before.split("\n")) if before else ""
            before = f"{mail}\n{quoted}"
            found.append(before)
    return found


def batches(texts: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """``texts`` as documents with a block a paragraph, in record batches of about `BATCH_BYTES`."""
    waiting: list[Document] = []
    size = 0
    for number, text in enumerate(texts):
        blocks = tuple(Block("paragraph", part) for part in text.split("\n\n"))
        waiting.append(
            Document(blocks=blocks, document_id=f"{number:08}", object_id=f"{number:08}", source="bench", format="txt")
        )
        size += len(text)
        if size >= BATCH_BYTES:
            yield to_batch(waiting, DOCUMENTS)
            waiting, size = [], 0
    if waiting:
        yield to_batch(waiting, DOCUMENTS)
