"""S3 and what speaks its protocol, through s3fs's connection, credentials and retries.

Keys are asked for exactly as the listing says them: s3fs's paths would cut a ``?versionId=`` off a name and a slash off its end.
Pages of a listing are passed on one by one, so that a bucket of a million keys is never a million of s3fs's records. An object
is read from one request, and from where it broke off by another one that asks for the same etag.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from resources.sources._remote import nanoseconds
from resources.sources._store import PIECE, Entry, Ranges, attempted, source_error
from winnow.errors import UnreadableDocument

SCHEMES = ("s3", "s3a")

_CONFIG = {
    "connect_timeout": 10,  # seconds
    "read_timeout": 60,  # seconds without a byte
    "retries": {"mode": "standard", "max_attempts": 3},  # with botocore's pauses; throttling is tried again by s3fs too
}

_MARKERS = ("/", "_$folder$")  # how consoles and Hadoop end the empty object that stands for a folder


class S3Store:
    """See `resources.sources._store.Store`."""

    def __init__(self, name: str, url: str, options: Mapping[str, Any]) -> None:
        """``url`` is ``s3://bucket/prefix``; ``options`` are s3fs's. Nothing is touched yet."""
        self._name, self._options = name, dict(options)
        self._bucket, _, prefix = url.partition("://")[2].partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._connected: Any = None

    def entries(self) -> Iterator[Entry]:
        """Every object below the prefix; SourceError if the bucket, or anything below the prefix, is not there."""
        token: dict[str, str] = {}
        found = False
        while True:
            page = self._ask("listed", "list_objects_v2", Bucket=self._bucket, Prefix=self._prefix, **token)
            for one in page.get("Contents") or ():
                found = True
                path, size = str(one["Key"])[len(self._prefix) :], int(one["Size"])
                if path and not (size == 0 and path.endswith(_MARKERS)):
                    yield Entry(path, size, nanoseconds(one["LastModified"]), etag=one.get("ETag"))
            if not page.get("IsTruncated"):
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
        if not found and self._prefix:  # an empty bucket is one; a prefix without a key is nowhere
            raise source_error(self._name, "listed", NotADirectoryError())

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes at ``path``, all of one version of it."""
        at, answer = 0, self._get(path)
        size, etag = int(answer["ContentLength"]), answer.get("ETag")
        while at < size:
            try:
                piece = self._sync(answer["Body"].read, PIECE)
            except Exception:  # noqa: BLE001 - the connection broke, in whatever way: go on behind what was read
                piece = b""
            if not piece:
                answer = self._get(path, Range=f"bytes={at}-", **_same(etag))
                piece = attempted(self._name, "read", lambda answer=answer: self._sync(answer["Body"].read, PIECE))  # type: ignore[misc]
                if not piece:
                    raise source_error(self._name, "read", ConnectionError())
            at += len(piece)
            yield piece

    def opened(self, path: str) -> BinaryIO:
        """The object at ``path``; ranges of it are fetched."""
        head = self._ask("read", "head_object", Bucket=self._bucket, Key=self._prefix + path)
        etag = head.get("ETag")

        def fetch(start: int, stop: int) -> bytes:
            def get() -> bytes:
                answer = self._get(path, Range=f"bytes={start}-{stop - 1}", **_same(etag))
                return bytes(self._sync(answer["Body"].read))

            return attempted(self._name, "read", get)

        return cast("BinaryIO", Ranges(int(head["ContentLength"]), fetch))

    def refuses(self, path: str) -> bool:
        """Whether ``path`` has a part ``.`` or ``..``, which proxies resolve; an empty one at most leads to another of its keys."""
        return not {".", ".."}.isdisjoint(path.split("/"))

    def is_folder(self, path: str) -> bool:
        """Whether any key begins with ``path`` and a slash."""
        page = self._ask("read", "list_objects_v2", Bucket=self._bucket, Prefix=f"{self._prefix}{path}/", MaxKeys=1)
        return bool(page.get("Contents"))

    def _get(self, path: str, **more: str) -> Any:
        return self._ask("read", "get_object", Bucket=self._bucket, Key=self._prefix + path, **more)

    def _ask(self, action: str, method: str, **given: Any) -> Any:
        def call() -> Any:
            try:
                return self._store().call_s3(method, **given)
            except FileNotFoundError:
                if action == "listed":  # the bucket: what is not there has no listing
                    raise NotADirectoryError from None
                raise
            except OSError as error:
                answer = getattr(error.__cause__, "response", {})
                if answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 412:
                    raise UnreadableDocument("changed_while_reading") from None
                raise

        return attempted(self._name, action, call, again=False)  # s3fs and botocore have done so

    def _sync(self, call: Any, *arguments: Any) -> Any:
        from fsspec.asyn import sync  # noqa: PLC0415 - a local folder needs none of it

        return sync(self._store().loop, call, *arguments)

    def _store(self) -> Any:
        if self._connected is None:
            import s3fs  # noqa: PLC0415 - an extra

            config = {**_CONFIG, **(self._options.get("config_kwargs") or {})}
            options = {**self._options, "config_kwargs": config}
            self._connected = s3fs.S3FileSystem(**options, skip_instance_cache=True, use_listings_cache=False)
        return self._connected


def _same(etag: str | None) -> dict[str, str]:
    return {"IfMatch": etag} if etag else {}
