"""The socket between a page and its kernel: for its owner only, and for widgets only where code may not be run."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.web import HTTPError

from server_ext.access.actor import Actor
from server_ext.doors.frames import Frame, MalformedFrame, is_widget_talk, read_legacy, read_v1
from server_ext.platform import platform_of

__all__ = ["GuardedKernelConnection"]

_V1 = "v1.kernel.websocket.jupyter.org"
_BAD_FRAME = 1007


class GuardedKernelConnection(ZMQChannelsWebsocketConnection):  # type: ignore[misc]  # jupyter_server has no types
    """Checks the owner at the handshake and every frame before Jupyter reads it."""

    @property
    def actor(self) -> Actor:
        """The account at the other end."""
        actor: Actor = self.websocket_handler.current_user.actor
        return actor

    async def prepare(self) -> None:
        """Let the owner in; 404 to anybody else."""
        if self.multi_kernel_manager.is_foreign(self.kernel_id):
            raise HTTPError(404, "Kernel does not exist")
        await super().prepare()

    def connect(self) -> Any:
        """Open the channels, to be closed when the session ends."""
        platform_of(self.websocket_handler).sockets.add(self.actor, self.websocket_handler.close)
        return super().connect()

    def disconnect(self) -> Any:
        """Close the channels."""
        platform_of(self.websocket_handler).sockets.remove(self.actor, self.websocket_handler.close)
        return super().disconnect()

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Pass a frame on to the kernel; close the socket on bytes that are none, leave out what the sender may not say."""
        is_v1 = self.subprotocol == _V1
        try:
            frame = read_v1(incoming_msg) if is_v1 else read_legacy(incoming_msg)
        except MalformedFrame as error:
            self.log.warning("Malformed kernel frame from %s: %s", self.actor.id, error)
            self.websocket_handler.close(_BAD_FRAME, "malformed frame")
            return
        if self.actor.may_execute:
            super().handle_incoming_message(incoming_msg)
        elif is_widget_talk(frame):
            self._send(frame)
        else:
            self.log.warning("Refused %s on %s from %s", frame.type, frame.channel, self.actor.id)

    def _send(self, frame: Frame) -> None:
        """Send what was read and judged, written anew: the kernel cannot read other bytes in another way."""
        stream = self.channels.get(frame.channel)
        if stream is None:
            return
        parts = [frame.header, frame.parent_header, frame.metadata, frame.content]
        self.session.send_raw(stream, [*(self.session.pack(part) for part in parts), *frame.buffers])
