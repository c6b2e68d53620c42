"""Addresses of the web, and which machines they may lead to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.sources._addresses import TYPES, Address, BadAddress, object_key, parse, resolve
from resources.sources._guard import Allowance, Guard, Refused, is_public
from winnow.formats import suffixes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org./a#part", "https://example.org/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../../etc/passwd", "https://example.org/etc/passwd"),
        ("https://example.org/%2e%2e/%2E%2e/x", "https://example.org/x"),
        ("https://example.org/%7euser/%e4", "https://example.org/~user/%E4"),
        ("https://example.org/ü?q=ä&b=", "https://example.org/%C3%BC?q=%C3%A4&b="),
        ("https://example.org\\@other.example/", "https://example.org/@other.example/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://[2001:DB8::0:1]:8080/", "https://[2001:db8::1]:8080/"),
        ("https://example.org/?", "https://example.org/"),
        ("https://user:word@example.org/", None),
        ("https://example.org@127.0.0.1/", None),
        ("ftp://example.org/", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://exa mple.org/", None),
        ("https://example.org/\r\nHost: x", None),
        ("https://example.org:99999/", None),
        ("https://example.org:0/", None),
        ("https://2130706433/", None),
        ("https://0x7f000001/", None),
        ("https://0177.0.0.1/", None),
        ("https://127.1/", None),
        ("https://127.0.0.1/", "https://127.0.0.1/"),
        ("https://[fe80::1%25eth0]/", None),
        ("https://-bad.example/", None),
        ("https://" + "a" * 64 + ".example/", None),
        ("https://example.org/" + "a" * 3000, None),
    ],
)
def test_an_address_has_one_form(written: str, meant: str | None) -> None:
    """What differs in form alone becomes one address, and what is none, or hides where it leads, is refused."""
    if meant is None:
        with pytest.raises(BadAddress):
            parse(written)
    else:
        assert str(parse(written)) == meant


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="aÄ/.%2eE?#&= :@[]\\", max_size=40))
def test_the_one_form_is_its_own(text: str) -> None:
    """An address in its one form is read as itself, whatever it was written as, and holds no step upwards."""
    try:
        address = parse(f"https://example.org/{text}")
    except BadAddress:
        return
    assert parse(str(address)) == address
    assert not {".", ".."} & set(address.path.split("/"))


def test_a_reference_counts_from_where_it_stands() -> None:
    """A relative address is resolved as a browser does, and one to nowhere is refused."""
    base = parse("https://example.org/a/b?c")
    assert str(resolve(base, "../d")) == "https://example.org/d"
    assert str(resolve(base, "//other.example/x")) == "https://other.example/x"
    with pytest.raises(BadAddress):
        resolve(base, "mailto:someone@example.org")
    with pytest.raises(BadAddress):
        resolve(base, "http://[::1")


@pytest.mark.parametrize(
    ("address", "kind", "key"),
    [
        ("https://example.org/2026/post.html", "text/html", "example.org/2026/post.html"),
        ("https://example.org/2026/post", "text/html", "example.org/2026/post?.html"),
        ("https://example.org/", "text/html", "example.org/?.html"),
        ("https://example.org/a.php?id=3&x=..", "text/html", "example.org/a.php?id=3&x=...html"),
        ("https://example.org/a.pdf", "application/pdf", "example.org/a.pdf"),
        ("https://example.org/a.pdf", "text/html", "example.org/a.pdf?.html"),
        ("https://example.org/.html", "text/html", "example.org/.html?.html"),
        ("http://example.org:8080/a.md", "text/plain", "example.org:8080/a.md"),
        ("https://example.org/a.png", "image/png", None),
    ],
)
def test_a_key_is_the_address_and_ends_as_its_type_does(address: str, kind: str, key: str | None) -> None:
    """The key of a page can be read, and ends with a suffix of its content type."""
    assert object_key(parse(address), kind) == key


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "a", "a.html", "a?", "a?.html", "a?b.html", "a%3F.html", "/"]), st.sampled_from(sorted(TYPES))
        ),
        max_size=4,
    )
)
def test_different_addresses_have_different_keys(pairs: list[tuple[str, str]]) -> None:
    """No two addresses share a key, whatever their types."""
    keys: dict[str, Address] = {}
    for path, kind in pairs:
        address = parse(f"https://example.org/{path}")
        key = object_key(address, kind)
        assert key is not None
        assert keys.setdefault(key, address) == address


def test_every_type_has_a_reader() -> None:
    """The suffix that a type's objects are given is one that a reader knows."""
    assert {known[0] for known in TYPES.values()} <= set(suffixes())


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.88.99.1",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808", "2002:7f00:1::", "2002:808:808::", "2001::1", "2001:0:53aa:64c:0:fbff:f5ff:fffe", "fe80::1", "fec0::1",
        "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "3fff::1", "5f00::1", "2001:2::1",
        "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(ip: str) -> None:
    """No special-purpose address is reached, in whatever form it is written or wrapped."""
    with pytest.raises(Refused) as refused:
        Guard(lookup=lambda _host, _port: [ip]).reachable(parse("https://example.org/"))
    assert refused.value.reason == "refused_address"


