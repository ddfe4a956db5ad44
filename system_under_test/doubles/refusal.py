"""Doubles never run in production; each asks here before it does anything else."""

import os
import sys


def refuse_production(double: str) -> None:
    """End the process with status 2 and one sentence when ``SHOP_ENVIRONMENT`` is production.

    ``double`` is the name for people, such as "storage double".
    """
    if os.environ.get("SHOP_ENVIRONMENT", "").strip().lower() == "production":
        print(f"SHOP_ENVIRONMENT is production: the {double} refuses to start.", file=sys.stderr)
        raise SystemExit(2)
