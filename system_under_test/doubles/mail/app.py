"""The mail double's application: its HTTP view, with the SMTP server running beside it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from system_under_test.doubles.kit.control import control_routes
from system_under_test.doubles.kit.faults import Faults
from system_under_test.doubles.kit.web import make_app
from system_under_test.doubles.mail.certificate import make_certificate
from system_under_test.doubles.mail.inbox import Inbox
from system_under_test.doubles.mail.settings import MailSettings
from system_under_test.doubles.mail.smtp import MODES, Handler, make_sender
from system_under_test.doubles.mail.views import message_routes, page_routes


def create_app(settings: MailSettings, smtp: socket.socket) -> FastAPI:
    """Return the application; while it runs, mail is taken on the listening socket ``smtp``."""
    inbox = Inbox(settings.max_messages, settings.max_bytes)
    faults = Faults(*MODES)
    handler = Handler(inbox, faults, settings)
    tls, certificate = make_certificate(settings.tls_names) if settings.starttls else (None, "")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: make_sender(handler, settings, tls), sock=smtp)
        yield
        server.close()

    app = make_app("Mail double", lifespan=lifespan)
    app.state.bell = inbox.memory.bell
    app.include_router(control_routes(faults, inbox.memory.clear))
    app.include_router(message_routes(inbox, certificate))
    app.include_router(page_routes(inbox))
    return app
