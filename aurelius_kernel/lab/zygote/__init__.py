"""The zygote: a process that has imported and compiled everything once, and forks a kernel whenever one is asked for."""

from aurelius_kernel.lab.zygote.address import Address, Unavailable
from aurelius_kernel.lab.zygote.client import WarmKernel, hold, request_kernel
from aurelius_kernel.lab.zygote.keeper import Keeper
from aurelius_kernel.lab.zygote.starting import start

__all__ = ["Address", "Keeper", "Unavailable", "WarmKernel", "hold", "request_kernel", "start"]
