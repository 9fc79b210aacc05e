"""The frame around the dashboards: which pages there are, for whom, what stands around each, and how they are sent."""

from server_ext.dashboards.frame import configured, framed
from server_ext.dashboards.pages import Page, pages_in
from server_ext.dashboards.routes import routes

__all__ = ["Page", "configured", "framed", "pages_in", "routes"]
