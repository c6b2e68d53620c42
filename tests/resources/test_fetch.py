"""One request, and the bounds on what may come back."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from resources.sources._addresses import parse
from resources.sources._fetch import Fetcher, FetchFailed, Limits, inflated
from resources.sources._guard import Guard
from tests.website import Handler, Reply, Website, certified, website, zipped


@pytest.fixture
def site() -> Iterator[Website]:
    """A site over http."""
    with website() as running:
        yield running


def fetcher(site: Website, **options: object) -> Fetcher:
    """What fetches from ``site``."""
    given: dict[str, object] = {"contact": "data@example.org", "limits": Limits(1, 1, 3), **options}
    return Fetcher(Guard(site.allowed), **given)  # type: ignore[arg-type] - the tests name them right


def reason(site: Website, path: str, **options: object) -> str:
    """Why the page at ``path`` cannot be had."""
    with pytest.raises(FetchFailed) as failed:
        fetcher(site, **options).get(parse(site.url(path)), max_bytes=100_000)
    return failed.value.reason


def raw(write: Callable[[Handler], None]) -> Callable[[Handler], None]:
    """An answer that is written byte by byte, and then ended."""

    def answer(handler: Handler) -> None:
        try:
            write(handler)
            handler.wfile.flush()
        except OSError:  # whoever asked has had enough
            pass
        handler.close_connection = True

    return answer


def test_a_page_is_fetched_with_who_asks(site: Website) -> None:
    """The answer is whole, the request says who asks and asks for gzip alone, and carries no cookie."""
    site.pages["/a?b=c"] = Reply("words", headers={"Set-Cookie": "a=b"})
    answer = fetcher(site).get(parse(site.url("/a?b=c")))
    assert (answer.status, answer.body, answer.content_type, answer.charset) == (200, b"words", "text/html", "utf-8")
    (_, headers) = site.requests[0]
    assert headers["user-agent"] == "winnow/1 (+data@example.org)"
    assert headers["accept-encoding"] == "gzip"
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert "cookie" not in headers


def test_a_compressed_page_is_inflated(site: Website) -> None:
    """A body in gzip comes back as it was, also if it holds several members."""
    site.pages["/a"] = Reply(zipped(b"first ") + zipped(b"second"), headers={"Content-Encoding": "gzip"})
    assert fetcher(site).get(parse(site.url("/a"))).body == b"first second"


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (zipped(b"\0" * 50_000_000), "gzip", "too_large"),
        (zipped(zipped(b"\0" * 50_000_000)), "gzip, gzip", "encoding"),
        (b"not gzip at all", "gzip", "encoding"),
        (zipped(b"words " * 1000)[:-10], "gzip", "encoding"),
        (b"words", "br", "encoding"),
        (b"words" * 50_000, "identity", "too_large"),
    ],
    ids=["bomb", "bomb in a bomb", "garbage", "broken off", "not asked for", "long"],
)
def test_a_body_over_its_limit_is_given_up(site: Website, body: bytes, encoding: str, why: str) -> None:
    """Bytes are counted as sent and after inflating; what inflates to more, or is compressed otherwise, is not read to its end."""
    site.pages["/a"] = Reply(body, headers={"Content-Encoding": encoding})
    assert reason(site, "/a") == why


def test_inflating_holds_one_piece_more_than_allowed() -> None:
    """A bomb is noticed within one piece of the limit, however little was sent."""
    held: list[int] = []

    def read() -> None:
        held.extend(len(piece) for piece in inflated(iter([zipped(b"\0" * 100_000_000)]), 200_000))

    with pytest.raises(FetchFailed):
        read()
    assert sum(held) <= 200_000 + 64 * 1024


def test_a_body_may_be_cut_at_its_limit(site: Website) -> None:
    """Where the beginning is enough, as of a robots.txt, a longer body is cut and says so, compressed or not."""
    for path, body, encoding in (("/a", b"x" * 9000, "identity"), ("/b", zipped(b"x" * 9_000_000), "gzip")):
        site.pages[path] = Reply(body, headers={"Content-Encoding": encoding})
        answer = fetcher(site).get(parse(site.url(path)), max_bytes=5000, cut=True)
        assert (answer.body, answer.cut) == (b"x" * 5000, True)


def test_a_trickling_server_gains_nothing(site: Website) -> None:
    """A server that sends a byte now and then, in its headers or its body, is left after the whole time, not after each byte."""

    def trickle(start: bytes) -> Callable[[Handler], None]:
        def write(handler: Handler) -> None:
            handler.wfile.write(start)
            for _ in range(100):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)

        return raw(write)

    site.pages["/headers"] = trickle(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    site.pages["/body"] = trickle(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for path in ("/headers", "/body"):
        began = time.monotonic()
        assert reason(site, path, limits=Limits(1, 0.3, 0.5)) == "timeout"
        assert time.monotonic() - began < 2


def test_a_silent_server_is_left(site: Website) -> None:
    """A server that says nothing is left after the time for one read."""
    site.pages["/a"] = raw(lambda _handler: time.sleep(1))
    assert reason(site, "/a", limits=Limits(1, 0.2, 5)) == "timeout"


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, "headers_too_large"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n", "headers_too_large"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X%d: " % n + b"y" * 30_000 + b"\r\n" for n in range(4)), "headers_too_large"),
        (b"nonsense\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "connection"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nhalf", "connection"),
        (b"", "connection"),
    ],
    ids=["many", "long", "heavy", "nonsense", "half", "half a chunk", "nothing"],
)
def test_an_answer_that_is_none_is_named(site: Website, head: bytes, why: str) -> None:
    """Headers are bounded in number and bytes; what is not HTTP, or breaks off, is an error and never half a page."""
    site.pages["/a"] = raw(lambda handler: handler.wfile.write(head + b"\r\n" * (b"\r\n\r\n" not in head and head != b"")))
    assert reason(site, "/a") == why


def test_a_server_that_resets_is_an_error() -> None:
    """A connection that is reset, and one that nobody takes, are the same error."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def reset() -> None:
        connection, _ = listening.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    thread = threading.Thread(target=reset, daemon=True)
    thread.start()
    asking = Fetcher(Guard([f"127.0.0.1:{port}"]), contact="data@example.org", limits=Limits(1, 1, 3))
    for _ in range(2):
        with pytest.raises(FetchFailed) as failed:
            asking.get(parse(f"http://127.0.0.1:{port}/"))
        assert failed.value.reason == "connection"
        thread.join()
        listening.close()


