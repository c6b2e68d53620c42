"""The evaluation files' texts, as hashes in the lake: read once, scrubbed as examples are, and remembered by content.

Belongs here: having files read and scrubbed, and keeping what comparison needs. Does not belong here: comparing
(`winnow.decontaminate`).

An operator names these files, but strangers made them: they are read in a confined worker, as sources are. Nothing of their text is
kept. Scrubbing takes as long as that of a source of the same size, and is done again only when the file, the scrubber or its rules
change.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from resources.batches import split_batches
from resources.engine import Object, ObjectStage
from resources.evaluation import evaluation_bytes
from resources.stage_keys import digest
from resources.workspace import Workspace
from winnow.decontaminate import DECONTAMINATE_VERSION, EVALUATION, evaluation_rows
from winnow.documents import Block, Document, from_batch, to_batch
from winnow.errors import UsageError
from winnow.evaluation import TEXTS, EvaluationReading, check, evaluation_reader, suffix_of
from winnow.ids import content_sha256
from winnow.placeholders import RENDERING, render
from winnow.reasons import QUARANTINE
from winnow.schemas import SCRUBBED
from winnow.screen_config import EvaluationFile
from winnow.scrub import scrub_key, scrubber

NAME = "evaluation_texts"

BATCH_BYTES = 64 * 1024  # as in `assets.scrubbed`: a name model reads 30 kB/s a core


def evaluation_texts(workspace: Workspace) -> pa.Table:
    """`EVALUATION` of all files that the catalog names; those not named any more are forgotten."""
    files = workspace.catalog.decontaminate.files
    _forget_others(workspace, {file.name for file in files})
    parts = [_remembered(workspace, file) for file in files]
    return pa.concat_tables([EVALUATION.empty_table(), *parts])


def evaluation_inputs(workspace: Workspace) -> dict[str, str]:
    """Content hash of each evaluation file as it was last read, by the id that it has among a version's inputs."""
    footers = {file.name: workspace.lake.metadata(NAME, name=file.name) for file in workspace.catalog.decontaminate.files}
    return {f"{INPUT_PREFIX}{name}": footer["content_sha256"] for name, footer in footers.items() if footer}


INPUT_PREFIX = "evaluation/"
"""What the ids of evaluation files begin with; those of objects are hexadecimal digits."""


def evaluation_key(workspace: Workspace) -> str:
    """The key of all that examples are compared with: files, scrubber and rules."""
    names = sorted(file.name for file in workspace.catalog.decontaminate.files)
    return digest([(name, (workspace.lake.metadata(NAME, name=name) or {}).get("stage_key")) for name in names])


def _remembered(workspace: Workspace, file: EvaluationFile) -> pa.Table:
    content = evaluation_bytes(file)
    catalog, sha256 = workspace.catalog, content_sha256(content)
    settings = [file.columns, suffix_of(file.path), catalog.decontaminate.ngram_words]
    rendering = [RENDERING, catalog.pii.replacement, catalog.dataset.salt]
    key = digest(DECONTAMINATE_VERSION, sha256, settings, rendering, scrub_key(catalog.scrub_config()))
    footer = workspace.lake.metadata(NAME, name=file.name)
    if footer is None or footer.get("stage_key") != key:
        texts = _read(workspace, file, content)
        rows = evaluation_rows(file.name, [*texts, *_scrubbed(workspace, texts)], catalog.decontaminate.ngram_words)
        metadata = {"stage_key": key, "content_sha256": sha256}
        workspace.lake.write(NAME, None, rows, EVALUATION, metadata, name=file.name)
    return workspace.lake.read(NAME, name=file.name)


def _read(workspace: Workspace, file: EvaluationFile, content: bytes) -> list[str]:
    """The texts of ``file``, read in a confined worker; UsageError if it cannot be."""
    stage = ObjectStage(evaluation_reader, EvaluationReading({file.name: file.columns}), TEXTS, check)
    about = {"name": file.name, "suffix": suffix_of(file.path)}
    texts: list[str] = []
    for found in workspace.engine.map_objects(stage, [Object(about, len(content), lambda: content)]):
        if found.rows is None:
            reason = str(found.reason)
            raise UsageError(
                f"evaluation file {file.name} cannot be read ({reason}: {QUARANTINE.get(reason, 'unknown')}); correct it, or take it "
                "out of `decontaminate.files`"
            )
        texts += found.rows.column("text").to_pylist()
    return texts


def _scrubbed(workspace: Workspace, texts: Sequence[str]) -> Iterator[str]:
    """``texts`` with personal data replaced as in examples; those that the scrubber holds back are left out."""
    catalog = workspace.catalog
    documents = (
        Document(document_id=f"{number:x}", source=NAME, format="txt", blocks=(Block("paragraph", text),))
        for number, text in enumerate(texts)
    )
    batches = split_batches([to_batch(documents)], BATCH_BYTES)
    for batch in workspace.engine.map_batches(scrubber, catalog.scrub_config(), batches, on_poison=_nothing):
        for document in from_batch(batch):
            if document.reason is None and document.blocks:
                (text,) = render([document.blocks[0].text], catalog.pii.replacement, catalog.dataset.salt)
                yield text


def _nothing(_row: pa.RecordBatch, _reason: str) -> pa.RecordBatch:
    """What stands for a text on which the scrubber died: it is compared as it is in the file alone."""
    return to_batch([], SCRUBBED)


def _forget_others(workspace: Workspace, names: set[str]) -> None:
    for path in sorted((workspace.lake.root / NAME).glob("*/*.parquet")):
        if path.parent.name not in names:
            path.unlink()
