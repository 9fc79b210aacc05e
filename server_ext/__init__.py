"""The Aurelius platform: a Jupyter server extension over the research library."""
