"""How each kind of thing is looked at: (item, world) → what was seen."""
