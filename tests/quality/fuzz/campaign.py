"""Many articles through several children; deaths are caught, isolated and told with what reproduces them."""

import os
import queue
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec
from cases import make_article
from child import Answer
from material import ROOT, load_material

from schemas.codec import encode

WALL_LIMIT_S = 200
"""Seconds in which a child must answer even if it sleeps; generous, since the machine may be busy."""
AGAIN_EVERY = 20
"""Of so many seeds one is done again by another process, last first, and must give the same bytes."""
CHILD = Path(__file__).with_name("child.py")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """``alone``: whether it happens in a fresh process too; null where that says nothing. ``article`` reproduces it.

    ``others`` are further seeds that ended in the same words.
    """

    seed: str
    kind: str
    detail: str
    alone: bool | None = None
    article: str | None = None
    others: tuple[str, ...] = ()


@dataclass
class Totals:
    """What a campaign saw. Worst figures carry their seed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    cpu_s: list[tuple[float, str]] = field(default_factory=list)
    peaks: list[tuple[int, str]] = field(default_factory=list)
    digests: dict[str, tuple[str, str]] = field(default_factory=dict)
    again: int = 0


class Died(Exception):
    """The child ended, or was ended, over an article."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class Child:
    """One process with what it says on standard error kept for the report."""

    def __init__(self, target: str, *, own: bool, cpu_limit_s: int) -> None:
        self._cpu_limit_s = cpu_limit_s
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD), target, "own" if own else "all", str(cpu_limit_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        )

    def ask(self, seed: str) -> Answer:
        """Return what became of the seed's article. Raises ``Died``."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(f"{seed}\n".encode())
            stdin.flush()
        except BrokenPipeError:
            raise self._death() from None
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(WALL_LIMIT_S):
                self._process.kill()
                self._process.wait()
                raise Died("hang", f"no answer in {WALL_LIMIT_S} s")
        line = stdout.readline()
        if not line.endswith(b"\n"):
            raise self._death()
        return msgspec.json.decode(line, type=Answer)

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was left in the buffer is for nobody

    def _death(self) -> Died:
        code = self._process.wait()
        self._errors.seek(0)
        told = self._errors.read().decode("utf-8", "replace")[-4_000:]
        if code == -signal.SIGPROF:
            return Died("hang", f"more than {self._cpu_limit_s} s of processor time\n{told}")
        name = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return Died("crash", f"the process ended with {name}\n{told}")


class Campaign:
    """Runs seeds through children. ``keep`` is the folder that articles with findings are written to."""

    def __init__(self, target: str, *, own: bool, cpu_limit_s: int, keep: Path) -> None:
        self._target = target
        self._cpu_limit_s = cpu_limit_s
        self._own = own
        self._keep = keep
        self._lock = threading.Lock()
        self.totals = Totals()

    def run(self, seeds: Sequence[str], processes: int, progress: Callable[[int], None]) -> Totals:
        """Do all seeds, then a sample of them again."""
        done = 0

        def note(seed: str, answer: Answer | Died) -> None:
            nonlocal done
            with self._lock:
                self._note(seed, answer)
                done += 1
                progress(done)

        def compare(seed: str, answer: Answer | Died) -> None:
            with self._lock:
                self._compare(seed, answer)

        self._spread(seeds, processes, note)
        self._spread(
            [seed for seed in reversed(seeds[::AGAIN_EVERY]) if seed in self.totals.digests], processes, compare
        )
        self.totals.findings = [self._isolate(finding) for finding in _grouped(self.totals.findings)]
        return self.totals

    def _spread(self, seeds: Iterable[str], processes: int, note: Callable[[str, Answer | Died], None]) -> None:
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for seed in seeds:
            waiting.put(seed)
        errors: list[BaseException] = []

        def work() -> None:
            child = self._child()
            try:
                while not errors:
                    seed = waiting.get_nowait()
                    try:
                        note(seed, child.ask(seed))
                    except Died as died:
                        child.close()
                        note(seed, died)
                        child = self._child()
            except queue.Empty:
                return
            except BaseException as error:  # noqa: BLE001 - raised again where it can be seen
                errors.append(error)
            finally:
                child.close()

        threads = [threading.Thread(target=work, daemon=True) for _ in range(processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def _child(self) -> Child:
        return Child(self._target, own=self._own, cpu_limit_s=self._cpu_limit_s)

    def _note(self, seed: str, answer: Answer | Died) -> None:
        totals = self.totals
        if isinstance(answer, Died):
            totals.outcomes[answer.kind] += 1
            totals.findings.append(Finding(seed=seed, kind=answer.kind, detail=answer.detail))
            return
        totals.outcomes[answer.outcome] += 1
        totals.sizes.append(answer.size)
        totals.cpu_s.append((answer.cpu_s, seed))
        totals.peaks.append((answer.peak, seed))
        totals.digests[seed] = (answer.outcome, answer.digest)
        if answer.problems:
            kind = "untyped error" if answer.outcome == "untyped" else "broken promise"
            totals.findings.append(Finding(seed=seed, kind=kind, detail="\n".join(answer.problems)))

    def _compare(self, seed: str, answer: Answer | Died) -> None:
        self.totals.again += 1
        if isinstance(answer, Died):
            now = f"{answer.kind}: {answer.detail}"
        elif answer.digest != self.totals.digests[seed][1]:
            now = "\n".join((answer.outcome, answer.digest, *answer.problems))
        else:
            return
        before = " ".join(self.totals.digests[seed])
        detail = f"first {before}\nin another process, after other articles, {now}"
        self.totals.findings.append(Finding(seed=seed, kind="not deterministic", detail=detail))

    def _isolate(self, finding: Finding) -> Finding:
        """Keep the article, and see whether it does the same alone: a death may be the doing of those before it."""
        path = self._write(finding.seed)
        if finding.kind == "not deterministic":
            return msgspec.structs.replace(finding, article=str(path))
        child = self._child()
        try:
            alone = bool(child.ask(str(path)).problems)
        except Died:
            alone = True
        finally:
            child.close()
        return msgspec.structs.replace(finding, alone=alone, article=str(path))

    def _write(self, seed: str) -> Path:
        if seed.startswith("/"):
            return Path(seed)
        self._keep.mkdir(parents=True, exist_ok=True)
        path = self._keep.resolve() / f"{seed}.json"
        path.write_bytes(encode(make_article(int(seed), load_material(own=self._own))))
        return path


def _grouped(findings: Sequence[Finding]) -> list[Finding]:
    """Return one finding for all that say the same, but for the numbers in it."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        words = re.sub(r"\d+|0x[0-9a-f]+", "#", finding.detail.strip())
        last = words.rsplit("\n", 1)[-1] if finding.kind == "untyped error" else words[:200]
        groups.setdefault((finding.kind, last), []).append(finding)
    return [
        msgspec.structs.replace(group[0], others=tuple(finding.seed for finding in group[1:]))
        for group in groups.values()
    ]