def test_a_name_is_looked_up_once_and_that_address_is_used(site: Website) -> None:
    """The connection goes to the address that was checked: a name that is answered otherwise later makes no difference."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers.pop(0)

    site.pages["/"] = Reply("words")
    asking = Fetcher(Guard([f"127.0.0.1/32:{site.port}"], rebinding), contact="data@example.org", limits=Limits(1, 1, 3))
    address = parse(site.url("/", host="rebinding.example"))
    assert asking.get(address).body == b"words"
    assert (asked, site.requests[0][1]["host"]) == (["rebinding.example"], f"rebinding.example:{site.port}")
    with pytest.raises(FetchFailed) as failed:  # the next request asks again, and checks again
        asking.get(address)
    assert failed.value.reason == "refused_address"
    assert len(site.requests) == 1


def test_the_environments_proxy_is_not_asked(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that the environment names sees no request."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    site.pages["/"] = Reply("words")
    assert fetcher(site).get(parse(site.url("/"))).status == 200


def test_the_catalogs_proxy_is_asked_for_names_it_alone_knows(site: Website) -> None:
    """A proxy is given the whole address and its password; what is plainly no public machine is not asked of it either."""
    site.pages["http://example.org/a"] = Reply("words")
    asking = Fetcher(Guard(), contact="data@example.org", proxy=f"http://me:p%40ss@127.0.0.1:{site.port}")
    assert asking.get(parse("http://example.org/a")).body == b"words"
    assert site.requests[0][1]["proxy-authorization"] == "Basic bWU6cEBzcw=="
    for address in ("http://169.254.169.254/latest", "http://localhost/", "http://[::1]/", "http://example.org:22/"):
        with pytest.raises(FetchFailed):
            asking.get(parse(address))
    assert len(site.requests) == 1


class TestSecure:
    """Over https."""

    def test_the_certificate_is_checked_for_the_name(self, tmp_path: Path) -> None:
        """A page is fetched from the pinned address under the certificate of its name, and of no other."""
        server, client = certified(tmp_path, "example.org")
        with website(server) as site:
            site.pages["/"] = Reply("words")

            def lookup(_host: str, _port: int) -> Sequence[str]:
                return ["127.0.0.1"]

            guard = Guard([f"127.0.0.1:{site.port}"], lookup)
            asking = Fetcher(guard, contact="data@example.org", trust=client, limits=Limits(1, 1, 3))
            assert asking.get(parse(site.url("/", host="example.org"))).body == b"words"
            with pytest.raises(FetchFailed) as failed:
                asking.get(parse(site.url("/", host="other.example")))
            assert failed.value.reason == "tls"

    def test_an_unknown_authority_is_not_trusted(self, tmp_path: Path) -> None:
        """A certificate that nobody known has signed is refused."""
        server, _ = certified(tmp_path, "example.org")
        with website(server) as site:
            guard = Guard([f"127.0.0.1:{site.port}"], lambda _host, _port: ["127.0.0.1"])
            with pytest.raises(FetchFailed) as failed:
                Fetcher(guard, contact="data@example.org", limits=Limits(1, 1, 3)).get(parse(site.url("/", host="example.org")))
            assert failed.value.reason == "tls"

    def test_a_handshake_that_never_ends_is_left(self) -> None:
        """A server that takes a connection and says nothing in TLS is left too."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            asking = Fetcher(Guard([f"127.0.0.1:{port}"]), contact="data@example.org", limits=Limits(1, 5, 0.3))
            with pytest.raises(FetchFailed) as failed:
                asking.get(parse(f"https://127.0.0.1:{port}/"))
            assert failed.value.reason == "timeout"

    def test_a_proxy_opens_a_way_through(self, tmp_path: Path) -> None:
        """Behind a proxy the certificate is still that of the site, which the proxy does not see into."""
        server, client = certified(tmp_path, "example.org")
        with website(server) as site, socket.create_server(("127.0.0.1", 0)) as listening:
            site.pages["/"] = Reply("words")
            said: list[bytes] = []

            def relay() -> None:
                inside, _ = listening.accept()
                said.append(inside.recv(4096))
                outside = socket.create_connection(("127.0.0.1", site.port))
                inside.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                for here, there in ((inside, outside), (outside, inside)):
                    threading.Thread(target=_pump, args=(here, there), daemon=True).start()

            threading.Thread(target=relay, daemon=True).start()
            proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
            asking = Fetcher(Guard([f"example.org:{site.port}"]), contact="data@example.org", proxy=proxy, trust=client)
            assert asking.get(parse(site.url("/", host="example.org"))).body == b"words"
            assert said[0].startswith(f"CONNECT example.org:{site.port} HTTP/1.1\r\n".encode())


def _pump(here: socket.socket, there: socket.socket) -> None:
    try:
        while piece := here.recv(65_536):
            there.sendall(piece)
        there.shutdown(socket.SHUT_WR)
    except OSError:
        pass
