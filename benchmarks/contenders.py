"""What is compared: each makes a function that goes over all texts once, set up beforehand and knowing none of them.

Belongs here: setting contenders up. Does not belong here: timing (`benchmarks.timing`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.texts import batches
from resources.model_kinds._layout import GRAPH, VOCABULARY, card
from resources.model_kinds.shipped import FOLDER
from resources.models import model_factory
from winnow.detector_config import DetectorConfig
from winnow.languages import language_of
from winnow.normalise import view
from winnow.passages import passages
from winnow.scrub import ScrubConfig, scrubber
from winnow.tagging import Tagger
from winnow.wordpieces import Ids, WordPieces

Run = Callable[[], None]
Contender = Callable[[Sequence[str], Path], Run]
"""Texts and the folder with what was prepared → one pass over the texts."""

TRAINING_STEPS = 20  # of the small spaCy model: what it costs to run does not depend on what it has learnt


def scrub_config() -> ScrubConfig:
    """The scrubber as a catalog without a word on it configures it.

    Raises:
        UsageError: the name model is not there.
    """
    config = DetectorConfig()
    model = model_factory(config)
    languages = model.languages if model else frozenset({"en"})
    return ScrubConfig(salt="benchmark", detector=config, languages=languages, model=model)


def whole_scrubber(texts: Sequence[str], folder: Path) -> Run:
    """The scrubbing stage: language, recognisers, name model, propagation, placeholders; record batches in and out."""
    del folder
    config = scrub_config()
    stage = scrubber(config)
    if config.model is not None:
        config.model()(["Warm up."])  # loads the graph, which a worker does once …
    language_of("Two models warm up before the clock starts.")  # … and the model that tells languages
    prepared = list(batches(texts))

    def run() -> None:
        for batch in prepared:
            stage(batch)

    return run


@dataclass
class Recorded:
    """What a `Tagger` asked its model: the arrays of each batch, and how many word pieces."""

    labels: int
    arrays: list[tuple[Ids, Ids, Ids]]
    pieces: int = 0

    def __call__(self, ids: Ids, cases: Ids, mask: Ids) -> Any:
        """Note the question; the answer is that there is nothing."""
        self.arrays.append((ids, cases, mask))
        self.pieces += int(mask.sum())
        return np.zeros((*ids.shape, self.labels), np.float32)


def recorder() -> tuple[Tagger, Recorded]:
    """A tagger like the shipped model's, without the model; and what will be asked of it."""
    about = card(FOLDER)
    recorded = Recorded(len(about.labels), [])
    pieces = WordPieces((FOLDER / VOCABULARY).read_text(encoding="utf-8").splitlines())
    return Tagger(recorded, pieces, about.scheme("corporate")), recorded


def raw_inference(texts: Sequence[str], folder: Path) -> Run:
    """The model's graph alone, on the very arrays that the scrubber would ask it: same pieces, batches by length, no memory."""
    del folder
    tagger, recorded = recorder()
    tagger.tag([passage.text for text in texts for passage in passages(view(text).text)])
    session = _session(FOLDER / GRAPH)
    session.run(["logits"], dict(zip(("input_ids", "case_ids", "attention_mask"), recorded.arrays[0], strict=True)))

    def run() -> None:
        for ids, cases, mask in recorded.arrays:
            session.run(["logits"], {"input_ids": ids, "case_ids": cases, "attention_mask": mask})

    return run


def _session(graph: Path) -> Any:
    import onnxruntime as ort  # noqa: PLC0415 - only the child that asks the model needs it

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # as the scrubber has it
    provider = ("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})
    return ort.InferenceSession(str(graph), options, providers=[provider])


def prepare(folder: Path, texts: Sequence[str]) -> None:
    """Write a blank spaCy pipeline and a small one with an entity recogniser, trained for a moment on own texts."""
    import spacy  # noqa: PLC0415 - takes seconds to import
    from spacy.training import Example  # noqa: PLC0415 - the same

    spacy.util.fix_random_seed(0)
    spacy.blank("en").to_disk(folder / "blank")
    small = spacy.blank("en")
    recognizer = small.add_pipe("ner")  # its default is a tok2vec of width 96 and depth 4, as in en_core_web_sm
    for label in ("PERSON", "ORG", "GPE", "DATE"):
        recognizer.add_label(label)
    documents = [small.make_doc(text[:400]) for text in texts[:TRAINING_STEPS]]
    examples = [Example.from_dict(document, {"entities": []}) for document in documents]
    small.initialize(lambda: examples)
    for example in examples:
        small.update([example])
    small.to_disk(folder / "small")


def presidio(texts: Sequence[str], folder: Path, *, pipeline: str, batched: bool = False) -> Run:
    """Presidio as it comes, all of its recognisers, over the spaCy ``pipeline`` in ``folder``; it analyses and replaces nothing."""
    import tldextract  # noqa: PLC0415 - comes with Presidio, takes seconds to import
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine  # noqa: PLC0415 - the same
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine  # noqa: PLC0415 - the same

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # else it asks the network
    models = [{"lang_code": "en", "model_name": str(folder / pipeline)}]
    configuration = NerModelConfiguration(
        model_to_presidio_entity_mapping={"PERSON": "PERSON", "ORG": "ORGANIZATION", "GPE": "LOCATION"}
    )
    engine = AnalyzerEngine(nlp_engine=SpacyNlpEngine(models=models, ner_model_configuration=configuration))
    engine.analyze("Warm up.", "en")
    if batched:
        whole = BatchAnalyzerEngine(engine)
        return lambda: _drain(whole.analyze_iterator(texts, "en"))
    return lambda: _drain(engine.analyze(text, "en") for text in texts)


def _drain(results: Any) -> None:
    for _ in results:
        pass


CONTENDERS: dict[str, Contender] = {
    "raw": raw_inference,
    "winnow": whole_scrubber,
    "blank": partial(presidio, pipeline="blank"),
    "small": partial(presidio, pipeline="small"),
    "batched": partial(presidio, pipeline="small", batched=True),
}
"""By name, in the order of the table."""

LABELS = {
    "raw": "the model's ONNX graph alone, same pieces, no memory",
    "winnow": "winnow, the whole scrubbing stage",
    "blank": "Presidio, blank spaCy (no names in prose)",
    "small": "Presidio, small spaCy NER",
    "batched": "Presidio `BatchAnalyzerEngine`, small spaCy NER",
}
