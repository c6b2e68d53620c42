"""Buckets as folder sources, on a real S3 server."""

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from moto.s3.models import s3_backends

from resources.sources import OpenSource, Source, _store, open_source
from resources.sources._s3 import S3Store
from tests.s3 import SECRET, S3Server, s3_server
from tests.winnow.formats.archives import zipped
from winnow.errors import SourceError, UnreadableDocument

Build = Callable[..., Source]

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """The server of all tests here."""
    with s3_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _alone(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """No trouble left over from another test, no waiting between attempts, no credentials but those of the catalog."""
    s3.troubles.clear()
    s3.asked.clear()
    monkeypatch.setattr(_store, "PAUSES", (0.01, 0.01))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def opened(s3: S3Server, folder_source: Build, tmp_path: Path) -> Callable[..., OpenSource]:
    """A source at an address of the server."""

    def build(url: str, **options: object) -> OpenSource:
        return open_source(folder_source(url, **{"options": s3.options(), **options}), tmp_path / "caches")

    return build


def keys(source: OpenSource) -> list[str]:
    """The keys in a listing, sorted."""
    return sorted(listed.key for listed in source.list())


def test_a_bucket_is_listed_and_read_like_a_folder(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """Patterns, keys, bytes and hashes are as for a local folder, and each object has the store's etag and time."""
    s3.put("plain", **{"in/a.txt": b"one", "in/x/b.pdf": b"two", "other/c.txt": b"three", "inside.txt": b"four"})
    source = opened("s3://plain/in", include=("**/*.{txt,pdf}",))
    found = {listed.key: listed for listed in source.list()}
    assert found.keys() == {"a.txt", "x/b.pdf"}
    assert found["a.txt"].etag == f'"{hashlib.md5(b"one").hexdigest()}"'
    assert found["a.txt"].mtime_ns
    assert source.read("x/b.pdf", 3) == b"two"
    assert source.sha256("a.txt") == hashlib.sha256(b"one").hexdigest()
    for key, limit, reason in (("a.txt", 2, "too_large"), ("no.txt", 2, "gone_while_reading")):
        with pytest.raises(UnreadableDocument, match=reason):
            source.read(key, limit)


def test_an_address_may_end_with_a_slash_or_be_the_whole_bucket(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """All spellings of a place give the same keys, and a prefix is a folder, not the beginning of a name."""
    s3.put("spelt", **{"in/a.txt": b"1", "index.txt": b"2"})
    assert [keys(opened(f"s3://spelt{end}")) for end in ("", "/")] == [["in/a.txt", "index.txt"]] * 2
    assert [keys(opened(f"s3{end}")) for end in ("://spelt/in", "://spelt/in/", "a://spelt/in")] == [["a.txt"]] * 3


def test_more_objects_than_a_page_are_all_listed(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A listing goes on until the last page."""
    s3.put("many")
    behind = s3_backends["123456789012"]["aws"]  # the server's own memory: a thousand uploads take it five seconds
    for number in range(1005):
        behind.put_object("many", f"in/{number:04}.txt", b"")
    assert keys(opened("s3://many/in")) == [f"{number:04}.txt" for number in range(1005)]
    assert sum("list-type=2" in path for path in s3.asked) == 2


def test_a_listing_that_fails_in_its_middle_gives_nothing(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """If the second page does not come the source is not listed, so that nothing on it counts as deleted."""
    s3.troubles.extend([None, *["hang up"] * 40])
    with pytest.raises(SourceError, match="Nothing is taken as deleted"):
        list(opened("s3://many/in").list())


def test_throttling_is_waited_out(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A store that says SlowDown is asked again, and the listing is whole."""
    s3.troubles.extend(["slow down", None, "slow down", "hang up"])
    assert len(keys(opened("s3://many/in"))) == 1005


def test_a_store_that_never_answers_is_given_up(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """Attempts are bounded, and the error has the store's word for it but no secret and no address."""
    s3.troubles.extend(["slow down"] * 100)
    with pytest.raises(SourceError, match="SlowDown") as caught:
        list(opened("s3://many/in").list())
    assert len(s3.asked) < 40
    for hidden in (SECRET, s3.endpoint, "many"):
        assert hidden not in str(caught.value)


def test_a_broken_download_goes_on_where_it_was(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A connection that breaks in the middle of an object is made again for the rest of the same version."""
    content = os.urandom(5 * MIB)
    s3.put("large", **{"a.bin": content})
    s3.troubles.extend(["break", "break", "hang up"])
    assert opened("s3://large").read("a.bin", 6 * MIB) == content
    assert len(s3.asked) > 2


def test_an_object_that_changes_while_it_is_read_is_said_to(s3: S3Server) -> None:
    """Bytes of two versions are never put together."""
    s3.put("moving", **{"a.bin": bytes(4 * MIB), "a.zip": bytes(4 * MIB)})
    pieces = S3Store("moving", "s3://moving", s3.options()).pieces("a.bin")
    s3.troubles.append("break")
    next(pieces)
    s3.client.put_object(Bucket="moving", Key="a.bin", Body=b"\x01" * 4 * MIB)
    with pytest.raises(UnreadableDocument, match="changed_while_reading"):
        list(pieces)
    file = S3Store("moving", "s3://moving", s3.options()).opened("a.zip")
    file.read(10)
    s3.client.put_object(Bucket="moving", Key="a.zip", Body=b"other")
    file.seek(3 * MIB)
    with pytest.raises(UnreadableDocument, match="changed_while_reading"):
        file.read(10)


ODD = [
    "q?versionId=1.txt",
    "ü #%20+&=;@.txt",
    "a//b.txt",
    "x\x01.txt",
    "~tilde(1)'!*.txt",
    " space .txt",
    "日本.txt",
    "a.txt?x=y",
]


def test_keys_with_odd_characters_are_asked_for_as_they_are(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """No character of a key is taken for a part of an address."""
    s3.put("odd", **{f"in/{key}": key.encode() for key in ODD})
    source = opened("s3://odd/in")
    assert {key: source.read(key, 100) for key in keys(source)} == {key: key.encode() for key in ODD}


def test_dots_in_a_key_never_lead_out(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A key with `..` is listed, so that it is not lost, but never asked for: who stands between might resolve it."""
    s3.put("dots", **{"in/a.txt": b"a", "secret.txt": b"secret", "in/../secret.txt": b"x", "in/./a.txt": b"y"})
    source = opened("s3://dots/in")
    assert keys(source) == ["../secret.txt", "./a.txt", "a.txt"]
    s3.asked.clear()
    for key in ("../secret.txt", "./a.txt"):
        assert len(source.sha256(key)) == 64
        with pytest.raises(UnreadableDocument, match="unsupported"):
            source.read(key, 100)
    assert s3.asked == []


def test_objects_that_stand_for_folders_are_none(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """The empty objects of consoles and Hadoop are left out; a prefix that holds nothing else is there and empty."""
    s3.put("markers", **{"in/": b"", "in/x/": b"", "in/y_$folder$": b"", "in/x/a.txt": b"", "empty/": b""})
    assert keys(opened("s3://markers/in")) == ["x/a.txt"]
    assert keys(opened("s3://markers/empty")) == []


def test_composed_and_decomposed_keys(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A decomposed name has a composed key, which reads it without a listing before; side by side both keep their own."""
    composed, decomposed = (unicodedata.normalize(form, "é.txt") for form in ("NFC", "NFD"))
    s3.put("forms", **{f"one/{decomposed}": b"d", f"two/{decomposed}": b"d", f"two/{composed}": b"c"})
    assert keys(opened("s3://forms/one")) == [composed]
    assert opened("s3://forms/one").read(composed, 10) == b"d"
    both = opened("s3://forms/two")
    assert {key: both.read(key, 10) for key in keys(both)} == {composed: b"c", decomposed: b"d"}


@pytest.mark.parametrize("url", ["s3://nowhere-at-all", "s3://plain/none", "s3://plain/a.tx"])
def test_what_is_not_there_is_an_error_and_not_an_empty_listing(opened: Callable[..., OpenSource], url: str) -> None:
    """A bucket or prefix that does not exist cannot be listed."""
    with pytest.raises(SourceError, match="nothing is at its address"):
        list(opened(url).list())


def test_an_empty_bucket_is_empty(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A bucket without an object is listed as such."""
    s3.put("nothing-in-it")
    assert keys(opened("s3://nothing-in-it")) == []


def test_absent_credentials_are_told_as_such(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """Without a key in the catalog or the environment the error says where to put one."""
    with pytest.raises(SourceError, match="check the credentials"):
        list(opened("s3://plain", options={"endpoint_url": s3.endpoint}).list())


def test_etags_of_several_parts_are_no_hashes_and_do_no_harm(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """An object uploaded in parts has an etag that is no hash of its bytes; the hash is of the bytes."""
    s3.put("parts")
    upload = s3.client.create_multipart_upload(Bucket="parts", Key="a.bin")["UploadId"]
    where = {"Bucket": "parts", "Key": "a.bin", "UploadId": upload}
    pieces = [os.urandom(5 * MIB), b"end"]
    done = [
        {"PartNumber": number, "ETag": s3.client.upload_part(**where, PartNumber=number, Body=piece)["ETag"]}
        for number, piece in enumerate(pieces, 1)
    ]
    s3.client.complete_multipart_upload(**where, MultipartUpload={"Parts": done})
    source = opened("s3://parts")
    (listed,) = source.list()
    assert listed.etag is not None
    assert listed.etag.endswith('-2"')
    assert source.sha256("a.bin") == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_only_the_directory_of_an_archive_is_fetched_and_only_once(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """Listing an archive of many megabytes fetches its end; a second scan, and one by another process, fetch nothing of it."""
    s3.put("packed", **{"a.zip": zipped({"x.txt": b"x", "y.bin": os.urandom(6 * MIB)}, 0)})
    store = S3Store("packed", "s3://packed", s3.options())
    with store.opened("a.zip") as file:
        file.seek(-100, 2)
        assert len(file.read()) == 100
    s3.asked.clear()
    for scan in range(2):
        source = opened("s3://packed")
        source.refresh()
        assert keys(source) == ["a.zip/x.txt", "a.zip/y.bin"]
        about = [path for path in s3.asked if path.partition("?")[0].endswith("/a.zip")]
        assert len(about) == (0 if scan else 2)  # its head and its end
        s3.asked.clear()
    assert opened("s3://packed").read("a.zip/x.txt", 10) == b"x"
    about = [path for path in s3.asked if path.partition("?")[0].endswith("/a.zip")]
    assert len(about) <= 3


def test_an_archive_beside_a_folder_of_its_name_stays_whole(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """A bucket may hold `a.zip` and `a.zip/x.txt`; each key means the object that has it."""
    packed = zipped({"x.txt": b"of the archive"})
    s3.put("both", **{"a.zip": packed, "a.zip/x.txt": b"of the bucket"})
    source = opened("s3://both")
    assert keys(source) == ["a.zip", "a.zip/x.txt"]
    for fresh in (source, opened("s3://both")):
        assert fresh.read("a.zip/x.txt", 100) == b"of the bucket"
        assert fresh.read("a.zip", 1000) == packed


def test_the_line_carries_no_key_outside_of_the_prefix(s3: S3Server, opened: Callable[..., OpenSource]) -> None:
    """Whatever key is asked for, every request is for the prefix or below it."""
    s3.put("fence", **{"in/a.zip": zipped({"../../x.txt": b"x"}), "x.txt": b"secret", "in/b.txt": b"b"})
    source = opened("s3://fence/in")
    for key in [*keys(source), "../x.txt", "/x.txt", "a.zip/../../x.txt", "%2e%2e/x.txt", "..\\x.txt", "a.zip/__/__/x.txt"]:
        try:
            assert b"secret" not in source.read(key, 1000)
        except UnreadableDocument:
            continue
    paths = [path.split(" ")[1].partition("?")[0] for path in s3.asked]
    assert all(path in {"/fence", "/fence/"} or path.startswith(f"/fence/{quote('in/')}") for path in paths)
