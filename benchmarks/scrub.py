"""``make bench-scrub``: what the scrubber costs beside its model alone and beside Presidio, and what it saves and gains.

Belongs here: the program and its tables. Does not belong here: contenders (`benchmarks.contenders`) and clocks.
"""

import argparse
import logging
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from benchmarks.contenders import CONTENDERS, LABELS, prepare, recorder, scrub_config
from benchmarks.texts import batches, mixed, threads
from benchmarks.timing import REPEATS, interleaved, medians
from evaluation.pages import renew, table
from resources.engine import Engine
from winnow.errors import UsageError
from winnow.normalise import view
from winnow.passages import passages
from winnow.scrub import scrubber

PAGE = Path(__file__).parents[1] / "docs" / "pii.md"
PART = "measured-speed"
KILOBYTES = 1_000
WANTED_RATIO = 1.2  # of the CPU time of the model's raw inference on the same text
WORKERS = (1, 2)


def speeds(seconds: Mapping[str, Sequence[float]], size_bytes: int) -> str:
    """The table of contenders: KB of text per CPU-second, and times the cost of raw inference."""
    middle = medians(seconds)
    rows = []
    for name, median in middle.items():
        times = seconds[name]
        spread = f"{min(times):.1f} to {max(times):.1f}"
        ratio = f"{median / middle['raw']:.2f}" if "raw" in middle else ""
        wanted = f"≤ {WANTED_RATIO}" if name == "winnow" else ""
        rows.append((LABELS[name], f"{size_bytes / 1000 / median:.0f}", f"{median:.1f}", spread, ratio, wanted))
    return table(("contender", "KB per CPU-second", "CPU seconds", "least to most", "times raw", "wanted"), rows)


def unasked(texts: Sequence[str]) -> tuple[float, float]:
    """The shares of passages and of word pieces in ``texts`` that the model is not asked about, being seen before."""
    shown = [view(text).text for text in texts]
    cut = [passage.text for text in shown for passage in passages(text)]
    every, all_asked = recorder()
    every.tag(cut)
    remembering, asked = recorder()
    remembering(shown)
    return 1 - len(set(cut)) / len(cut), 1 - asked.pieces / all_asked.pieces


def savings() -> str:
    """The table of what memory saves, on text with boilerplate and without."""
    rows = []
    for label, texts in (
        ("mail threads with quotations, signatures, a disclaimer", threads()),
        ("texts of the comparison", mixed(KILOBYTES)),
    ):
        shares = unasked(texts)
        rows.append((label, f"{sum(len(text.encode()) for text in texts) / 1000:,.0f}", *(f"{share:.2f}" for share in shares)))
    return table(("text", "KB", "passages not inferred", "word pieces not inferred"), rows)


def _unscrubbed(rows: pa.RecordBatch, reason: str) -> pa.RecordBatch:
    raise RuntimeError(f"{rows.num_rows} documents were not scrubbed: {reason}")


def scaling(kilobytes: int) -> str:
    """The table of wall-clock speed through the engine, by number of workers."""
    texts = mixed(kilobytes)
    prepared, size = list(batches(texts)), sum(len(text.encode()) for text in texts)
    speed = {}
    for workers in WORKERS:
        with Engine(workers, timeout_seconds=600) as engine:
            # Workers live on: the first pass, of a batch each, starts them and loads the model.
            list(engine.map_batches(scrubber, scrub_config(), list(batches(["Warm up."])) * workers, on_poison=_unscrubbed))
            start = time.perf_counter()
            list(engine.map_batches(scrubber, scrub_config(), prepared, on_poison=_unscrubbed))
            speed[workers] = size / 1000 / (time.perf_counter() - start)
    rows = [(str(workers), f"{value:.0f}", f"{value / speed[WORKERS[0]]:.2f}") for workers, value in speed.items()]
    return table(("workers", "KB per second", "times one"), rows)


def _setting(size_bytes: int, repeats: int) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "presidio-analyzer", "spacy"))
    return (
        f"{size_bytes / 1000:,.0f} KB of own corporate and technical texts, one core, medians of {repeats} passes in turn, "
        f"each in a process of its own; Python {platform.python_version()}, {platform.machine()}, {libraries}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; 2 if the model or spaCy is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scrub", description="Measure what the scrubber costs.")
    parser.add_argument("--kilobytes", type=int, default=KILOBYTES, help="size of the text (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="passes of each contender (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), help="contenders; all if left out")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/pii.md")
    chosen = parser.parse_args(arguments)
    logging.disable(logging.WARNING)  # Presidio tells of every recogniser that it leaves out
    texts = mixed(chosen.kilobytes)
    size = sum(len(text.encode()) for text in texts)
    try:
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder), texts)
            seconds = interleaved(chosen.only, chosen.kilobytes, Path(folder), chosen.repeats)
        parts = [_setting(size, chosen.repeats), speeds(seconds, size), savings(), scaling(chosen.kilobytes)]
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = "\n\n".join(parts)
    sys.stdout.write(f"{text}\n")
    if chosen.write:
        renew(PAGE, {PART: text})
    return 0


if __name__ == "__main__":
    sys.exit(main())
