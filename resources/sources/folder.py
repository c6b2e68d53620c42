"""Folders and buckets: a path of this machine, or any address that fsspec knows.

A local path is walked by the operating system's own calls (`_local`), which tell the change time and never follow a symbolic
link; S3 (`_s3`) and SFTP (`_sftp`) have stores of their own here, any other address goes through fsspec (`_remote`). What holds
for all of them, archives included, is in `_folder`.
"""

from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from resources.sources import _s3, _sftp
from resources.sources._base import OpenSource, Source, SourceKind
from resources.sources._folder import Folder
from resources.sources._globs import Globs, translate
from resources.sources._local import LocalStore
from resources.sources._remote import RemoteStore
from resources.sources._store import Store

_WRAPPERS = {
    # fsspec's stores that stand before another one, or are none
    *(
        "blockcache",
        "cached",
        "filecache",
        "simplecache",
        "dir",
        "generic",
        "reference",
        "asynclocal",
        "data",
        "dask",
        "worker",
    ),
    *("zip", "tar", "libarchive"),
}


class FolderSource(Source):
    """The files below one address."""

    kind: Literal["folder"]
    url: str = Field(
        min_length=1, repr=False, description="path or fsspec address; a relative path counts from the catalog's own folder"
    )
    options: dict[str, Any] = Field(
        {},
        repr=False,
        description="what its store needs besides the address: endpoint_url, key, secret …; credentials only as ${env:…} or "
        "${file:…}",
    )
    include: tuple[str, ...] = Field(("**/*",), min_length=1, description="patterns over the key, such as **/*.pdf")
    exclude: tuple[str, ...] = Field((), description="patterns of keys to leave out")
    archives: Literal["open", "keep"] = Field(
        "open",
        description="`open`: ZIP, TAR and gzip files are folders, and what is in them are objects; `keep`: they are objects",
    )
    page_files: Literal["skip", "read"] = Field(
        "skip",
        description="what browsers save beside a page, `report_files/` beside `report.html`, where the source takes the page: "
        "`skip` leaves pictures, styles and frames of it out",
    )
    trust_times: bool = Field(
        False,
        description="where the store tells neither change time nor etag (SFTP): a file of the same size and modification time "
        "is unchanged; else every scan reads all of them again",
    )

    @field_validator("url")
    @classmethod
    def _resolved(cls, url: str, info: ValidationInfo) -> str:
        scheme = _scheme(url)
        if scheme in {"file", "local"}:
            parts = urlsplit(url)
            if parts.netloc not in {"", "localhost"}:
                raise ValueError("a file address names this machine; write file:///absolute/path")
            url = unquote(parts.path)
        elif scheme:
            _refuse(scheme)
            return url
        return str(_below(url, info))

    @field_validator("include", "exclude")
    @classmethod
    def _patterns(cls, globs: tuple[str, ...]) -> tuple[str, ...]:
        for glob in globs:
            translate(glob)
        return globs

    @field_validator("options")
    @classmethod
    def _paths(cls, options: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """``options`` with the paths that SFTP takes counted from the catalog's folder."""
        if _scheme(str(info.data.get("url", ""))) not in _sftp.SCHEMES:
            return options
        found = dict(options)
        for name in ("known_hosts", "client_keys"):
            given = found.get(name)
            if given is None:
                continue
            listed = [given] if isinstance(given, str) else given
            found[name] = [path if "PRIVATE KEY" in path else str(_below(path, info)) for path in listed]
        return found

    @model_validator(mode="after")
    def _fits(self) -> "FolderSource":
        scheme = _scheme(self.url)
        if self.options and not scheme:
            raise ValueError("options: a path of this machine takes none; leave them out")
        if scheme in _sftp.SCHEMES and (unknown := sorted(set(self.options) - set(_sftp.OPTIONS))):
            message = f"options: {', '.join(unknown)}: no such option of an SFTP address; it takes {', '.join(_sftp.OPTIONS)}"
            raise ValueError(message)
        return self


def open_folder(source: FolderSource, cache: Path) -> OpenSource:
    """``source``, local or remote, by its address; it is read where it lies, and ``cache`` holds the names in its archives."""
    return Folder(
        _store(source),
        Globs(source.include, source.exclude),
        cache,
        archives=source.archives == "open",
        trust_times=source.trust_times,
        page_files=source.page_files == "read",
    )


def _store(source: FolderSource) -> Store:
    scheme = _scheme(source.url)
    if not scheme:
        return LocalStore(source.name, Path(source.url))
    if scheme in _s3.SCHEMES:
        return _s3.S3Store(source.name, source.url, source.options)
    if scheme in _sftp.SCHEMES:
        return _sftp.SftpStore(source.name, source.url, source.options)
    return RemoteStore(source.name, source.url, source.options)


def _refuse(scheme: str) -> None:
    """Raise ValueError for an address that is no place of files of its own."""
    import fsspec  # noqa: PLC0415 - a catalog of paths needs none of it

    if scheme in {"http", "https"}:
        raise ValueError("a web address is no folder; use `kind: web` or `kind: feed`")
    if "::" in scheme or scheme in _WRAPPERS:
        raise ValueError("name the store itself; archives in it are opened by `archives: open`, and nothing is cached")
    if scheme not in {*fsspec.available_protocols(), *fsspec.registry}:
        raise ValueError("no store is known by this scheme; see docs/catalog.md for those that are")


def _below(path: str, info: ValidationInfo) -> Path:
    base = (info.context or {}).get("folder", Path())
    return Path(base, Path(path).expanduser()).absolute()


def _scheme(url: str) -> str:
    """The scheme of ``url``; empty for a path."""
    return url.partition("://")[0].lower() if "://" in url else ""


SOURCE_KIND = SourceKind("folder", FolderSource, open_folder)
