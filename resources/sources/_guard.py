"""Which machines may be reached: the public ones, and those that the catalog names.

Belongs here: the refused networks, the catalog's exceptions, and looking a name up once. Does not belong here: the connection,
which goes to exactly the addresses that `Guard.reachable` gives (`_fetch`), so that a name that is answered otherwise a moment
later (DNS rebinding) makes no difference.

The networks are IANA's special-purpose registries (RFC 6890 and its successors), written out because what Python calls global
differs between its versions.
"""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from resources.sources._addresses import PORTS, Address

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Lookup = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host at a port, as text; raises OSError if there are none."""

LOOKUP_SECONDS = 10  # a resolver that takes longer has given up on the name

_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT); a cloud's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, an address of the public range
        "169.254.0.0/16",  # link-local; the clouds' metadata at 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; a cloud's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which wraps any IPv4 address
        "3fff::/20",  # documentation
    )
)
_UNICAST = ipaddress.ip_network("2000::/3")  # all that is public in IPv6: loopback, mapped, local and multicast lie outside
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # stands for the IPv4 address in its last 32 bits (RFC 6052)
_MAPPED = ipaddress.ip_network("::ffff:0:0/96")  # the same (RFC 4291)
_ISATAP = (0x00005EFE, 0x02005EFE)  # before an IPv4 address in the lower half: a tunnel to it (RFC 5214)

_NEVER_BY_NAME = tuple(
    ipaddress.ip_network(network)
    for network in ("0.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8")
)
"""What a name that the catalog allows must not lead to either: metadata services, and what is no single machine."""

_ENTRY = re.compile(
    r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<host>[^\s:/\[\]]+)|(?P<network>[0-9a-f:.]+/[0-9]{1,3}))(?::(?P<port>[0-9]{1,5}))?"
)


class Refused(Exception):
    """The address may not be reached: ``reason`` is ``refused_address``, ``refused_port`` or ``name_not_found``."""

    def __init__(self, reason: str) -> None:
        """Remember ``reason``; there is no more to say that might be logged."""
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Allowance:
    """One entry of ``allow_addresses``: a name, or a network; and a port, or any of the scheme's own."""

    name: str | None
    network: Network | None
    port: int | None

    @classmethod
    def parse(cls, text: str) -> "Allowance":
        """``text`` as ``HOST[:PORT]``, ``[IPv6]:PORT`` or ``NETWORK/BITS[:PORT]``; ValueError for anything else."""
        match = _ENTRY.fullmatch(text.strip().lower())
        port = int(match["port"]) if match and match["port"] else None
        if not match or not (port is None or 0 < port < 65_536):
            raise ValueError("write HOST:PORT, [IPv6]:PORT or NETWORK/BITS:PORT, such as 127.0.0.1:8080")
        place = match["six"] or match["host"] or match["network"]
        try:
            return cls(None, ipaddress.ip_network(place), port)
        except ValueError:
            if match["host"] is None or "/" in place:
                raise ValueError("write HOST:PORT, [IPv6]:PORT or NETWORK/BITS:PORT, such as 127.0.0.1:8080") from None
        return cls(match["host"], None, port)


class Guard:
    """Decides where a connection may go."""

    def __init__(self, allowed: Iterable[str] = (), lookup: Lookup | None = None) -> None:
        """``allowed`` is the catalog's ``allow_addresses``; ``lookup`` asks the DNS, by default the system's way."""
        self._allowed = tuple(Allowance.parse(entry) for entry in allowed)
        self._lookup = lookup or system_lookup

    def reachable(self, address: Address) -> tuple[str, ...]:
        """The IP addresses that a connection to ``address`` may use, looked up this once.

        Raises:
            Refused: one of them is not public, or the port is neither 80 nor 443, and the catalog does not allow it.
        """
        try:
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in self._lookup(address.host, address.port)]
        except (OSError, ValueError):
            raise Refused("name_not_found") from None
        if not found:
            raise Refused("name_not_found")
        # One address of a name that is not public is enough: no public site has any.
        if not all(self._permits(address, ip) for ip in found):
            raise Refused("refused_port" if all(map(is_public, found)) else "refused_address")
        return tuple(dict.fromkeys(str(ip) for ip in found))

    def literal(self, address: Address) -> None:
        """Refuse an IP address or a port that may not be reached: all that can be known when a proxy looks the names up.

        Raises:
            Refused: see `reachable`.
        """
        try:
            ip = ipaddress.ip_address(address.host)
        except ValueError:
            if address.host == "localhost" or address.host.endswith((".localhost", ".local", ".internal")):
                if not any(self._names(entry, address) for entry in self._allowed):
                    raise Refused("refused_address") from None
            elif address.port not in PORTS.values() and not any(self._names(entry, address) for entry in self._allowed):
                raise Refused("refused_port") from None
            return
        if not self._permits(address, ip):
            raise Refused("refused_address")

    def _permits(self, address: Address, ip: IP) -> bool:
        if is_public(ip) and address.port in PORTS.values():
            return True
        for entry in self._allowed:
            if entry.network is not None and ip in entry.network and self._port(entry, address):
                return True
            if self._names(entry, address) and (is_public(ip) or not any(ip in network for network in _NEVER_BY_NAME)):
                return is_public(ip) or _embedded(ip) is None
        return False

    def _names(self, entry: Allowance, address: Address) -> bool:
        return entry.name == address.host and self._port(entry, address)

    @staticmethod
    def _port(entry: Allowance, address: Address) -> bool:
        return address.port in PORTS.values() if entry.port is None else address.port == entry.port


def is_public(ip: IP) -> bool:
    """Whether ``ip`` is a single machine of the public network; an IPv6 form of an IPv4 address is what that address is."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return ip in _NAT64 and is_public(inner)  # NAT64 is how a network without IPv4 reaches the public one
        if ip not in _UNICAST or (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
            return False
    return not any(ip in network for network in _SPECIAL if network.version == ip.version)


def _embedded(ip: IP) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv6Address) and (ip in _NAT64 or ip in _MAPPED):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def system_lookup(host: str, port: int) -> list[str]:
    """The IP addresses that the system's resolver gives, in its order of preference; OSError if it gives none in time."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError())

    threading.Thread(target=ask, daemon=True).start()  # the call itself knows no time limit
    try:
        answer = answers.get(timeout=LOOKUP_SECONDS)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer
