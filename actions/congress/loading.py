"""Importing: read and check everything first, write it aside, then switch in one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from actions.congress.formats import MemberRecord, PrefixRow, ZipRow, read_members, read_prefixes, read_zips
from actions.congress.gates import check_changes, check_members, check_prefixes, check_zips
from actions.congress.models import Dataset, Kind, Member, Seat, ZipDistrict, ZipPrefix
from actions.congress.source import BadData, Source
from actions.congress.turnover import WASHINGTON, congress_on

MEMBERS_FILE = "legislators-current.json"
ZIPS_FILE = "zip_districts_{congress}.csv"
PREFIXES_FILE = "zip3_states.csv"
BATCH = 4000  # rows written at once

Advance = Callable[[int], None]  # told how many rows have been written


@dataclass(frozen=True)
class File:
    """One file that was read and has passed its gates; `same_as` is the dataset in use with equal bytes."""

    kind: Kind
    congress: int
    where: str
    sha256: str
    same_as: Dataset | None = None
    members: tuple[MemberRecord, ...] = ()
    zips: tuple[ZipRow, ...] = ()
    prefixes: tuple[PrefixRow, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many records there are to write."""
        return len(self.members) + len(self.zips) + len(self.prefixes)


def read_files(source: Source, now: datetime, *, accept_changes: bool = False) -> list[File]:
    """Return every file of a source, read and checked. Writes nothing; raises `BadData`."""
    sitting = congress_on(now)
    files = [_members(source, now, accept_changes)]
    # The next map may be loaded ahead, it answers from its day; an old one is better than none.
    tables = [_zips(source, congress) for congress in (sitting + 1, sitting)]
    found = [table for table in tables if table] or [table for table in [_zips(source, sitting - 1)] if table]
    if not found:
        raise BadData(f"{source.where(ZIPS_FILE.format(congress=sitting))} is missing.")
    return [*files, *found, _prefixes(source, sitting)]


def _needed(source: Source, name: str) -> bytes:
    content = source.read(name)
    if content is None:
        raise BadData(f"{source.where(name)} is missing.")
    return content


def _in_use(kind: Kind, digest: str, congress: int | None = None) -> Dataset | None:
    equal = Dataset.objects.defer("records").filter(kind=kind, sha256=digest, active=True)
    return (equal.filter(congress=congress) if congress else equal).first()


def _members(source: Source, now: datetime, accept_changes: bool) -> File:
    content = _needed(source, MEMBERS_FILE)
    digest = sha256(content).hexdigest()
    if same := _in_use(Kind.MEMBERS, digest):
        return File(Kind.MEMBERS, same.congress, source.where(MEMBERS_FILE), digest, same)
    members = read_members(MEMBERS_FILE, content)
    check_members(MEMBERS_FILE, members)
    if not accept_changes:
        held = {member.seat.code: member.pk for member in Member.objects.current().select_related("seat")}
        check_changes(MEMBERS_FILE, held, members, now)
    began = max(date.fromisoformat(member.term_start) for member in members if member.seat.startswith("H"))
    noon = datetime(began.year, began.month, began.day, 12, tzinfo=WASHINGTON)
    where = source.where(MEMBERS_FILE)
    return File(Kind.MEMBERS, congress_on(noon), where, digest, members=tuple(members))


def _zips(source: Source, congress: int) -> File | None:
    name = ZIPS_FILE.format(congress=congress)
    content = source.read(name)
    if content is None:
        return None
    digest = sha256(content).hexdigest()
    if same := _in_use(Kind.ZIPS, digest, congress):
        return File(Kind.ZIPS, congress, source.where(name), digest, same)
    rows = read_zips(name, content)
    check_zips(name, rows)
    return File(Kind.ZIPS, congress, source.where(name), digest, zips=tuple(rows))


def _prefixes(source: Source, congress: int) -> File:
    content = _needed(source, PREFIXES_FILE)
    digest = sha256(content).hexdigest()
    if same := _in_use(Kind.PREFIXES, digest):
        return File(Kind.PREFIXES, congress, source.where(PREFIXES_FILE), digest, same)
    rows = read_prefixes(PREFIXES_FILE, content)
    check_prefixes(PREFIXES_FILE, rows)
    return File(Kind.PREFIXES, congress, source.where(PREFIXES_FILE), digest, prefixes=tuple(rows))


