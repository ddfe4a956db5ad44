"""The control routes of a double, ``/livez``, and the guard that keeps strangers away from control."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from system_under_test.doubles.kit.faults import Faults

REFUSED = "Control is for clients on the machine of the double."


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is a loopback address or ``localhost``; an IPv4 address within IPv6 counts."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host.lower() == "localhost"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def loopback_only(request: Request) -> None:
    """Refuse (403) clients of other machines, and pages of other sites in a browser of this one."""
    client = request.client.host if request.client else ""
    origin = request.headers.get("origin")
    # A foreign name that points here (DNS rebinding) would make its pages "same origin": the name is looked at too.
    named = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    foreign_page = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if not is_loopback(client) or not is_loopback(named) or foreign_page:
        raise HTTPException(403, REFUSED)


Guarded = Depends(loopback_only)


class FaultOrder(BaseModel):
    """What ``POST /_control/fault`` takes; ``next`` counts requests."""

    model_config = ConfigDict(extra="forbid")

    mode: str
    next: Annotated[int, Field(ge=1, le=10_000)] = 1
    seconds: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 1.0


def control_routes(faults: Faults, forget: Callable[[], None]) -> APIRouter:
    """Return ``/livez``, ``/_control/fault`` and ``/_control/reset``; a reset forgets all and ends the fault."""
    router = APIRouter()

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/_control/fault", dependencies=[Guarded])
    async def show() -> dict[str, Any]:
        return faults.state()

    @router.post("/_control/fault", dependencies=[Guarded])
    async def fail(order: FaultOrder) -> dict[str, Any]:
        try:
            faults.set(order.mode, order.next, order.seconds)
        except ValueError as error:
            raise HTTPException(422, f"{error}.") from None
        return faults.state()

    @router.post("/_control/reset", dependencies=[Guarded])
    async def reset() -> dict[str, str]:
        faults.clear()
        forget()
        return {"status": "reset"}

    return router
