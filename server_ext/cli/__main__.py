"""`python -m server_ext.cli` is `aurelius`, for interpreters whose scripts are not on the path."""

from server_ext.cli.main import main

main()
