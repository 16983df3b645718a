"""The campaign: five hundred articles through a supervised stack whose processes are killed on their way."""

import random
import shutil
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from consumers.enrich import to_enriched
from consumers.local import raw_from_bytes
from consumers.prepare import Draft, to_clean
from copydesk.accounting.settle import is_final
from copydesk.newsroom.catalogue import load_articles
from copydesk.wiring import load_models
from infra.broker import KafkaAdmin, KafkaReader
from infra.native import ready
from infra.native.home import Home
from infra.native.supervise import Supervisor
from infra.settings import Settings
from infra.store import S3Store
from schemas.articles import EnrichedArticle, Outcome
from schemas.codec import decode, encode
from schemas.envelope import read
from schemas.topics import ENRICHED, OUTCOMES, RAW

# kafka-python leaks the sockets of connections that were refused.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

ARTICLES = 500
WORKER_KILLS = 10
SEED = 20261122
SEGFAULT = Path(__file__).parents[1] / "data" / "segfault" / "sitecustomize.py"


@dataclass
class Campaign:
    """What happened. ``lags`` are the raw messages that waited at each kill of a worker."""

    inputs: dict[str, bytes]
    crashing: str
    lags: list[int]
    settings: Settings
    desk: Any


def _articles() -> list[bytes]:
    """Distinct articles: paragraphs of the demo's, mixed, under a first sentence of their own."""
    chance = random.Random(SEED)  # noqa: S311
    paragraphs = [
        text for article in load_articles() if article.language.startswith("en") for text in article.paragraphs
    ]
    return [
        "\n\n".join(
            [
                f"The harbour board of Port Ainslie gave out notice number {number} on Monday.",
                *chance.sample(paragraphs, 6),
            ]
        ).encode()
        for number in range(ARTICLES)
    ]


def _interpreter(folder: Path) -> Path:
    """Return a Python with the packages of this one, in which one article ends its process."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    shutil.copy(SEGFAULT, packages)
    return python


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory, make_desk: Any) -> Iterator[Campaign]:
    home = tmp_path_factory.mktemp("campaign")
    desk = make_desk(
        home,
        python=_interpreter(tmp_path_factory.mktemp("python")),
        COPYDESK_PREPARE_SLOTS="2",
        COPYDESK_ENRICH_SLOTS="2",
        COPYDESK_BATCH_SIZE="10",
    )
    folder = tmp_path_factory.mktemp("articles")
    inputs = {}
    for number, body in enumerate(_articles()):
        (folder / f"{number:03}.txt").write_bytes(body)
        inputs[raw_from_bytes(body).id] = body
    poison = b"A notice that must not be read, said the clerk.\n\nSEGFAULT-ON-SIGHT\n\n" + _articles()[0]
    (folder / "250-poison.txt").write_bytes(poison)
    try:
        desk.run("up", "--only", "broker,store,workers", seconds=600)
        settings = desk.settings()
        desk.run("ingest", str(folder), seconds=300)
        lags = _kill_at_random(desk, settings)
        _wait_until_settled(desk)
        yield Campaign(inputs, raw_from_bytes(poison).id, lags, settings, desk)
    finally:
        desk.run("down", check=False)


def _kill_at_random(desk: Any, settings: Settings) -> list[int]:
    """Kill ten workers, the broker and the store at random moments. Returns the raw lag at each worker's death."""
    chance = random.Random(SEED)  # noqa: S311
    lags = []
    victims = ["worker"] * WORKER_KILLS
    victims.insert(4, "broker")
    victims.insert(8, "store")
    supervisor = Supervisor(Home(desk.home.resolve()))
    for victim in victims:
        time.sleep(chance.uniform(0.3, 1.2))
        lag = _raw_lag(settings)
        while not _kill(supervisor, victim, chance):
            time.sleep(0.1)  # all of that kind are being restarted at the moment
        if victim == "worker":
            lags.append(lag)
        if victim == "broker":
            _wait_for_broker(settings)
    return lags


def _kill(supervisor: Supervisor, victim: str, chance: random.Random) -> bool:
    """Kill -9 a process of that kind. Returns whether there was one."""
    alive = [
        process
        for name, process in supervisor.processes().items()
        if process.up and (name == victim or (victim == "worker" and name.startswith(("prepare-", "enrich-"))))
    ]
    try:
        psutil.Process(chance.choice(alive).pid).kill()
    except (IndexError, psutil.NoSuchProcess):
        return False
    return True


def _wait_for_broker(settings: Settings) -> None:
    ready.wait_until(lambda: ready.broker_ready(settings.kafka_bootstrap), seconds=90, what="the killed broker")


def _raw_lag(settings: Settings) -> int:
    admin = KafkaAdmin(settings.kafka_bootstrap)
    try:
        committed = admin.committed("copydesk-prepare", RAW.name)
        return sum(end - committed.get(number, 0) for number, end in admin.end_offsets(RAW.name).items())
    finally:
        admin.close()


def _wait_until_settled(desk: Any) -> None:
    ledger: dict[str, Any] = {}
    for _ in range(120):
        ledger = desk.records("ledger", "--json", check=False)[0]
        if ledger["in_flight"] == 0 and ledger["raw"] == ARTICLES + 1:
            return
        time.sleep(2)
    pytest.fail(f"still in flight: {ledger}\n{desk.run('status', check=False).stdout.decode()}")


def _events(settings: Settings) -> list[tuple[EnrichedArticle, bytes, dict[str, str]]]:
    reader = KafkaReader(settings.kafka_bootstrap)
    try:
        return [
            (decode(message.value or b"", EnrichedArticle), message.value or b"", read(message.headers))
            for message in reader.read(ENRICHED.name)
        ]
    finally:
        reader.close()


@pytest.mark.timeout(900)
def test_workers_died_under_lag(campaign: Campaign) -> None:
    assert len(campaign.lags) == WORKER_KILLS
    assert min(campaign.lags) > 0


def test_every_article_is_there_once(campaign: Campaign) -> None:
    seen = Counter((article.id, article.revision.number) for article, _, _ in _events(campaign.settings))
    assert seen == Counter((id_, 1) for id_ in campaign.inputs)


def test_books_balance_and_topics_and_bucket_agree(campaign: Campaign) -> None:
    (ledger,) = campaign.desk.records("ledger", "--json")
    assert (ledger["enriched"], ledger["dead"], ledger["in_flight"]) == (ARTICLES, 1, 0)
    assert ledger["balanced"]
    campaign.desk.run("verify")


def test_article_that_kills_ends_as_dead(campaign: Campaign) -> None:
    reader = KafkaReader(campaign.settings.kafka_bootstrap)
    outcomes = [decode(message.value or b"", Outcome) for message in reader.read(OUTCOMES.name)]
    reader.close()
    final = [outcome for outcome in outcomes if is_final(outcome) and outcome.id == campaign.crashing]
    assert [(outcome.status, outcome.reason) for outcome in final] == [("dead", "crashed")]


def test_objects_are_what_the_filter_gives(campaign: Campaign) -> None:
    models = load_models(campaign.settings)
    store = S3Store.from_settings(campaign.settings)
    for article, value, headers in _events(campaign.settings):
        draft = to_clean(raw_from_bytes(campaign.inputs[article.id]))
        assert isinstance(draft, Draft)
        expected = encode(to_enriched(draft.article, models))
        assert value == expected
        assert store.get(headers["ce_objectkey"]) == expected
    by_command = campaign.desk.run("enrich", "-", stdin=campaign.inputs[article.id]).stdout
    assert by_command == expected
