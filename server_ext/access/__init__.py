"""Who asks, and what they may do and see: what every domain stands on."""
