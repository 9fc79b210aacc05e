"""The web: routes, one shape for every answer, and the document that describes them."""
