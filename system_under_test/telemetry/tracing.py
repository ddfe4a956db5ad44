"""Traces: one from a request through outbox and queue to the worker, and ids for the lines of the log.

With ``OTEL_EXPORTER_OTLP_ENDPOINT`` (or ``…_TRACES_ENDPOINT``) set, spans go there as OTLP over HTTP. Without it
nothing is recorded or sent, yet ids are made and handed on, so that the log lines of one order can be found.
Attributes name routes, actors and ids of jobs, never what people typed.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TypeAlias

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import Scope
from structlog.typing import EventDict, WrappedLogger

Attributes: TypeAlias = Mapping[str, str | int | float | bool]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# Only the trace context: baggage of strangers is neither read nor handed on.
_W3C = TraceContextTextMapPropagator()
# Unsampled spans cost a few microseconds and have ids all the same.
_provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
_tracer = _provider.get_tracer("village-calendar")


def start_tracing(service: str) -> None:
    """Send the spans of this process as ``service`` to the collector of the environment, if it names one."""
    global _provider, _tracer
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    # Heavy, and only needed with a collector.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME") or service
    # The sampler is the library's default: what the caller decided, else OTEL_TRACES_SAMPLER, else every trace.
    _provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = _provider.get_tracer("village-calendar")


def stop_tracing() -> None:
    """Send what is left; gives up on a collector that is away."""
    _provider.shutdown()


@contextmanager
def span(
    name: str,
    attributes: Attributes | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    began: datetime | None = None,
) -> Iterator[Span]:
    """Work within a span called ``name``: a child of ``parent`` (a ``traceparent``), else of the span at hand.

    ``began`` is an earlier start. A fault marks the span by its type; its message may hold personal data.
    """
    with _tracer.start_as_current_span(
        name,
        context_of(parent) if parent else None,
        kind=kind,
        attributes=attributes,
        start_time=int(began.timestamp() * 1e9) if began else None,
        record_exception=False,
        set_status_on_exception=False,
    ) as opened:
        try:
            yield opened
        except BaseException as fault:
            mark_fault(opened, type(fault).__name__)
            raise


@contextmanager
def server_span(scope: Scope) -> Iterator[Span]:
    """Work within the span of an HTTP request, in the trace that its ``traceparent`` names, if it has a good one.

    The name is only the method until ``describe_answer`` knows the route.
    """
    with span("HTTP", kind=SpanKind.SERVER, parent=Headers(scope=scope).get("traceparent")) as opened:
        yield opened


def describe_answer(opened: Span, method: str, route: str, status: int) -> None:
    """Name the span of a request by the pattern of its route and note the status of the answer."""
    if not opened.is_recording():
        return
    opened.update_name(f"{method} {route}")
    opened.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= 500:
        mark_fault(opened, str(status))


def mark_fault(failed: Span, kind: str) -> None:
    """Mark a span as failed; ``kind`` is a type or a status code, never a message."""
    failed.set_status(StatusCode.ERROR)
    failed.set_attribute("error.type", kind)


def context_of(trace_parent: str | None) -> Context:
    """Return the context that a ``traceparent`` names; an empty one when it is missing or malformed."""
    return _W3C.extract({"traceparent": trace_parent} if trace_parent else {}, context=Context())


def current_trace_parent() -> str | None:
    """Return the ``traceparent`` of the span at hand, or None outside of any."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def add_trace_ids(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Log processor: name trace and span of the work during which a line is written."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, "032x")
        event["span_id"] = format(context.span_id, "016x")
    return event
