"""Arrays without a count of who holds them."""

from __future__ import annotations

from typing import Any

from numba.extending import intrinsic

__all__ = ["borrowed"]


@intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
def borrowed(_typing: Any, array: Any) -> Any:
    """The same array, not counted: for parts of a kernel that hand it on at every bar, while the kernel itself holds it.

    Counting is an atomic step each time, and most of what a small function costs. An array of the kernel's own making is freed
    after its last use by its own name, so in a loop it is borrowed anew each time round.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        view.meminfo = view.meminfo.type(None)
        return view._getvalue()  # noqa: SLF001  # numba's own way to read a structure back

    return array(array), generate
