"""Which IP addresses a fetch may reach.

A name in a feed is a stranger's choice, so what it resolves to is checked against the registries of special-purpose
addresses (RFC 6890 and its IANA tables), not against a list of bad names.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_REFUSED_4 = (
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments; Python before 3.11.9 lets most of it through
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
    IPv4Network("192.31.196.0/24"),  # AS112, RFC 7535
    IPv4Network("192.52.193.0/24"),  # AMT, RFC 7450
    IPv4Network("192.175.48.0/24"),  # AS112, RFC 7534
)
"""`ipaddress` calls these global, yet no web site lives there."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED_6 = (
    IPv6Network("2001::/23"),  # IETF protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation, RFC 3849
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address in disguise, retired by RFC 7526
    IPv6Network("2620:4f:8000::/48"),  # AS112, RFC 7534
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
)
_NAT64 = IPv6Network("64:ff9b::/96")
_SITE = (
    IPv4Network("127.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)
"""Loopback, RFC 1918 and RFC 4193. Link-local is missing on purpose: cloud metadata services live there."""


def parse(text: str) -> Address:
    """Return the address, with an IPv4 address that IPv6 wraps (``::ffff:a.b.c.d``, NAT64) unwrapped.

    Raises ``ValueError``.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(text: str) -> bool:
    """Whether a web site of the public internet may live at this address."""
    address = parse(text)
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _REFUSED_4)
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _REFUSED_6)


def is_site(text: str) -> bool:
    """Whether the address is this machine or the private network it stands in."""
    address = parse(text)
    return any(address in net for net in _SITE if net.version == address.version)


def allowed(text: str, *, private: bool) -> bool:
    """Whether a source may reach the address; ``private`` sources may also reach this machine and its network."""
    return is_public(text) or (private and is_site(text))
