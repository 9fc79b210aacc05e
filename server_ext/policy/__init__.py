"""What a strategy has to keep, and who lets a check pass: both on the record."""
