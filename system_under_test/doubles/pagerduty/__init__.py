"""PagerDuty's Events API v2; incidents open, deduplicate and close, and nobody is woken up."""
