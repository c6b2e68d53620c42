"""robots.txt: who may fetch what (RFC 9309), and what may be done with it.

Belongs here: the file's grammar, which group speaks to us, matching. Does not belong here: fetching it and what its absence means
(`_sites`), and other ways of saying no (`_optouts`).

It is parsed where it is fetched, not in a confined process as feeds and sitemaps are: nothing but Python's own strings touches it, at
most `MAX_BYTES` of it are ever read off the wire, and parsing is linear in them, whatever they say (tested).

One pass reads all of it, so that rules and preferences stand in the same group: ``Allow`` and ``Disallow``; ``Crawl-delay``; the
usage preferences ``Content-Usage`` (draft-ietf-aipref-attach) and ``Content-Signal`` (contentsignals.org), each with a path or for
all; and, for every crawler, ``Sitemap`` and ``License`` (RSL). Matching is linear in the length of the path.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from resources.sources._addresses import escaped

MAX_BYTES = 500 * 1024  # that a crawler must parse (RFC 9309, 2.5); what follows is not read

_TOKEN = re.compile(r"[A-Za-z_-]+")

_NAMES = {
    **dict.fromkeys(
        ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"
    ),  # as they are written
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    **dict.fromkeys(("crawl-delay", "crawldelay"), "crawl-delay"),
    **dict.fromkeys(("sitemap", "site-map"), "sitemap"),
    **{name: name for name in ("allow", "content-usage", "content-signal", "license")},
}

TRAINING = ("train-genai", "train-ai", "ai-train", "genai", "ai", "tdm", "bots", "all")
"""Labels that speak of training models, the closest first: those of the drafts of the AI preferences vocabulary, and of content
signals (``ai-train``). The closest one that is there decides."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path pattern: ``*`` is any run of characters, ``$`` at the end the end; else it is a prefix."""

    text: str
    parts: tuple[str, ...]
    ends: bool

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """``text``, percent-encoded in the one way."""
        ends = text.endswith("$")
        parts = tuple(escaped(part) for part in re.split(r"\*+", text.removesuffix("$")))
        return cls(text, parts, ends)

    @property
    def length(self) -> int:
        """In octets: of several patterns that match the longest decides (RFC 9309, 2.2.2)."""
        return sum(map(len, self.parts)) + self.text.count("*") + self.ends

    def matches(self, target: str) -> bool:
        """Whether ``target``, a path with its query, is one of these."""
        first, *rest = self.parts
        if not target.startswith(first):
            return False
        at = len(first)
        if not rest:
            return not self.ends or at == len(target)
        for part in rest[:-1]:
            found = target.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if self.ends:
            return len(target) - len(rest[-1]) >= at and target.endswith(rest[-1])
        return target.find(rest[-1], at) >= 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that allows or disallows what matches, or states a preference about it."""

    name: str
    pattern: Pattern
    value: str = ""

    def __str__(self) -> str:
        """The line, in one form."""
        words = {"allow": "Allow", "disallow": "Disallow", "content-usage": "Content-Usage", "content-signal": "Content-Signal"}
        return f"{words[self.name]}: {' '.join(filter(None, (self.pattern.text, self.value)))}"


@dataclass
class Group:
    """The rules for some crawlers, by their tokens in lower case."""

    agents: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    crawl_delay: float | None = None


@dataclass(frozen=True)
class Robots:
    """A parsed file."""

    groups: tuple[Group, ...] = ()
    common: Group = field(default_factory=Group)  # preferences that stand before any group
    sitemaps: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    def _of(self, agent: str) -> list[Group]:
        """The groups that name ``agent``, else those for ``*``; several count as one (RFC 9309, 2.2.1)."""
        named = [group for group in self.groups if agent.lower() in group.agents]
        return named or [group for group in self.groups if "*" in group.agents]

    def refusal(self, target: str, agent: str) -> Rule | None:
        """The rule by which ``agent`` may not fetch ``target`` (path and query); None if it may."""
        if target.partition("?")[0] == "/robots.txt":
            return None
        rules = [rule for group in self._of(agent) for rule in group.rules if rule.name in {"allow", "disallow"}]
        rule = _closest(rules, target, ("disallow", "allow"))
        return rule if rule and rule.name == "disallow" else None

    def named_refusal(self, target: str, agents: Iterable[str]) -> tuple[str, Rule] | None:
        """The first of ``agents`` that has a group of its own which keeps it from ``target``, and the rule."""
        for agent in agents:
            if any(agent.lower() in group.agents for group in self.groups):
                rule = self.refusal(target, agent)
                if rule is not None:
                    return agent, rule
        return None

    def preferences(self, target: str, agent: str) -> list[Rule]:
        """The usage preferences for ``target``: of each kind those of the longest pattern; equal ones all hold."""
        found = []
        rules = [rule for group in (*self._of(agent), self.common) for rule in group.rules]
        for name in ("content-usage", "content-signal"):
            matching = [rule for rule in rules if rule.name == name and rule.pattern.matches(target)]
            longest = max((rule.pattern.length for rule in matching), default=0)
            found += [rule for rule in matching if rule.pattern.length == longest]
        return found

    def delay(self, agent: str) -> float:
        """Seconds that ``agent`` is to wait between two requests; 0 if nothing is said."""
        return max((group.crawl_delay or 0 for group in self._of(agent)), default=0)


def parse(content: bytes) -> Robots:
    """The rules in ``content``, of which the first `MAX_BYTES` are read; whatever is not a rule is passed over."""
    text = content[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    if len(content) > MAX_BYTES:
        text = text.rpartition("\n")[0]  # half a line may say the contrary of the whole
    groups: list[Group] = []
    common, sitemaps, licences = Group(), [], []
    naming = False
    for name, value in _lines(text):
        if name == "user-agent":
            if not naming:
                groups.append(Group())
            naming = True
            token = _TOKEN.match(value)
            groups[-1].agents.update({"*"} if value.startswith("*") else {token[0].lower()} if token else set())
            continue
        if name == "sitemap":
            sitemaps.append(value)
        elif name == "license":
            licences.append(value)
        else:
            naming = False
            _add(groups[-1] if groups else common, name, value, grouped=bool(groups))
    return Robots(tuple(groups), common, tuple(sitemaps), tuple(licences))


def usage(text: str) -> dict[str, bool]:
    """A preference expression such as ``train-ai=n, search=y`` as label → whether it is allowed; of two that differ, no holds."""
    found: dict[str, bool] = {}
    for member in text.lower().split(","):
        label, _, value = member.partition(";")[0].partition("=")
        said = value.strip(' \t"')
        if said in {"n", "no", "?0", "y", "yes", "?1"}:
            allowed = said in {"y", "yes", "?1"}
            found[label.strip()] = found.get(label.strip(), True) and allowed
    return found


def forbids_training(preferences: dict[str, bool]) -> bool:
    """Whether the closest label that speaks of training says no."""
    return next((not preferences[label] for label in TRAINING if label in preferences), False)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"[\r\n]+", text):
        name, colon, value = line.partition("#")[0].partition(":")
        known = _NAMES.get(name.strip().lower())
        if colon and known:
            yield known, value.strip()


def _add(group: Group, name: str, value: str, *, grouped: bool) -> None:
    if name == "crawl-delay":
        try:
            seconds = float(value)
        except ValueError:
            return
        if math.isfinite(seconds) and seconds >= 0:
            group.crawl_delay = max(seconds, group.crawl_delay or 0)
    elif name in {"content-usage", "content-signal"}:
        path, said = [*value.split(maxsplit=1), ""][:2] if value.startswith("/") else ("", value)
        group.rules.append(Rule(name, Pattern.parse(path), said))
    elif value and grouped:  # an empty Disallow allows everything, and says so by being no rule
        path = value if value.startswith(("/", "*")) else f"/{value}"
        group.rules.append(Rule(name, Pattern.parse(path)))


def _closest(rules: Iterable[Rule], target: str, order: tuple[str, ...]) -> Rule | None:
    """The rule with the longest pattern that matches; of equally long ones that whose name comes later in ``order``."""
    matching = [rule for rule in rules if rule.pattern.matches(target)]
    return max(matching, key=lambda rule: (rule.pattern.length, order.index(rule.name)), default=None)
