"""The same shop with the Stripe double behind it as the tests of payments use."""

from tests.shop.payments.conftest import customer, new_customer, other, provider, till, till_of_module

__all__ = ["customer", "new_customer", "other", "provider", "till", "till_of_module"]
