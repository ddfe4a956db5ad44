"""GraphQL type, query and mutation of PDF jobs."""

from enum import Enum

import strawberry

from system_under_test.calendars.validation import parse_id
from system_under_test.context import ShopInfo
from system_under_test.printing import service
from system_under_test.printing.tables import JobStatus


@strawberry.enum(name="PdfJobStatus", description="The life of a PDF job; DONE and FAILED are final.")
class PdfJobStatus(Enum):
    """Status of a job in the API."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@strawberry.type(name="PdfJob", description="An order to make the PDF of a calendar.")
class PdfJobType:
    """A PDF job as the API shows it."""

    id: strawberry.ID
    status: PdfJobStatus
    download_url: str | None = strawberry.field(description="Where the PDF can be fetched once DONE.")
    error: str | None = strawberry.field(description="Why it FAILED, a sentence for people.")

    @classmethod
    def of(cls, data: service.JobData) -> "PdfJobType":
        """Wrap a job."""
        return cls(
            id=strawberry.ID(str(data.id)),
            status=PdfJobStatus(data.status),
            download_url=f"/pdf/{data.id}" if data.status == JobStatus.DONE else None,
            error=data.error,
        )


@strawberry.type
class PrintingQuery:
    """Queries of the printing domain."""

    @strawberry.field
    def pdf_job(self, info: ShopInfo, id: strawberry.ID) -> PdfJobType | None:
        """Return the job; NOT_FOUND when it does not exist or belongs to somebody else."""
        job_id = parse_id(id, "PDF")
        with info.context.database.read() as session:
            return PdfJobType.of(service.get_job(session, info.context.owner, job_id))


@strawberry.type
class PrintingMutation:
    """Mutations of the printing domain."""

    @strawberry.mutation
    def request_pdf(self, info: ShopInfo, calendar_id: strawberry.ID) -> PdfJobType:
        """Ask for the PDF of a calendar; the worker makes it."""
        info.context.flags.require("pdf_preview")
        key = parse_id(calendar_id, "calendar")
        with info.context.database.write() as session:
            job = service.request_pdf(session, info.context.owner, key)
        # The transaction is committed: the relay will find the outbox message.
        info.context.wake_relay()
        return PdfJobType.of(job)
