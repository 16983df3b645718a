"""A slot is held by one live worker; a dead one's seat is free."""

from pathlib import Path

import pytest

from consumers.slot import Slot, refuse_if_held_elsewhere
from infra.errors import SlotTaken
from infra.messaging import Member


class Admin:
    """A group whose members the test sets; time passes when somebody sleeps."""

    def __init__(self, *members: Member, leave_at: float | None = None) -> None:
        self.now = 0.0
        self._members = members
        self._leave_at = leave_at
        self.asked: list[str] = []

    def members(self, group: str) -> tuple[Member, ...]:
        self.asked.append(group)
        return () if self._leave_at is not None and self.now >= self._leave_at else self._members

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def slot(tmp_path: Path) -> Slot:
    return Slot("enrich", 2, tmp_path, "p.")


def refuse(slot: Slot, admin: Admin) -> None:
    refuse_if_held_elsewhere(slot, admin, session_s=10, clock=admin.clock, sleep=admin.sleep)  # type: ignore[arg-type]


def test_ids(slot: Slot, tmp_path: Path) -> None:
    assert slot.group == "p.copydesk-enrich"
    assert slot.static_id == "p.copydesk-enrich-2"
    assert slot.client_id.startswith("p.copydesk-enrich-2@")
    assert slot.file("journal.json") == tmp_path / "slots" / "enrich-2.journal.json"


def test_homes_tell_holders_apart(slot: Slot, tmp_path: Path) -> None:
    assert slot.client_id == Slot("enrich", 2, tmp_path, "p.").client_id
    assert slot.client_id != Slot("enrich", 2, tmp_path / "other", "p.").client_id


def test_lock_is_exclusive_and_names_the_holder(slot: Slot) -> None:
    held = slot.lock()
    with pytest.raises(SlotTaken, match=r"slot 2 of enrich is held by process \d+ on this host; stop it, or use"):
        slot.lock()
    held.close()
    slot.lock().close()


def test_slots_lock_apart(slot: Slot, tmp_path: Path) -> None:
    with slot.lock(), Slot("enrich", 3, tmp_path).lock(), Slot("prepare", 2, tmp_path).lock():
        pass


def test_free_slot_needs_no_wait(slot: Slot) -> None:
    admin = Admin(Member("p.copydesk-enrich-1", "p.copydesk-enrich-1@elsewhere", "10.0.0.7"))
    refuse(slot, admin)
    assert (admin.now, admin.asked) == (0.0, ["p.copydesk-enrich"])


def test_own_kind_needs_no_wait(slot: Slot) -> None:
    admin = Admin(Member(slot.static_id, slot.client_id, "127.0.0.1"))
    refuse(slot, admin)
    assert admin.now == 0.0


def test_dead_holder_elsewhere_is_waited_for(slot: Slot) -> None:
    admin = Admin(Member(slot.static_id, "somebody@elsewhere", "10.0.0.7"), leave_at=7)
    refuse(slot, admin)
    assert 7 <= admin.now < 10


def test_live_holder_elsewhere_is_refused_with_its_name(slot: Slot) -> None:
    admin = Admin(Member(slot.static_id, "somebody@elsewhere", "10.0.0.7"))
    with pytest.raises(SlotTaken, match=r"held by somebody@elsewhere \(10\.0\.0\.7\); stop that worker, or use --slot"):
        refuse(slot, admin)
    assert admin.now >= 10
