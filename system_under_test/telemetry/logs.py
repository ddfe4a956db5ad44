"""Structured logs: one JSON object a line on standard output, without personal data."""

import logging
import sys
import traceback
from pathlib import PurePath
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_without_values,
    ]


def _exception_without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    # Messages of database errors quote the values of the failing statement, which may be a
    # customer's text; the type and the place of the fault are enough to find it.
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event["error"] = describe_fault(info)
    return event


def describe_fault(fault: BaseException) -> dict[str, Any]:
    """Return the type of ``fault``, of its cause, and the innermost frames; never its message."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    description: dict[str, Any] = {
        "type": type(fault).__name__,
        "at": [f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in frames],
    }
    cause = fault.__cause__ or fault.__context__
    if cause is not None:
        description["cause"] = type(cause).__name__
    return description


# The library names the logger of a pool after its class.
POOL_LOGGER = "system_under_test.db.engine.MeasuredPool"


def configure_logs(level: int = logging.INFO) -> None:
    """Send both structlog and the standard library's loggers to stdout as JSON lines."""
    shared = _shared_processors()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for noisy in ("botocore", "boto3", "urllib3", "uvicorn.access", "alembic.runtime.plugins", POOL_LOGGER):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger named ``name``; keyword arguments of its methods become JSON fields."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
