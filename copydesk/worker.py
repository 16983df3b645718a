"""Wires one worker: settings to clients, step, loop and watchdogs."""

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from consumers.poison import Journal
from consumers.runtime import Halted, Limits, Loop
from consumers.slot import Slot, refuse_if_held_elsewhere
from consumers.step import Step
from consumers.watchdog import EXIT_STUCK, KAFKA_LIMIT_S, LagWatch, Progress, Watchdog, end_process
from infra.broker import SESSION_TIMEOUT_MS, KafkaAdmin, KafkaConsumer, KafkaReader, KafkaTransactionalPublisher
from infra.errors import GroupLost, InfraError, TransactionFailed, Unavailable
from infra.log import configure
from infra.messaging import Admin
from infra.objects import ObjectStore
from infra.settings import Settings
from infra.shutdown import Shutdown
from infra.store import S3Store
from schemas.articles import Stage

EXIT_HALTED = 78
"""EX_CONFIG of sysexits.h: starting again will not help, a person must look."""
START_LIMIT = 10
"""Starts in a row that do not reach the loop, after which the worker gives up."""
LONGEST_PAUSE_S = 10.0
"""Before such a start is repeated. The pauses grow by a second each."""
CONNECT_WAIT_S = 2.0
CONNECT_LIMIT_S = 4 * KAFKA_LIMIT_S
"""The constructors have limits of their own, up to 60 s."""

log = structlog.get_logger(__name__)
T = TypeVar("T")


class _StoppedEarly(Exception):
    """A signal came before the worker was ready."""


class _GaveUp(Exception):
    """The worker never reaches its loop."""


def run(stage: Stage, number: int, settings: Settings) -> int:
    """Run the worker until a signal. Returns its exit code. Raises ``SlotTaken`` and ``Refused``."""
    configure(settings.log_level)
    shutdown = Shutdown()
    shutdown.install()
    slot = Slot(stage, number, settings.home, settings.topic_prefix)
    lock = slot.lock()
    journal = Journal(slot.file("journal.json"))  # it counts the start, and the death of the process before
    try:
        _pace(journal, shutdown)
        return _run(slot, settings, shutdown, journal)
    except (TransactionFailed, GroupLost) as error:
        log.error("ending this process, to be started again", error=str(error))
        return EXIT_STUCK
    except _StoppedEarly:
        journal.reset_starts()
        return 0
    except (Halted, _GaveUp) as error:
        journal.reset_starts()
        log.error("halted" if isinstance(error, Halted) else "gave up", error=str(error))
        return EXIT_HALTED
    finally:
        sys.stderr.flush()
        lock.close()


def _pace(journal: Journal, shutdown: Shutdown) -> None:
    """Wait before yet another start that may not reach the loop; raise ``_GaveUp`` when there were too many.

    A supervisor cannot do this: to it, a worker that an article killed and one that cannot start look the same.
    """
    if journal.starts > START_LIMIT:
        raise _GaveUp(
            f"{START_LIMIT} starts in a row ended before the loop: read above why, mend it, then start the worker again"
        )
    if shutdown.wait(min(journal.starts - 1.0, LONGEST_PAUSE_S)):
        raise _StoppedEarly


