"""What a name model guessed, beside what patterns found in the same text.

A pattern knows what it has found: where it and the model disagree about what something is, the pattern is right.

And some guesses can be told to be wrong from their own letters: a model that has learnt where names stand takes a library or a
machine's type that stands there for one.

Belongs here: results of the model against results of patterns, and against what can be no name. Does not belong here: spans that
overlap for any other reason (`winnow.mentions.resolve`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from winnow.recognizers._base import words

SOFTWARE = words(
    "airflow alembic ansible apache argocd arrow asyncio avro aws azure babel bash bazel beautifulsoup bootstrap bower brotli "
    "calamine celery ceph chrome chromium circleci clickhouse cmake conda consul coverage css cython dagster dask databricks "
    "datadog dbt debian deno django docker dotenv duckdb dynamodb elasticsearch emacs envoy eslint excel express fabric "
    "fastapi figma firefox fluentd flask flink git github gitlab gnome golang grafana graphql gunicorn hadoop haproxy "
    "hashicorp haskell hibernate html http hudi hypothesis iceberg influxdb intellij istio java javascript jenkinsfile jinja "
    "jira json jupyter kafka keras kerberos kibana kotlin kubernetes kustomize langchain laravel latex libvirt linkerd linux "
    "log4j logstash lxml make mariadb markdown matplotlib maven mercurial meson minio mlflow mongodb mypy mysql nats nginx "
    "nodejs nomad npm numba numpy nunit oauth okta onnx onnxruntime openai openshift openssl oracle pandas parquet php "
    "phonenumbers pip poetry polars postgres postgresql powershell presidio prettier prometheus protobuf pulsar pulumi puppet pydantic "
    "pypdf pypy pytest python pytorch qt rabbitmq rails react redis redux requests rollup rstudio rubocop ruff saltstack "
    "scala scikit scipy selenium sentry setuptools slack snowflake solr spacy spark sphinx splunk spring sqlalchemy sqlite ssh "
    "storybook superset svelte sympy systemd tableau tensorflow terraform tkinter tokio tomcat tox trafilatura trino "
    "typescript ubuntu unicorn uvicorn vagrant valgrind vim vscode vue webpack windows xeon xgboost xml yaml yarn zabbix "
    "zookeeper zsh alpaca vicuna llama gpt unicode ascii utf lorem ipsum url api sql csv pdf"
)
"""Software and file formats in technical text, lower case: none is a usual name of a person; those that are (Jenkins, Julia,
Luigi) are not in the list."""

_CLIPPED = re.compile(r"(?<![^\W_])['’](?:Kay|Cause|Em|Til|Mon|Bout|Round)(?!['’\w])")
"""Words without their beginning, as transcripts spell them ('Kay for okay): names but for the sign before them."""

_WORD = re.compile(r"[^\W_]+")
_CHAIN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+){2,}")  # Knuth-Morris-Pratt: people who gave their names to something


def cut(text: str, guesses: Iterable[Any], matches: Sequence[Any]) -> Iterator[tuple[int, int, Any]]:
    """Each of the ``guesses`` without what the ``matches`` of another entity cover, as ``(start, end, guess)``.

    All are Presidio's results in the characters of ``text``. An address in a name is cut out of it; a postcode in an address
    whose entity is the same stays, for the longer span wins later.
    """
    covered: dict[str, list[tuple[int, int]]] = {}
    known = {(match.start, match.end, match.entity_type) for match in matches}
    for guess in guesses:
        entity = guess.entity_type
        if entity == "PERSON" and (
            is_clipped(text, guess.start, guess.end) or not may_be_a_person(text[guess.start : guess.end])
        ):
            continue
        if (guess.start, guess.end, entity) in known:  # found by a rule, which says more than a guess
            continue
        if entity not in covered:
            covered[entity] = _union((match.start, match.end) for match in matches if match.entity_type != entity)
        others = covered[entity]
        start = guess.start
        for other_start, other_end in others[max(bisect_right(others, (start, start)) - 1, 0) :]:
            if other_start >= guess.end:
                break
            if other_end > start:
                yield from _part(text, start, other_start, guess)
                start = other_end
        yield from _part(text, start, guess.end, guess)


def may_be_a_person(surface: str) -> bool:
    """Whether what a model takes for a person's name can be one.

    Not: a word that begins with a digit ("56ms"), a single word and a number ("Vale 80"), software ("Istio's"), and three or more
    names joined by hyphens (an algorithm's).
    """
    found = [word for word in _WORD.findall(surface) if word.casefold() != "s"]
    named = [word for word in found if not word[0].isdigit()]
    if not named or (len(named) == 1 and len(found) > 1 and all(word.isdigit() for word in found if word[0].isdigit())):
        return False
    return not (all(word.casefold() in SOFTWARE for word in named) or _CHAIN.fullmatch(surface.strip()))


def is_clipped(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is a word without its beginning: 'Kay, but neither 'Kay' in quotes nor O'Kay."""
    found = _CLIPPED.match(text, max(start - 1, 0)) or _CLIPPED.match(text, start)
    return found is not None and found.end() == end


def _union(bounds: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """``bounds`` as stretches that do not touch, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(bounds):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _part(text: str, start: int, end: int, guess: Any) -> Iterator[tuple[int, int, Any]]:
    """``text[start:end]`` of a ``guess`` without the signs at a cut; nothing if no letter is left of a guess that had some."""
    while start < end and start > guess.start and not text[start].isalnum():
        start += 1
    while end > start and end < guess.end and not text[end - 1].isalnum():
        end -= 1
    if start < end and (end - start == guess.end - guess.start or any(map(str.isalpha, text[start:end]))):
        yield start, end, guess
