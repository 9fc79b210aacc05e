"""The list of kernels, while one of them is still being made."""

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

from server_ext.doors.kernels import OwnedKernelManager


def test_a_kernel_that_is_still_being_made_is_listed_like_any_other():
    manager = OwnedKernelManager()
    manager._kernels["new"] = ServerKernelManager(parent=manager)
    (listed,) = manager.list_kernels()
    assert (listed["id"], listed["connections"]) == ("new", 0)
    assert listed["last_activity"]
