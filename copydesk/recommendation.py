"""The checks of `copydesk doctor --models`: what the models on this machine cost here, and which of them to set."""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import TYPE_CHECKING, Final

from copydesk.diagnosis import Finding, Level
from copydesk.preflight import BUILTIN
from copydesk.wiring import models_dir
from infra.errors import Refused
from infra.settings import Settings, load
from models.engines import Choice, SummarizerEngine, Tier
from models.errors import ModelError

if TYPE_CHECKING:
    from models.hub.generate import Generator

SAMPLES: Final = 3
LONG: Final = 2.0
"""Seconds: what takes longer is timed once."""
ENOUGH: Final = 3_600
"""Articles an hour that one slot should read: a tier that keeps up with one a second is worth its better names."""
WORTH: Final = 1.1
"""Times: an engine less than that faster than the one in use is no reason to change."""
TEXT: Final = """\
The ferry between Port Ellery and Saint Mawgan stood still on Monday, and 240 passengers spent the night in the \
school. Harbour master Joan Pellow said that a rope had been taken up by the propeller. Divers of the Corran Line will \
begin to cut it out at low water, which is at seven on Tuesday morning.

It is the third time in a year that the ship has been stopped by a rope. In March it drifted for two hours before a \
lifeboat from Tressel took it in tow, and in June the company paid £14,000 to the owners of a yacht that it had \
touched. The Corran Line blames fishermen who leave their gear in the channel; the fishermen say that the channel was \
moved in 2019 without anybody asking them.

“We were here first, and so were our pots,” said Denzil Carne, who speaks for eleven boats. The county council wants \
to hear both sides on Thursday. Until then a bus goes round by the bridge at Hale, which takes an hour and a half and, \
since Sunday, costs as much as the ferry. Pellow said that those who slept in the school will get their money back, \
and a breakfast.
"""
"""An invented article of about 200 words."""

Clock = Callable[[], float]


def recommend(clock: Clock = time.perf_counter) -> Iterator[Finding]:
    """Time what is installed, and say which settings fit. Never raises for what is wrong, like ``examine``.

    Tiers and engines that the settings have no use for are left out.
    """
    try:
        settings = load()
    except Refused as error:
        yield Finding("settings", Level.BROKEN, str(error), "mend or unset what it names, then ask again")
        return
    if {settings.tagger, settings.summarizer} & BUILTIN:
        yield from _tiers(settings, clock)
    if settings.summarizer not in BUILTIN:
        yield from _engines(settings, clock)


def seconds(call: Callable[[], object], clock: Clock) -> float:
    """Return what a call takes: the median of ``SAMPLES`` after a first one, or that one where it is ``LONG``."""

    def once() -> float:
        began = clock()
        call()
        return clock() - began

    first = once()
    return first if first > LONG else median(once() for _ in range(SAMPLES))


def _tiers(settings: Settings, clock: Clock) -> Iterator[Finding]:
    from models.errors import NotPulledError
    from models.extractive import ExtractiveSummarizer
    from models.factory import Models
    from models.tagger import NewsTagger
    from models.tiers import load_encoder

    rates: dict[Tier, float] = {}
    tiers: tuple[Tier, ...] = ("fast", "quality")
    for tier in tiers:
        check = f"tier {tier}"
        try:
            encoder = load_encoder(tier, models_dir(settings))
        except NotPulledError as error:
            level = Level.BROKEN if tier == settings.tier else Level.NOTE
            yield _unusable(check, level, error)
        except ModelError as error:
            yield _unusable(check, Level.BROKEN, error)
        else:
            models = Models(NewsTagger(encoder), ExtractiveSummarizer(encoder), encoder)
            took = seconds(lambda models=models: models.analyse(TEXT), clock)  # type: ignore[misc]
            rates[tier] = 3600 / took
            yield Finding(check, Level.OK, f"{_ms(took)} ms for 200 words: {_per_hour(rates[tier])}")
    if rates:
        best: Tier = "quality" if rates.get("quality", 0) >= ENOUGH or "fast" not in rates else "fast"
        why = {
            "quality": f"the better names, and {_per_hour(rates[best])}",
            "fast": f"`quality` would read fewer than {ENOUGH:,} an hour in one slot"
            if "quality" in rates
            else "it is the one that is here",
        }[best]
        yield _advice("COPYDESK_TIER", best, settings.tier, why, change=best != settings.tier)


def _engines(settings: Settings, clock: Clock) -> Iterator[Finding]:
    took: dict[SummarizerEngine, float] = {}
    engines: tuple[SummarizerEngine, ...] = ("torch", "ctranslate2")
    for engine in engines:
        check = f"engine {engine}"
        try:
            generator = _generator(settings, engine)
            took[engine] = seconds(lambda generator=generator: generator.generate([TEXT]), clock)  # type: ignore[misc]
        except ModelError as error:
            yield _unusable(check, Level.BROKEN if engine == settings.summarizer_engine else Level.NOTE, error)
        else:
            reference = generator.reference
            text = f"{_ms(took[engine])} ms for a summary of 200 words by {reference.name}, {reference.precision}"
            yield Finding(check, Level.OK, text)
    if took:
        best = min(took, key=lambda engine: took[engine])
        now = took.get(settings.summarizer_engine)
        change = now is None or now > WORTH * took[best]
        chosen = best if change else settings.summarizer_engine
        why = f"{_ms(took[chosen])} ms a summary" + (f" instead of {_ms(now)}" if change and now else "")
        yield _advice("COPYDESK_SUMMARIZER_ENGINE", chosen, settings.summarizer_engine, why, change=change)


def _generator(settings: Settings, engine: SummarizerEngine) -> "Generator":
    choice = Choice(summarizer_engine=engine, device=settings.device)
    if engine == "torch":
        from models.hub.generate import TorchGenerator

        return TorchGenerator(settings.summarizer, choice=choice, models_dir=models_dir(settings))
    from models.hub.ctranslate import CTranslateGenerator

    return CTranslateGenerator(settings.summarizer, choice=choice, models_dir=models_dir(settings))


def _unusable(check: str, level: Level, error: ModelError) -> Finding:
    found, _, remedy = str(error).rpartition(": ")
    return Finding(check, level, found, remedy)


def _advice(setting: str, best: str, now: str, why: str, *, change: bool) -> Finding:
    if change:
        return Finding("advice", Level.NOTE, f"{setting} is {now}; {best} fits better: {why}", f"set {setting}={best}")
    return Finding("advice", Level.OK, f"{setting}={now} fits: {why}")


def _per_hour(rate: float) -> str:
    return f"{rate:,.0f} such articles an hour, the models alone"


def _ms(took: float) -> str:
    return f"{took * 1000:,.0f}"
