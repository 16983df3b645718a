"""Undoing Content-Encoding within bounds."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator

import pytest

from infra.content_encoding import layers, unpack
from infra.web_errors import BadEncoding, TooLarge

NOISE = b"".join(hashlib.sha256(bytes([i % 256, i // 256])).digest() for i in range(5_000))
TEXT = NOISE + b"the same again " * 20_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 7, 65_536, 10**9])
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate)],
    ids=["gzip", "deflate", "deflate-without-wrapper"],
)
def test_unpacks_however_the_bytes_are_cut(encoding: str, pack, size: int) -> None:
    text = TEXT[-1000:] if size < 65_536 else TEXT
    assert unpack(pieces(pack(text), size), (encoding,), limit=len(text)) == text


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001])
def test_every_length_around_the_piece_size_comes_out_whole(length: int) -> None:
    assert unpack([gzip.compress(b"a" * length)], ("gzip",), limit=length) == b"a" * length


def test_several_gzip_members_are_one_body_and_what_follows_is_ignored() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    for size in (1, 5, 1000):
        assert unpack(pieces(body, size), ("gzip",), limit=100) == b"one two"
        assert (
            unpack(pieces(body + b"\0\0\0 trailing " + gzip.compress(b"no"), size), ("gzip",), limit=100) == b"one two"
        )


def test_two_layers_are_undone_outermost_first() -> None:
    body = zlib.compress(gzip.compress(b"inside"))
    assert unpack([body], layers("gzip, deflate"), limit=1000) == b"inside"


def test_a_bomb_stops_early() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    fed = 0

    def counted() -> Iterator[bytes]:
        nonlocal fed
        for piece in pieces(bomb, 100):
            fed += len(piece)
            yield piece

    with pytest.raises(TooLarge):
        unpack(counted(), ("gzip",), limit=1_000_000)
    assert fed < len(bomb) / 10


def test_a_bomb_inside_a_bomb_stops_at_the_inner_layer() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    with pytest.raises(TooLarge):
        unpack([bomb], ("gzip", "gzip"), limit=100_000)


@pytest.mark.parametrize("cut", [1, 9, 12, -9, -1])
def test_data_cut_short_is_said_to_be(cut: int) -> None:
    with pytest.raises(BadEncoding, match="cut short") as caught:
        unpack([gzip.compress(TEXT)[:cut]], ("gzip",), limit=10**9)
    assert caught.value.retriable


def test_broken_data_is_a_typed_error() -> None:
    with pytest.raises(BadEncoding, match="broken"):
        unpack([b"this is no gzip"], ("gzip",), limit=100)


def test_no_bytes_at_all_are_an_empty_body() -> None:
    assert unpack([], ("gzip",), limit=100) == b""


def test_only_known_encodings_in_small_number_are_taken() -> None:
    assert layers(None) == ()
    assert layers("identity") == ()
    assert layers(" X-GZip ") == ("gzip",)
    with pytest.raises(BadEncoding, match="'br'"):
        layers("br")
    with pytest.raises(BadEncoding, match="3 content encodings"):
        layers("gzip, gzip, gzip")
