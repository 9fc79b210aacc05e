"""The same sweep in other people's software: each peer a process of its own, in an environment of its own."""
