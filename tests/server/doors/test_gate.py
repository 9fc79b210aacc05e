"""The gate: what analysts and viewers reach of Jupyter and Voilà, by path alone."""

import pytest

from server_ext.access.actor import Actor, Method, Role
from server_ext.doors.gate import passes

KERNEL = "0b9f4b3e-7c1e-4a5e-9f5b-0123456789ab"


def somebody(role):
    return Actor(id="a", email="a@b.c", name="A", role=role, team=None, session_id="s", method=Method.COOKIE)


def opens(role, method, path):
    return passes(somebody(role), method, path, dashboards="dashboards")


OPEN = [
    ("GET", "/"),
    ("GET", "/home"),
    ("POST", "/login"),
    ("GET", "/logout"),
    ("GET", "/static/favicons/favicon.ico"),
    ("GET", "/voila/render/dashboards/overview.ipynb"),
    ("GET", "/voila/static/voila.js"),
    ("GET", "/voila/templates/lab/static/voila.js"),
    ("GET", "/voila/labextensions/@jupyter-widgets/jupyterlab-manager/static/remoteEntry.abc.js"),
    ("GET", "/voila/kept/0123456789abcdef/static/voila.js"),
    ("GET", "/voila/kept/0123456789abcdef/labextensions/@jupyter-widgets/jupyterlab-manager/static/remoteEntry.abc.js"),
    ("GET", f"/api/kernels/{KERNEL}"),
    ("GET", f"/api/kernels/{KERNEL}/channels"),
    ("POST", f"/voila/api/shutdown/{KERNEL}"),
    ("GET", "/api/me"),
]
CLOSED = [
    ("GET", "/lab"),
    ("GET", "/lab/api/settings"),
    ("POST", "/lab/api/extensions"),
    ("GET", "/tree"),
    ("GET", "/api/contents"),
    ("GET", "/api/contents/dashboards/overview.ipynb"),
    ("PUT", "/api/contents/x.ipynb"),
    ("GET", "/files/private.ipynb"),
    ("GET", "/view/private.html"),
    ("GET", "/nbconvert/html/private.ipynb"),
    ("POST", "/nbconvert/html"),
    ("GET", "/api/sessions"),
    ("POST", "/api/sessions"),
    ("GET", "/api/kernels"),
    ("POST", "/api/kernels"),
    ("DELETE", f"/api/kernels/{KERNEL}"),
    ("POST", f"/api/kernels/{KERNEL}/interrupt"),
    ("POST", f"/api/kernels/{KERNEL}/restart"),
    ("GET", "/api/terminals"),
    ("POST", "/api/terminals"),
    ("GET", "/terminals/websocket/1"),
    ("GET", "/api/events/subscribe"),
    ("GET", "/api/kernelspecs"),
    ("GET", "/kernelspecs/python3/logo-64x64.png"),
    ("POST", "/api/shutdown"),
    ("GET", "/lsp/ws/pylsp"),
    ("GET", "/scheduler/jobs"),
    ("GET", "/metrics"),
    ("GET", "/voila"),
    ("GET", "/voila/tree"),
    ("GET", "/voila/files/secret.png"),
    ("GET", "/voila/api/contents/"),
    ("GET", f"/voila/execution/{KERNEL}"),
    ("GET", "/voila/render/private.ipynb"),
    ("GET", "/voila/render/dashboards"),
    ("GET", "/voila/render/dashboards/../private.ipynb"),
    ("GET", "/voila/render/dashboards/..%2fprivate.ipynb"),
    ("GET", "/voila/render/dashboards%2f..%2fprivate.ipynb"),
    ("GET", "/voila/render//dashboards/overview.ipynb"),
    ("GET", "/voila/render/dashboards//overview.ipynb"),
    ("GET", "/voila/render/dashboards/sub/overview.ipynb"),
    ("GET", "/voila/render/dashboards/.hidden.ipynb"),
    ("GET", "/voila/render/dashboards/overview.ipynb\n"),
    ("GET", "/voila/render/dashboards/overview.ipynb/"),
    ("GET", "/voila/render/dashboards/overview.ipynb%00"),
    ("GET", "/voila/render/dashboards\\overview.ipynb"),
    ("GET", "/static/../api/contents"),
    ("GET", "/static/%2e%2e/api/contents"),
    ("GET", "//api/contents"),
    ("GET", "/API/contents"),
    ("POST", "/voila/render/dashboards/overview.ipynb"),
    ("OPTIONS", "/api/contents"),
    ("PUT", "/login"),
    ("GET", f"/api/kernels/{KERNEL}/channels/x"),
    ("GET", f"/api/kernels/..{KERNEL}/channels"),
]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
@pytest.mark.parametrize(("method", "path"), OPEN)
def test_b3_pages_dashboards_and_ones_own_kernel_socket_pass(role, method, path):
    assert opens(role, method, path)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_b3_everything_else_is_closed(role, method, path):
    assert not opens(role, method, path)


@pytest.mark.parametrize(("method", "path"), OPEN + CLOSED)
def test_who_may_run_code_passes(method, path):
    assert opens(Role.QUANT, method, path)
    assert opens(Role.ADMIN, method, path)
