"""The numbers of the first page: how much there is, what runs, and what came out of it."""
