"""The fixtures of the worker's tests, for those of the mail."""

from tests.shop.worker.conftest import mail_server, postbox, still, worker_environment

__all__ = ["mail_server", "postbox", "still", "worker_environment"]
