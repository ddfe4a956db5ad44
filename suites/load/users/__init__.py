"""Behaviours: one module each, named in a scenario as `behaviour`: Locust user classes with paced operations."""
