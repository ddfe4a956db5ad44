"""The base of every behaviour: an ordinary FastHttpUser whose operations have a time at which they are due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import gevent
from gevent import GreenletExit
from locust import FastHttpUser
from locust.contrib.fasthttp import ResponseContextManager
from locust.env import Environment
from locust.exception import StopUser

from suites.load.samples import OK, UNFINISHED
from suites.load.session import LoadSession
from suites.load.users.support.failures import (
    TIMEOUT,
    WRONG_ANSWER,
    BadReply,
    OperationFailed,
    transport_kind,
)

T = TypeVar("T")


class LoadEnvironment(Environment):
    """Locust's environment, and the session of this load."""

    load: LoadSession


class PacedUser(FastHttpUser):
    """Subclasses declare `operations` and write ordinary Locust tasks that call `operate`."""

    abstract = True
    operations: ClassVar[tuple[str, ...]] = ()
    environment: LoadEnvironment

    def __init__(self, environment: LoadEnvironment) -> None:
        self.load = environment.load
        self.network_timeout = self.connection_timeout = self.load.config.timeout
        super().__init__(environment)
        self.index, self.rng, self.schedule = self.load.join()
        self._free = self.schedule.due
        self._counted = False

    def operate(self, op: str, method: str, path: str, check: Callable[[ResponseContextManager], T], **send: Any) -> T:
        """Waits until the next operation is due, sends it, checks the reply, records all of it.

        Args:
            op: one of `operations`.
            check: takes what the journey needs from a reply with status 2xx; raises BadReply, or a KeyError,
                TypeError, IndexError or ValueError where the reply lacks it.
            send: for Locust's client, such as `json` or `headers`.

        Raises OperationFailed after recording a failure; StopUser when nothing is due any more.
        """
        due, free = self._wait_until_due(), self._free
        started = self.load.now()
        try:
            with self.client.request(method, path, name=op, catch_response=True, **send) as reply:
                ended = self.load.now()
                kind, detail, value = self._judge(reply, ended - started, check)
                if kind != OK:
                    reply.failure(kind)
        except GreenletExit:
            cut = self.load.now()
            self.schedule.advance(cut)  # it was sent: not to be counted again as outstanding
            self.load.tap.record(op, due=due, free=free, started=started, ended=cut, outcome=UNFINISHED)
            raise
        self._free = ended
        self.schedule.advance(ended)
        self.load.tap.record(op, due=due, free=free, started=started, ended=ended, outcome=kind, detail=detail)
        if kind != OK:
            raise OperationFailed
        return value  # type: ignore[return-value]  # a good reply has a value

    def _wait_until_due(self) -> float:
        """Sleeps until the due time and returns it."""
        due = self.schedule.due
        if due >= self.load.end:
            raise StopUser
        while (left := due - self.load.now()) > 0:
            gevent.sleep(left)
        if not self._counted:
            self._counted = True
            self.load.user_started()
        return due

    def _judge(
        self, reply: ResponseContextManager, seconds: float, check: Callable[[ResponseContextManager], T]
    ) -> tuple[str, str, T | None]:
        """Outcome, what the system said, and what `check` took from a good reply."""
        error = reply.request_meta["exception"]
        if error is not None:
            return transport_kind(error), str(error), None
        if seconds > self.load.config.timeout:
            # Bytes kept trickling in, so no socket ever timed out.
            return TIMEOUT, f"complete after {seconds:.3f} s", None
        try:
            return OK, "", check(reply)
        except BadReply as bad:
            return bad.kind, f"{bad}: {reply.text}", None
        except (KeyError, TypeError, IndexError, ValueError) as missing:
            return WRONG_ANSWER, f"{missing!r}: {reply.text}", None

    def on_stop(self) -> None:
        """Counts what was due and is not sent any more."""
        self.load.tap.unsent += self.schedule.outstanding(self.load.end)
        if self._counted:
            self.load.user_stopped(thinks_to_the_end=self.schedule.due >= self.load.end)
