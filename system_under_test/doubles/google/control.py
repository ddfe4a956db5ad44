"""``/_control``: what a tester may do to the issuer. Only clients on this machine may."""

import ipaddress
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, HTTPException, Query, Request

from system_under_test.doubles.google.faults import FaultKind
from system_under_test.doubles.google.issuer import Issuer

TEN_YEARS = 10 * 366 * 86_400
State = dict[str, object]


def loopback_only(http: Request) -> None:
    """Refuse with 403 who is elsewhere, and pages of other sites in a browser that is here."""
    try:
        address = ipaddress.ip_address(http.client.host if http.client else "")
    except ValueError:
        raise HTTPException(403, "Only clients on this machine may control the double.") from None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if not (mapped or address).is_loopback:
        raise HTTPException(403, "Only clients on this machine may control the double.")
    # A page elsewhere could post to loopback through the tester's own browser; browsers say so.
    if "origin" in http.headers or http.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise HTTPException(403, "Web pages may not control the double.")


def make_router(issuer: Issuer) -> APIRouter:
    """Return the routes; each answers with the state of the issuer."""
    router = APIRouter(prefix="/_control", dependencies=[Depends(loopback_only)])

    def state() -> State:
        return {
            "issuer": issuer.url,
            "kids": issuer.keys.kids,
            "skew_seconds": issuer.clock.skew_seconds,
            "fault": issuer.faults.describe(),
            **issuer.grants.counts(),
        }

    @router.get("/state")
    async def show() -> State:
        return state()

    @router.post("/rotate")
    async def rotate() -> State:
        # Making a key takes up to a second; sign-ins go on meanwhile.
        await anyio.to_thread.run_sync(issuer.keys.rotate)
        return state()

    @router.post("/skew")
    async def skew(seconds: Annotated[float, Query(ge=-TEN_YEARS, le=TEN_YEARS, allow_inf_nan=False)]) -> State:
        issuer.clock.skew_seconds = seconds
        return state()

    @router.post("/fault")
    async def fault(
        kind: FaultKind,
        count: Annotated[int, Query(ge=1, le=10_000)] = 1,
        seconds: Annotated[float, Query(ge=0, le=60)] = 3.0,
    ) -> State:
        issuer.faults.order(kind, count, seconds)
        return state()

    @router.post("/reset")
    async def reset() -> State:
        issuer.reset()
        return state()

    return router
