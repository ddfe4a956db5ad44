"""A worker that stops in the middle of a job: ``stalling.py render|smtp|sleep MARKER``. Run by tests as a process."""

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from system_under_test.mail import smtp
from system_under_test.worker import __main__, actors

where, marker = sys.argv[1], Path(sys.argv[2])
go = marker.with_suffix(".go")
render, deliver = actors.render_pdf, smtp.Postbox.deliver


def stop() -> None:
    marker.touch()
    while not go.exists():
        time.sleep(0.02)


def stalled_render(*arguments: Any, **named: Any) -> bytes:
    stop()
    return render(*arguments, **named)


def stalled_delivery(*arguments: Any) -> None:
    """Stop when the server has taken the letter, and nobody has written so."""
    deliver(*arguments)
    stop()


if where == "render":
    actors.render_pdf = stalled_render
elif where == "delivered":
    smtp.Postbox.deliver = stalled_delivery  # type: ignore[method-assign]
elif where == "endless":
    # Shorter, so that the test need not wait for a minute.
    from system_under_test.worker import jobs

    limits = {name: dict(values) for name, values in jobs._LIMITS.items()}
    limits["make_pdf"]["time_limit"] = 1500
    jobs._LIMITS = limits
    actors.render_pdf = stalled_render
elif where == "brief":
    __main__.STOP_SECONDS = 1
    actors.render_pdf = stalled_render

sys.argv = ["worker", *sys.argv[3:]]
raise SystemExit(__main__.main())
