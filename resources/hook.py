"""Tells someone that a run failed or a publication was blocked: by a command, or by a POST to an address.

What is told are counts, opaque ids, days and names from the catalog. A hook never makes a failed run fail differently: its own
failure is returned, not raised.
"""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from resources.catalog import Hook

_PLAIN = re.compile(r"^[A-Za-z0-9_.:,+/@-]{0,512}$")  # ids, days, names of stages: nothing with a space is one


@dataclass(frozen=True)
class HookResult:
    """Whether the hook was told, and if not, why."""

    told: bool
    detail: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address in the catalog is the one that is told, and no other."""

    def redirect_request(self, *_: object) -> None:
        """Refuse."""


def run_hook(hook: Hook, event: Mapping[str, str | int]) -> HookResult:
    """Tell ``hook`` of ``event``, whose names are lower-case words such as ``job``, ``run_id``, ``failed_days``.

    A command gets the event as JSON on its standard input and as environment variables ``WINNOW_EVENT_<NAME>``; an address gets
    the JSON as the body of a POST.

    Raises:
        ValueError: a value is neither a number nor a single word, so it may be text.
    """
    for name, value in event.items():
        if isinstance(value, str) and not _PLAIN.match(value):
            message = f"the event's {name} is not an id, a day or a count; hooks are told nothing else"
            raise ValueError(message)
    body = json.dumps(dict(event), sort_keys=True).encode()
    return _command(hook, event, body) if hook.command else _webhook(hook, body)


def _command(hook: Hook, event: Mapping[str, str | int], body: bytes) -> HookResult:
    environment = {**os.environ, **{f"WINNOW_EVENT_{name.upper()}": str(value) for name, value in event.items()}}
    try:
        done = subprocess.run(  # noqa: S603 - the owner of the catalog says what to run; there is no shell
            hook.command or (),
            input=body,
            env=environment,
            timeout=hook.timeout_seconds,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return HookResult(told=False, detail=f"the command took more than {hook.timeout_seconds:g} s")
    except OSError as error:
        return HookResult(told=False, detail=f"the command did not start ({error.strerror})")
    return HookResult(told=done.returncode == 0, detail=f"the command exited with {done.returncode}")


def _webhook(hook: Hook, body: bytes) -> HookResult:
    request = urllib.request.Request(  # noqa: S310 - the catalog takes http and https only
        hook.webhook or "", data=body, headers={"Content-Type": "application/json"}, method="POST"
    )
    opener = urllib.request.build_opener(_NoRedirect())
    try:
        with opener.open(request, timeout=hook.timeout_seconds) as answer:
            return HookResult(told=True, detail=f"the address answered {answer.status}")
    except urllib.error.HTTPError as error:
        return HookResult(told=False, detail=f"the address answered {error.code}")
    except (OSError, ValueError) as error:
        return HookResult(told=False, detail=f"the address did not answer ({type(error).__name__})")
