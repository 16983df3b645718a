"""Run the real prepare worker with a step that does what the text of an article says.

Settings come from the environment, as for `copydesk worker prepare`. Argument: the slot.

- ``segfault``: crash the interpreter; ``bug``: raise an error that no step should;
- ``backtrack``: match a regular expression that never comes to an end, and holds the interpreter's lock meanwhile;
- ``compute``: be in a long call into a C library, as a model is, that lets other threads run;
- ``hold``: write the file ``holding`` in the home and wait until there is a file ``go``;
- ``put``: put an object into the store; anything else: done.
- While the home has a file ``hold-transaction``, every transaction stays open when its records are sent
  (``in-transaction`` is written then).
"""

import ctypes
import hashlib
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

from consumers.step import Done
from consumers.watchdog import LagWatch
from copydesk import worker
from infra.broker import KafkaTransactionalPublisher
from infra.objects import ObjectStore
from infra.settings import load
from schemas.articles import CleanArticle, Language, Origin, Provenance, RawArticle, RawObject, Revision
from schemas.codec import decode, encode
from schemas.topics import CLEAN, RAW

HOME = Path(os.environ["COPYDESK_HOME"])


class Scripted:
    """The step."""

    stage = "prepare"
    input = RAW
    output = CLEAN

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def read(self, data: bytes) -> RawArticle:
        return decode(data, RawArticle)

    def __call__(self, article: RawArticle, _origin: Origin) -> Done:
        match article.body:
            case b"segfault":
                ctypes.string_at(0)
            case b"bug":
                _ = 1 // 0
            case b"backtrack":
                re.fullmatch("(a+)+", "a" * 64 + "b")
            case b"compute":
                (HOME / "holding").touch()
                hashlib.pbkdf2_hmac("sha256", b"text", b"salt", 2**31 - 1)
            case b"hold":
                (HOME / "holding").touch()
                while not (HOME / "go").exists():
                    time.sleep(0.05)
            case b"put":
                self._store.put(f"tests/{article.id}", article.body)
        clean = CleanArticle(
            id=article.id,
            revision=Revision(number=1, hash=article.body_sha256, cause="first"),
            url=article.url,
            source=article.source,
            language=Language(code="en", confidence=1.0),
            text=article.body.decode(),
            text_hash=article.body_sha256,
            provenance=Provenance(raw=RawObject(key="raw/x", sha256=article.body_sha256), rules="r", extractor="none"),
        )
        return Done(clean, encode(clean), f"{article.id}.r1.0123456789ab", 1)


class HoldingPublisher(KafkaTransactionalPublisher):
    """Stays in the transaction while it is asked to."""

    def _send(self, records: Any) -> list[Any]:
        sent = super()._send(records)
        while records and (HOME / "hold-transaction").exists():
            self._producer.flush(timeout=1)
            (HOME / "in-transaction").touch()
            signal.pause()
        return sent


class QuickLagWatch(LagWatch):
    """Looks twice a second."""

    def start(self, every_s: float = 0.5) -> None:
        super().start(every_s)


worker._step = lambda _stage, store, _settings, _connect: Scripted(store)
worker.KafkaTransactionalPublisher = HoldingPublisher
worker.LagWatch = QuickLagWatch
sys.exit(worker.run("prepare", int(sys.argv[1]), load()))