@pytest.mark.parametrize("ip", ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2a00:1450:4001::1", "64:ff9b::808:808"])
def test_what_is_public_is_reached(ip: str) -> None:
    """Public addresses are, and so is an IPv4 address behind the well-known prefix of NAT64."""
    assert Guard(lookup=lambda _host, _port: [ip]).reachable(parse("https://example.org/")) == (ip,)


def test_one_private_address_of_a_name_is_enough_to_refuse_it() -> None:
    """A name that has public and private addresses is refused as a whole."""
    with pytest.raises(Refused):
        Guard(lookup=lambda _host, _port: ["8.8.8.8", "10.0.0.1"]).reachable(parse("https://example.org/"))


def test_other_ports_are_refused_unless_allowed() -> None:
    """Only 80 and 443 are asked, or what the catalog allows."""
    address = parse("https://example.org:8443/")
    with pytest.raises(Refused) as refused:
        Guard(lookup=lambda _host, _port: ["8.8.8.8"]).reachable(address)
    assert refused.value.reason == "refused_port"
    assert Guard(["example.org:8443"], lambda _host, _port: ["8.8.8.8"]).reachable(address)


@pytest.mark.parametrize(
    ("allowed", "url", "ip", "reached"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080/", "127.0.0.1", True),
        ("127.0.0.1:8080", "http://127.0.0.1:8081/", "127.0.0.1", False),
        ("127.0.0.1:8080", "http://127.0.0.1/", "127.0.0.1", False),
        ("10.0.0.0/8", "https://wiki.example/", "10.1.1.1", True),
        ("10.0.0.0/8:8443", "https://wiki.example:8443/", "10.1.1.1", True),
        ("10.0.0.0/8", "https://wiki.example/", "192.168.0.1", False),
        ("wiki.example", "https://wiki.example/", "192.168.0.1", True),
        ("wiki.example", "https://other.example/", "192.168.0.1", False),
        ("wiki.example", "https://wiki.example/", "169.254.169.254", False),
        ("wiki.example", "https://wiki.example/", "::ffff:10.0.0.1", False),
        ("[fd00::1]:8080", "http://[fd00::1]:8080/", "fd00::1", True),
        ("fd00::/8", "http://wiki.example/", "fd00::1", True),
    ],
)
def test_the_catalog_allows_machine_by_machine(allowed: str, url: str, ip: str, reached: bool) -> None:
    """An allowance holds for its host or network and its port; a name never leads to a metadata service."""
    guard = Guard([allowed], lambda _host, _port: [ip])
    if reached:
        assert guard.reachable(parse(url)) == (ip,)
    else:
        with pytest.raises(Refused):
            guard.reachable(parse(url))


@pytest.mark.parametrize(
    "entry", ["", "example.org:0", "example.org:99999", "http://example.org", "10.0.0.0/40", "a b", "10.0.0.1/8"]
)
def test_an_allowance_that_is_none_is_a_mistake(entry: str) -> None:
    """What is neither a host nor a network is refused before anything is fetched."""
    with pytest.raises(ValueError, match="HOST:PORT"):
        Allowance.parse(entry)


def test_a_name_without_an_address_is_not_found() -> None:
    """A resolver that fails, or answers nonsense, has found nothing."""

    def fails(_host: str, _port: int) -> list[str]:
        raise OSError

    for lookup in (fails, lambda _host, _port: [], lambda _host, _port: ["nonsense"]):
        with pytest.raises(Refused) as refused:
            Guard(lookup=lookup).reachable(parse("https://example.org/"))
        assert refused.value.reason == "name_not_found"


def test_public_addresses_are_those_of_the_registries() -> None:
    """The neighbours of each refused network are public, so no network is drawn too large."""
    import ipaddress  # noqa: PLC0415 - this test alone

    for last in (
        "9.255.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.255.0.0",
        "198.20.0.0",
        "223.255.255.255",
    ):
        assert is_public(ipaddress.ip_address(last))
