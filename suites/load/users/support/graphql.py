"""GraphQL over HTTP: errors in a reply with status 200 are failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from locust.contrib.fasthttp import ResponseContextManager

from suites.load.users.support.failures import WRONG_ANSWER, BadReply, graphql_kind
from suites.load.users.support.paced import PacedUser

T = TypeVar("T")


class GraphqlUser(PacedUser):
    """A user of an API at `graphql_path`."""

    abstract = True
    graphql_path = "/graphql"

    def graphql(self, op: str, document: str, take: Callable[[dict[str, Any]], T], **variables: Any) -> T:
        """Sends one named query or mutation and returns what `take` takes from its `data`.

        `take` also asserts: it raises BadReply, or KeyError and the like, when the answer is not the right one.
        Raises as `operate`.
        """

        def check(reply: ResponseContextManager) -> T:
            body = reply.json()
            if body.get("errors"):
                raise BadReply(graphql_kind(body["errors"]), "GraphQL errors")
            if not isinstance(body.get("data"), dict):
                raise BadReply(WRONG_ANSWER, "a reply without data")
            return take(body["data"])

        return self.operate(op, "POST", self.graphql_path, check, json={"query": document, "variables": variables})
