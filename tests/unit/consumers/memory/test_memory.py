"""The memory as a file, and what it finds."""

import hashlib
from collections.abc import Callable

import msgspec
import pytest

from consumers.learn import Reading, learn
from consumers.memory import MAX_BYTES, Memory, host_of, masked, paragraph_hash
from infra.errors import Refused

SLOGAN = "The voice of the coast since 1912"


@pytest.fixture
def memory(make: Callable[..., Reading]) -> Memory:
    return learn(make(n, tail=[SLOGAN]) for n in range(9))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Paper.example/a?b#c", "paper.example"),
        ("http://paper.example.:8080/", "paper.example"),
        ("https://user:word@news.paper.example", "news.paper.example"),
        ("https://[::1]/x", "::1"),
        ("https://[::1/x", None),
        ("https://www./x", "www"),
        ("https:///x", None),
        ("urn:sha256:00", None),
        ("file:source/a.txt", None),
        ("", None),
    ],
)
def test_the_host_of_an_address(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_what_is_found_has_a_rule_id_and_a_score(memory: Memory) -> None:
    known = memory.for_url("https://www.paper.example/new-story")
    assert known is not None
    found = known.find(SLOGAN.upper().replace("1912", "2031"))
    assert found is not None
    assert found.rule == "memory:" + hashlib.sha256(b"the voice of the coast since 0").hexdigest()[:8]
    assert found.score == round(10 / 11, 2)
    assert known.find("Something else") is None
    assert memory.for_url("https://other.example/") is None
    assert memory.for_url("urn:sha256:00") is None


def test_a_form_is_masked_and_hashed_whatever_it_holds() -> None:
    assert masked("Updated 14:05, 3 NOVEMBER") == "updated 0:0, 0 november"
    assert len(paragraph_hash("\ud800 half a character")) == 16


def test_a_memory_reads_what_it_wrote_and_its_version_is_that_of_its_bytes(memory: Memory) -> None:
    again = Memory.read(memory.data, name="a.json")
    assert again == memory
    assert again.version == hashlib.sha256(memory.data).hexdigest()[:12]
    changed = msgspec.structs.replace(memory.contents, articles=memory.contents.articles + 1)
    assert Memory.of(changed).version != memory.version
    assert Memory.of(msgspec.structs.replace(changed, articles=memory.contents.articles)) == memory


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"articles":1}', bytes(MAX_BYTES + 1)],
    ids=["empty", "object", "list", "bytes", "deep", "part", "large"],
)
def test_what_is_no_memory_is_refused_with_the_remedy(data: bytes) -> None:
    with pytest.raises(Refused, match=r"^a\.json is no memory.*clean --learn --out FILE"):
        Memory.read(data, name="a.json")


def test_a_hash_that_is_none_is_refused(memory: Memory) -> None:
    digest = paragraph_hash(SLOGAN)
    with pytest.raises(Refused):
        Memory.read(memory.data.replace(digest.encode(), digest[:-1].encode()), name="a.json")
