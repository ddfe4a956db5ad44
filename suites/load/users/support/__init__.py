"""What the behaviours share."""