def load(files: list[File], now: datetime, advance: Advance = lambda _: None) -> list[Dataset]:
    """Use these files from now on; returns the datasets that are new. All of them switch, or none."""
    staged = [_stage(file, now, advance) for file in files if not file.same_as]
    with transaction.atomic():
        _one_at_a_time()
        for file in files:
            if file.same_as:
                Dataset.objects.filter(pk=file.same_as.pk).update(checked_at=now)
        for dataset in staged:
            _switch(dataset, now)
            _forget_older(dataset)
    return staged


def go_back(kind: Kind, now: datetime) -> Dataset:
    """Use the file before the one in use; raises `BadData` where there is none."""
    with transaction.atomic():
        _one_at_a_time()
        before = Dataset.objects.filter(kind=kind, active=False, activated_at__isnull=False)
        dataset = before.order_by("-activated_at").first()
        if dataset is None:
            raise BadData(f"There is no earlier file of {Kind(kind).label} to go back to.")
        _switch(dataset, now)
    return dataset


def _one_at_a_time() -> None:
    """Wait for another import to end; the seats are always there to hold on to."""
    Seat.objects.select_for_update().order_by("pk").first()


@transaction.atomic
def _stage(file: File, now: datetime, advance: Advance) -> Dataset:
    """Write a file aside: complete or not at all, and not in use."""
    terms = [member.term_start for member in file.members if member.seat.startswith("H")]
    dataset = Dataset.objects.create(
        kind=file.kind, congress=file.congress, source=file.where, sha256=file.sha256, rows=file.rows,
        fetched_at=now, checked_at=now, newest_term=max(terms, default=None),
        records=[asdict(member) for member in file.members],
    )
    zips = (ZipDistrict(dataset=dataset, zip=code, state=state, district=number) for code, state, number in file.zips)
    for batch in _batches(zips):
        ZipDistrict.objects.bulk_create(batch)
        advance(len(batch))
    ZipPrefix.objects.bulk_create(
        ZipPrefix(dataset=dataset, prefix=prefix, states=states, military=military)
        for prefix, states, military in file.prefixes
    )
    advance(len(file.prefixes) + len(file.members))
    return dataset


def _batches(rows: Iterator[ZipDistrict]) -> Iterator[list[ZipDistrict]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _beside(dataset: Dataset) -> QuerySet[Dataset]:
    """Return the files that say the same kind of thing: of ZIP tables, those of one Congress."""
    beside = Dataset.objects.filter(kind=dataset.kind).exclude(pk=dataset.pk)
    return beside.filter(congress=dataset.congress) if dataset.kind == Kind.ZIPS else beside


def _switch(dataset: Dataset, now: datetime) -> None:
    _beside(dataset).update(active=False)
    Dataset.objects.filter(pk=dataset.pk).update(active=True, activated_at=now)
    if dataset.kind == Kind.MEMBERS:
        _seat_members([MemberRecord(**record) for record in dataset.records], now)


def _forget_older(dataset: Dataset) -> None:
    """Keep one file to go back to."""
    used = _beside(dataset).filter(activated_at__isnull=False).order_by("-activated_at")
    _beside(dataset).exclude(pk__in=list(used.values_list("pk", flat=True)[:1])).delete()


def _seat_members(records: list[MemberRecord], now: datetime) -> None:
    """Give every seat who holds it now. Who left is ended, never deleted; who moved leaves the old seat first."""
    seats = {seat.code: seat for seat in Seat.objects.all()}
    wanted = {record.bioguide: seats[record.seat].pk for record in records}
    held = Member.objects.current().values_list("pk", "seat_id")
    left = [pk for pk, seat in held if wanted.get(pk) != seat]
    Member.objects.filter(pk__in=left).update(ended_on=now.astimezone(WASHINGTON).date())
    columns = ("name", "party", "phone", "website", "contact_form", "term_start")
    # A member's columns are the record's, but for the seat: there a code, here a row.
    rows = ({**asdict(record), "seat": seats[record.seat]} for record in records)
    Member.objects.bulk_create(
        [Member(**row) for row in rows],
        update_conflicts=True, unique_fields=["bioguide"], update_fields=["seat", "ended_on", *columns],
    )
