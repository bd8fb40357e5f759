"""The parts that screens are made of. A widget shows and tells; it calls no service."""
