"""What the company collects from outside: saved articles, a feed, studies."""

import datetime as dt
import email.utils
from collections.abc import Mapping
from html import escape
from typing import Any

from pipelines.demo.draw import Dice, bank
from pipelines.demo.people import customer
from pipelines.demo.zone import DAYS, Zone, date_of

_SITE = "https://counter.example.org"


def write(zone: Zone, seed: str) -> None:
    """Write articles, feeds and studies."""
    words = bank("public")
    for number, article in enumerate(words["articles"]):
        author = customer(Dice(seed, "article", number))
        zone.plant(author.name, "PERSON", "articles")
        zone.plant(author.email, "EMAIL_ADDRESS", "articles")
        page = _page(words, article, f'By {escape(author.name)}, <a href="mailto:{author.email}">{author.email}</a>')
        zone.put(f"public/articles/{article['slug']}.html", page, number % DAYS)
    for number, day in enumerate(range(0, DAYS, 2)):
        zone.put(
            f"public/feeds/industry-{date_of(day)}.rss", _feed(words, words["news"][number * 3 : number * 3 + 3], day), day
        )
    for number, study in enumerate(bank("studies")):
        zone.put(f"public/studies/{study['slug']}.xml", _study(study), (3 + number) % DAYS)


def _page(words: Mapping[str, Any], article: Mapping[str, Any], byline: str) -> str:
    """An article amid what a saved page holds besides: navigation, cookies, advertisements, links to other articles."""
    others = [other for other in words["articles"] if other is not article][:4]
    related = "".join(f'<li><a href="{_SITE}/{other["slug"]}">{escape(other["title"])}</a></li>' for other in others)
    body = "".join(
        (f"<h2>{escape(part['heading'])}</h2>" if part["heading"] else "")
        + "".join(f"<p>{escape(p)}</p>" for p in part["text"])
        for part in article["parts"]
    )
    title = escape(article["title"])
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | {words["paper"]}</title>
<script>window.tracking = {{"id": "example"}};</script><style>nav {{ display: flex }}</style></head>
<body>
<div class="cookie-banner"><p>We use cookies to make this page better for you.</p><button>Accept all</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/trade">Trade</a></li><li><a href="/technology">Technology</a></li>
<li><a href="/subscribe">Subscribe</a></li></ul></nav></header>
<main><article><h1>{title}</h1><p class="byline">{byline}</p>{body}</article>
<aside class="advertisement"><p>Advertisement</p><p>Beans by subscription, first bag free!</p></aside>
<section class="related"><h3>Read more</h3><ul>{related}</ul></section></main>
<footer><p>© {words["paper"]}. All rights reserved.</p><ul><li><a href="/privacy">Privacy</a></li>
<li><a href="/imprint">Imprint</a></li></ul><form><input name="q"><button>Sign up for our newsletter</button></form></footer>
</body></html>
"""


def _feed(words: Mapping[str, Any], news: list[list[str]], day: int) -> str:
    published = email.utils.format_datetime(dt.datetime.combine(date_of(day), dt.time(6), dt.UTC), usegmt=True)
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>{_SITE}/news/{'-'.join(title.lower().split())}</link>"
        f"<guid>{_SITE}/news/{day}-{number}</guid><pubDate>{published}</pubDate><description>{escape(text)}</description></item>\n"
        for number, (title, text) in enumerate(news)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{words["paper"]}: industry news</title>\n'
        f"<link>{_SITE}</link><description>News of the trade</description>\n{entries}</channel></rss>\n"
    )


def _study(study: Mapping[str, Any]) -> str:
    """A study as JATS, the format of open-access publishers."""
    abstract = "".join(f"<p>{escape(text)}</p>" for text in study["abstract"])
    sections = "".join(
        f"<sec><title>{escape(section['title'])}</title>"
        + "".join(f"<p>{escape(text)}</p>" for text in section["text"])
        + "</sec>\n"
        for section in study["sections"]
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<article article-type="research-article" xml:lang="en"><front>
<journal-meta><journal-title-group><journal-title>{escape(study["journal"])}</journal-title></journal-title-group></journal-meta>
<article-meta><title-group><article-title>{escape(study["title"])}</article-title></title-group>
<permissions><license><license-p>CC BY 4.0</license-p></license></permissions>
<abstract>{abstract}</abstract></article-meta></front>
<body>
{sections}</body></article>
"""
