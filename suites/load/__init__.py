"""Load: users who behave like guests, and figures one can trust. Locust runs in a process of its own."""
