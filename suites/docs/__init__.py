"""The documentation against the running shop: what a guide names is there, what it says to do can be done."""
