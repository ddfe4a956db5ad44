"""The index over many runs: SQLite, made from the run folders, so it can be deleted at any time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, Float, String, create_engine, delete, event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from harness.model.errors import RunFolderError
from harness.store.folder import RECORD, list_runs
from harness.store.reader import RunReader

INDEX = "index.sqlite"
_VERSION = 2  # of the tables; an index of another version is made anew


class _Base(DeclarativeBase):
    """Tables of the index."""


class _Run(_Base):
    __tablename__ = "runs"
    run_id: Mapped[str] = mapped_column(String, primary_key=True)
    stamp: Mapped[str] = mapped_column(String, doc="size and time of record.json when it was read")
    created: Mapped[str] = mapped_column(String, index=True)
    system: Mapped[str] = mapped_column(String)
    target: Mapped[str] = mapped_column(String)
    profile: Mapped[str] = mapped_column(String)
    commit: Mapped[str] = mapped_column(String, index=True)
    status: Mapped[str] = mapped_column(String)
    finished: Mapped[bool]
    duration: Mapped[float] = mapped_column(Float)
    defect: Mapped[str | None] = mapped_column(String)
    scenarios: Mapped[int]


class _Figure(_Base):
    """What each expectation of a run has observed: so that `sqlite3` shows how a figure went from run to run."""

    __tablename__ = "figures"
    run_id: Mapped[str] = mapped_column(String, primary_key=True)
    scenario: Mapped[str] = mapped_column(String, primary_key=True)
    expectation: Mapped[str] = mapped_column(String, primary_key=True)
    status: Mapped[str] = mapped_column(String)
    observed: Mapped[float | None] = mapped_column(Float, doc="base unit of the metric: seconds, bytes, a ratio")
    observed_text: Mapped[str] = mapped_column(String)
    threshold: Mapped[str] = mapped_column(String)
    samples: Mapped[int]


@dataclass(frozen=True)
class FigureSummary:
    """What one expectation has observed in one run: `observed` in the base unit, of `samples` samples."""

    run_id: str
    scenario: str
    expectation: str
    status: str
    observed: float | None
    observed_text: str
    threshold: str
    samples: int


@dataclass(frozen=True)
class RunSummary:
    """One line of `launchgate list`. `duration` is in seconds."""

    run_id: str
    created: str
    system: str
    target: str
    profile: str
    commit: str
    status: str
    finished: bool
    duration: float
    defect: str | None
    scenarios: int


class RunIndex:
    """Reads and refreshes `runs/index.sqlite`. Runs that cannot be read are listed with status `unreadable`."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs

    def refresh(self) -> None:
        """Takes in new and changed runs, forgets removed ones. A broken index is made anew."""
        if not self._runs.is_dir():
            return
        try:
            self._refresh()
        except DatabaseError:
            for name in (INDEX, f"{INDEX}-wal", f"{INDEX}-shm"):
                (self._runs / name).unlink(missing_ok=True)
            self._refresh()

    def summaries(self, limit: int | None = None) -> list[RunSummary]:
        """The newest runs first."""
        self.refresh()
        if not self._runs.is_dir():
            return []
        with self._session() as session:
            rows = session.scalars(select(_Run).order_by(_Run.created.desc(), _Run.run_id.desc()).limit(limit))
            return [RunSummary(**{n: getattr(row, n) for n in RunSummary.__dataclass_fields__}) for row in rows]

    def figures(self, scenario: str) -> list[FigureSummary]:
        """What every expectation of a scenario has observed, the newest run first."""
        self.refresh()
        if not self._runs.is_dir():
            return []
        with self._session() as session:
            rows = session.scalars(
                select(_Figure)
                .join(_Run, _Run.run_id == _Figure.run_id)
                .where(_Figure.scenario == scenario)
                .order_by(_Run.created.desc(), _Run.run_id.desc(), _Figure.expectation)
            )
            return [FigureSummary(**{n: getattr(row, n) for n in FigureSummary.__dataclass_fields__}) for row in rows]

    def _refresh(self) -> None:
        folders = {path.name: path for path in list_runs(self._runs)}
        with self._session() as session:
            known = {row.run_id: row.stamp for row in session.execute(select(_Run.run_id, _Run.stamp))}
            gone = set(known) - set(folders)
            if gone:
                session.execute(delete(_Run).where(_Run.run_id.in_(gone)))
                session.execute(delete(_Figure).where(_Figure.run_id.in_(gone)))
            for run_id, path in folders.items():
                stamp = _stamp(path)
                if known.get(run_id) != stamp:
                    session.execute(delete(_Figure).where(_Figure.run_id == run_id))
                    row, figures = _rows(path, stamp)
                    session.merge(row)
                    session.add_all(figures)
            session.commit()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        engine = create_engine(f"sqlite:///{self._runs / INDEX}")
        event.listen(engine, "connect", _use_wal)
        try:
            _create(engine)
            with Session(engine) as session:
                yield session
        finally:
            engine.dispose()


def _create(engine: Engine) -> None:
    with engine.begin() as connection:
        if connection.exec_driver_sql("PRAGMA user_version").scalar() != _VERSION:
            _Base.metadata.drop_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")
        _Base.metadata.create_all(connection)


def _use_wal(connection: object, _record: object) -> None:
    """Readers never wait for the writer."""
    connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]


def _stamp(path: Path) -> str:
    try:
        stat = (path / RECORD).stat()
    except FileNotFoundError:
        return "none"
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _rows(path: Path, stamp: str) -> tuple[_Run, list[_Figure]]:
    try:
        record = RunReader(path).record
    except RunFolderError:
        return _Run(
            run_id=path.name, stamp=stamp, created=path.name, system="", target="", profile="", commit="",
            status="unreadable", finished=False, duration=0.0, defect=None, scenarios=0,
        ), []  # fmt: skip
    figures = [
        _Figure(
            run_id=path.name, scenario=scenario.id, expectation=one.id, status=str(one.status), observed=one.observed,
            observed_text=one.observed_text, threshold=one.threshold, samples=one.samples,
        )
        for scenario in record.scenarios
        for one in scenario.expectations
    ]  # fmt: skip
    return _Run(
        run_id=path.name, stamp=stamp, created=record.created, system=record.system, target=record.target,
        profile=record.profile, commit=record.git.commit, status=str(record.status), finished=record.finished,
        duration=record.duration, defect=record.defect, scenarios=len(record.scenarios),
    ), figures  # fmt: skip
