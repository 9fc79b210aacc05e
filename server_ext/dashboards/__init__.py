"""The frame around the dashboards: which pages there are, for whom, and what stands around each."""

from server_ext.dashboards.frame import configured, framed
from server_ext.dashboards.pages import Page, pages_in

__all__ = ["Page", "configured", "framed", "pages_in"]
