"""Objects shared with other accounts and teams: to be read, never to be changed."""
