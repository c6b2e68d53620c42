"""Folders and buckets: a path of this machine, or any address that fsspec knows.

A local path is walked by the operating system's own calls (`_local`), which tell the change time and never follow a symbolic
link; any other address goes through fsspec (`_remote`) and tells an etag where its store has one.
"""

from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationInfo, field_validator

from resources.sources._base import OpenSource, Source, SourceKind
from resources.sources._globs import Globs, translate
from resources.sources._local import LocalFolder
from resources.sources._remote import RemoteFolder


class FolderSource(Source):
    """The files below one address."""

    kind: Literal["folder"]
    url: str = Field(
        min_length=1, repr=False, description="path or fsspec address; a relative path counts from the catalog's own folder"
    )
    include: tuple[str, ...] = Field(("**/*",), min_length=1, description="patterns over the key, such as **/*.pdf")
    exclude: tuple[str, ...] = Field((), description="patterns of keys to leave out")

    @field_validator("url")
    @classmethod
    def _resolved(cls, url: str, info: ValidationInfo) -> str:
        if _scheme(url) == "file":
            parts = urlsplit(url)
            if parts.netloc not in {"", "localhost"}:
                raise ValueError("a file address names this machine; write file:///absolute/path")
            url = unquote(parts.path)
        if _scheme(url):
            return url
        base = (info.context or {}).get("folder", Path())
        return str(Path(base, Path(url).expanduser()).absolute())

    @field_validator("include", "exclude")
    @classmethod
    def _patterns(cls, globs: tuple[str, ...]) -> tuple[str, ...]:
        for glob in globs:
            translate(glob)
        return globs


def open_folder(source: FolderSource) -> OpenSource:
    """``source``, local or remote, by its address."""
    globs = Globs(source.include, source.exclude)
    if _scheme(source.url):
        return RemoteFolder(source.name, source.url, globs)
    return LocalFolder(source.name, Path(source.url), globs)


def _scheme(url: str) -> str:
    """The scheme of ``url``; empty for a path."""
    return url.partition("://")[0] if "://" in url else ""


SOURCE_KIND = SourceKind("folder", FolderSource, open_folder)
