"""A stand-in for Stripe's test mode that the official ``stripe`` library cannot tell from the real one.

``python -m system_under_test.doubles.stripe`` serves the API below ``/v1``, the hosted payment page
below ``/c/pay`` and, for the loopback alone, switches for testers below ``/_control``. It posts signed
webhooks. All state lives in memory and is only touched from one event loop, which is what makes every
request and every payment atomic: no handler gives way between reading and writing.
"""
