"""A client of the fine-tuning interface that OpenAI published and others copied: files, jobs, and answers of a model.

Belongs here: requests, what is tried again and how long is waited. Does not belong here: in which order a model's training asks
(`resources.jobs_submission`), and what is kept of it (`resources.model_records`).

Tried again are an answer of 408, 409, 425, 429 or 5xx and a broken connection, waiting as long as ``Retry-After`` says, else twice as
long each time. A request that makes something is never sent again blindly: after a broken connection nobody knows whether it was
made, so `Uncertain` is raised and the caller looks first. A redirect is refused, since the key would go with it.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from winnow.errors import TrainingFailed

TRIES = 6  # with waits of 1, 2, 4, 8 and 16 s: half a minute, in which most services are back
FIRST_WAIT = 1.0  # seconds
LONGEST_WAIT = 60.0  # seconds between two looks or tries
MOST_RETRY_AFTER = 600.0  # seconds; a service that asks for more is taken to be out of order
MOST_SAID = 600  # characters of a service's words that are passed on
PAGES = 50  # of a list that are looked through, newest first

_AGAIN = frozenset({408, 409, 425, 429, *range(500, 600)})
_REFUSED_BEFORE_WORK = frozenset({425, 429})  # RFC 8470 and 6585: nothing was done; a gateway says 503 also when something was
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_KEY_LIKE = re.compile(r"\b(?:sk|key|tgp|fw|gsk|hf)[-_][A-Za-z0-9_*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)


class Uncertain(Exception):
    """The connection broke while something was being made; whether it was made has to be looked up."""


class NotOffered(Exception):
    """The service does not know this request."""


@dataclass
class JobsApi:
    """One service. ``sleep`` is for tests of patience; ``hidden`` says which of a message's words are ours and not to be passed on."""

    address: str
    api_key: str = field(default="", repr=False)
    timeout_seconds: float = 60
    sleep: Callable[[float], None] = time.sleep
    hidden: Callable[[str], str] = str

    def __post_init__(self) -> None:
        """Open the client."""
        headers = {"User-Agent": "winnow"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        self._client = httpx.Client(headers=headers, timeout=self.timeout_seconds, follow_redirects=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # --- files

    def find_file(self, name: str, size: int) -> str | None:
        """The id of the uploaded training file of that name and size; None if there is none.

        Raises:
            NotOffered: the service lists no files.
        """
        for found in self._pages("/files", {"purpose": "fine-tune"}):
            same = found.get("filename") == name and found.get("bytes", size) == size
            if same and found.get("status") not in {"error", "deleted", "failed"}:
                return str(found["id"])
        return None

    def upload(self, path: Path, name: str) -> str:
        """Upload the file at ``path`` as ``name`` and return its id; it is streamed, never held in memory.

        Raises:
            Uncertain: nobody knows whether it arrived.
        """

        def request() -> httpx.Response:
            with path.open("rb") as content:
                return self._client.post(
                    self._at("/files"),
                    data={"purpose": "fine-tune"},
                    files={"file": (name, content, "application/jsonl")},
                    timeout=httpx.Timeout(self.timeout_seconds, write=max(self.timeout_seconds, 600)),
                )

        return str(self._made(request)["id"])

    def file_status(self, file_id: str) -> tuple[str, str]:
        """The state of an uploaded file, and what the service says about it."""
        found = self._read(f"/files/{file_id}")
        return str(found.get("status") or "processed"), self._clean(str(found.get("status_details") or ""))

    # --- jobs

    def find_job(self, is_it: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any] | None:
        """The newest job for which ``is_it`` holds; None if there is none.

        Raises:
            NotOffered: the service lists no jobs.
        """
        return next((dict(job) for job in self._pages("/fine_tuning/jobs", {"limit": "100"}) if is_it(job)), None)

    def create_job(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Start a job.

        Raises:
            Uncertain: nobody knows whether it was started.
        """
        return self._made(lambda: self._client.post(self._at("/fine_tuning/jobs"), json=dict(body)))

    def job(self, job_id: str) -> dict[str, Any]:
        """A job as it is now."""
        return self._read(f"/fine_tuning/jobs/{job_id}")

    def job_words(self, job: Mapping[str, Any]) -> str:
        """What the service says about the end of ``job``, fit to be passed on."""
        error = job.get("error")
        said = error.get("message") if isinstance(error, Mapping) else error
        code = f"{error['code']}: " if isinstance(error, Mapping) and error.get("code") else ""
        return self._clean(f"{code}{said}") if said else "the service gives no reason"

    # --- answers

    def chat(self, model: str, messages: list[dict[str, str]], max_tokens: int) -> str:
        """The model's answer to ``messages``, without chance."""
        body = {"model": model, "messages": messages, "temperature": 0, "max_tokens": max_tokens}
        return str(self._answer("/chat/completions", body)["message"].get("content") or "")

    def complete(self, model: str, prompt: str, max_tokens: int, stop: str | None) -> str:
        """The model's continuation of ``prompt``, without chance, up to ``stop``."""
        body = {
            "model": model,
            "prompt": prompt,
            "temperature": 0,
            "max_tokens": max_tokens,
            **({"stop": stop} if stop else {}),
        }
        return str(self._answer("/completions", body).get("text") or "")

    # --- requests

    def _answer(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._again(lambda: self._client.post(self._at(path), json=dict(body)))
        choices = self._object(answer).get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            raise TrainingFailed("the service's answer has no choice in it; is its address right?")
        return {"message": {}, **choices[0]}

    def _read(self, path: str) -> dict[str, Any]:
        return self._object(self._again(lambda: self._client.get(self._at(path))))

    def _pages(self, path: str, parameters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        asked = dict(parameters)
        for _ in range(PAGES):
            answer = self._again(lambda: self._client.get(self._at(path), params=asked), or_not_offered=True)
            page = self._object(answer)
            found = page.get("data")
            if not isinstance(found, list):
                raise NotOffered
            yield from (entry for entry in found if isinstance(entry, dict))
            if not page.get("has_more") or not found:
                return
            asked["after"] = str(found[-1].get("id"))

    def _made(self, request: Callable[[], httpx.Response]) -> dict[str, Any]:
        """Send a request that makes something; again only where the service surely did nothing."""
        for wait in self._waits():
            try:
                answer = request()
            except httpx.ConnectError as error:  # it never got there
                self._patience(wait, f"the service cannot be reached ({_kind(error)})")
                continue
            except httpx.HTTPError:
                raise Uncertain from None
            if answer.status_code in _REFUSED_BEFORE_WORK and not answer.is_success:
                self._patience(wait, self._said(answer), _retry_after(answer))
                continue
            if answer.status_code >= 500 or answer.status_code == 408:
                raise Uncertain
            return self._object(answer)
        raise AssertionError  # the last wait is None, which `_patience` raises for

    def _again(self, request: Callable[[], httpx.Response], *, or_not_offered: bool = False) -> httpx.Response:
        """Send a request that makes nothing, as often as it takes within reason."""
        for wait in self._waits():
            try:
                answer = request()
            except httpx.HTTPError as error:
                self._patience(wait, f"the service cannot be reached ({_kind(error)})")
                continue
            if answer.status_code in _AGAIN:
                self._patience(wait, self._said(answer), _retry_after(answer))
                continue
            if or_not_offered and answer.status_code in {404, 405, 501}:
                raise NotOffered
            return answer
        raise AssertionError  # as above

    def _object(self, answer: httpx.Response) -> dict[str, Any]:
        if not answer.is_success:
            raise TrainingFailed(self._said(answer))
        try:
            value = answer.json()
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise TrainingFailed("the service's answer is no JSON object; is its address right, with its version (…/v1)?")
        return value

    def _said(self, answer: httpx.Response) -> str:
        """What the service says, in its own words where it has any."""
        if answer.is_redirect:
            return (
                f"the service answers with a redirect ({answer.status_code}), which is not followed: the key would go with it"
            )
        try:
            value = answer.json()
            error = value.get("error", value)
            words = error.get("message") or error.get("detail") if isinstance(error, dict) else error
        except (ValueError, AttributeError):
            words = ""
        return self._clean(f"the service answers {answer.status_code}: {words or answer.reason_phrase}")

    def _clean(self, message: str) -> str:
        """``message`` in one line, without our key, whatever looks like one, and our texts."""
        plain = _CONTROL.sub(" ", message)
        if self.api_key:
            plain = plain.replace(self.api_key, "…")
        return self.hidden(_KEY_LIKE.sub("…", plain))[:MOST_SAID]

    def _patience(self, wait: float | None, said: str, asked: float | None = None) -> None:
        if wait is None or (asked is not None and asked > MOST_RETRY_AFTER):
            raise TrainingFailed(f"{said} (tried {TRIES} times)" if wait is None else f"{said} (try again in {asked:.0f} s)")
        self.sleep(max(wait, asked or 0.0))

    def _waits(self) -> Iterable[float | None]:
        return [*(min(FIRST_WAIT * 2**number, LONGEST_WAIT) for number in range(TRIES - 1)), None]

    def _at(self, path: str) -> str:
        return self.address.rstrip("/") + path


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the service asks for; None without, or where it names a date, which the next try comes near enough to."""
    try:
        return max(0.0, float(answer.headers.get("Retry-After", "")))
    except ValueError:
        return None


def _kind(error: Exception) -> str:
    """The kind of ``error``; its message may hold the address with a query."""
    return type(error).__name__
