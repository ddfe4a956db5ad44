"""Structured logs: one JSON object a line on standard output, without personal data."""

import logging
import sys
import threading
import traceback
from pathlib import PurePath
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from system_under_test.telemetry.redaction import WithoutTexts, redact_event
from system_under_test.telemetry.tracing import add_trace_ids


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace_ids,
        _exception_without_values,
        redact_event,
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
# These write addresses with their queries, or what they send, already at INFO.
TALKATIVE = (
    "alembic.runtime.plugins",
    "authlib",
    "boto3",
    "botocore",
    "httpcore",
    "httpx",
    "stripe",
    "urllib3",
    "uvicorn.access",
    POOL_LOGGER,
)


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
    handler.addFilter(WithoutTexts())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    _log_what_nobody_caught()


def _log_what_nobody_caught() -> None:
    # Python itself would print the message of the fault, which may quote a customer.
    log = get_logger("system_under_test")

    def in_main(_: type[BaseException], fault: BaseException, __: TracebackType | None) -> None:
        log.critical("uncaught", error=describe_fault(fault))

    def in_thread(caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and not isinstance(caught.exc_value, SystemExit):
            name = caught.thread.name if caught.thread else "unknown"
            log.critical("uncaught", thread=name, error=describe_fault(caught.exc_value))

    sys.excepthook = in_main
    threading.excepthook = in_thread


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger named ``name``; keyword arguments of its methods become JSON fields."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
