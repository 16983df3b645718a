"""Which addresses a fetch may reach."""

import pytest

from infra import addresses

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:4700::6810:84e5", "2a00:1450:4001:82b::200e", "64:ff9b::808:808"]
SITE = ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:127.0.0.1"]
NEVER = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "100.64.0.1",  # carrier-grade NAT
    "100.127.255.255",
    "169.254.169.254",  # cloud metadata
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::8.8.8.8",
    "64:ff9b::a9fe:a9fe",  # NAT64 of 169.254.169.254
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "3fff::1",
    "5f00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "::ffff:169.254.169.254",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open_to_every_source(address: str) -> None:
    assert addresses.allowed(address, private=False)
    assert addresses.allowed(address, private=True)


@pytest.mark.parametrize("address", [*SITE, "64:ff9b::7f00:1", "64:ff9b::a00:1"])
def test_this_machine_and_its_network_are_open_to_private_sources_only(address: str) -> None:
    assert not addresses.allowed(address, private=False)
    assert addresses.allowed(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_link_local_reserved_and_special_addresses_are_closed_to_all(address: str) -> None:
    assert not addresses.allowed(address, private=False)
    assert not addresses.allowed(address, private=True)