def _run(slot: Slot, settings: Settings, shutdown: Shutdown, journal: Journal) -> int:
    threading.Thread(target=_forgive_once_stopped, args=(shutdown, journal), name="stopping", daemon=True).start()
    store = S3Store.from_settings(settings)
    watchdog = Watchdog()
    watchdog.start()
    bootstrap = settings.kafka_bootstrap

    def connect(make: Callable[[], T]) -> T:
        while True:
            try:
                with watchdog.phase("connecting", CONNECT_LIMIT_S):
                    return make()
            except Unavailable as error:
                log.warning("waiting to connect", error=str(error))
                if shutdown.wait(CONNECT_WAIT_S):
                    raise _StoppedEarly from error

    # Models are loaded before the group is joined: a member that does not poll holds the others up.
    step = _step(slot.stage, store, settings, connect)
    topic = settings.topic_prefix + step.input.name
    admin = connect(lambda: KafkaAdmin(bootstrap))
    # A broker that has just started may not know the group's coordinator yet: that passes too.
    connect(lambda: refuse_if_held_elsewhere(slot, admin, session_s=SESSION_TIMEOUT_MS / 1000 + 2))
    publisher = connect(lambda: KafkaTransactionalPublisher(bootstrap, slot.static_id, slot.group))
    consumer = connect(lambda: KafkaConsumer(bootstrap, topic, slot.group, slot.static_id, slot.client_id))
    make_loop = partial(
        Loop,
        consumer=consumer,
        publisher=publisher,
        store=store,
        journal=journal,
        watchdog=watchdog,
        halt_file=slot.file("halted"),
        limits=Limits(settings.batch_size, settings.batch_seconds, settings.work_limit_s, settings.dead_limit),
        stop=lambda: shutdown.requested,
        prefix=settings.topic_prefix,
    )
    loop = make_loop(step)
    LagWatch(
        probe=lambda: _progress(admin, slot.group, topic),
        polling=lambda: loop.polling,
        waiting=lambda: loop.waiting,
        has_messages=lambda partition, start, end: _has_messages(bootstrap, topic, partition, start, end),
        end=lambda reason: _end_stalled(slot, admin, journal, reason),
        # A batch is cut after the article during which its time runs out.
        turn_s=settings.batch_seconds + settings.work_limit_s,
        stall_s=settings.stall_limit_s,
    ).start()
    # Whoever started this process reads here that it got this far.
    slot.file("ready").write_text(str(os.getpid()), encoding="utf-8")
    loop.run()
    # No transaction is open here. Closing waits for the network, so it has a limit too.
    with watchdog.phase("closing", KAFKA_LIMIT_S):
        consumer.close()
        publisher.close()
        admin.close()
    return 0


def _forgive_once_stopped(shutdown: Shutdown, journal: Journal) -> None:
    """Wait for the signal. Whoever sent it may kill us before the article in work is done: that is not its doing."""
    shutdown.wait()
    journal.forgive()


def _end_stalled(slot: Slot, admin: Admin, journal: Journal, reason: str) -> None:
    """End the process for a fault of the systems: what it works on now is not to blame.

    The seat is given up: a static member that comes back finds its old partitions, and if the fault is that a
    partition was dealt to nobody, only a group that deals anew mends it.
    """
    try:
        journal.forgive()
        admin.expel(slot.group, slot.static_id)
    except InfraError as error:
        log.warning("the seat is kept", error=str(error))
    finally:
        end_process(reason)


class _Connect(Protocol):
    def __call__(self, make: Callable[[], T], /) -> T: ...


def _step(stage: Stage, store: ObjectStore, settings: Settings, connect: _Connect) -> Step[Any]:
    if stage == "prepare":
        from consumers.host_rules import load_hosts
        from consumers.memory_store import load_memory
        from consumers.prepare import Prepare

        memory = connect(lambda: load_memory(store, settings.memory))
        log.info("memory", version=memory.version if memory else None, paragraphs=memory.paragraphs if memory else 0)
        return Prepare(store, memory, load_hosts(settings.host_rules))
    from consumers.enrich import Enrich
    from copydesk.wiring import load_models

    return Enrich(store, load_models(settings))


def _progress(admin: KafkaAdmin, group: str, topic: str) -> dict[int, Progress]:
    committed, begin, end = admin.committed(group, topic), admin.begin_offsets(topic), admin.end_offsets(topic)
    return {number: Progress(committed.get(number, begin[number]), end[number]) for number in end}


def _has_messages(bootstrap: str, topic: str, partition: int, start: int, end: int) -> bool:
    reader = KafkaReader(bootstrap)
    try:
        return any(
            message.offset < end for message in reader.read(topic, start={partition: start}, partitions=[partition])
        )
    finally:
        reader.close()
