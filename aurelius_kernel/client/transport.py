"""Requests to the platform: signed, repeated where that is harmless, and their refusals as exceptions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel

from aurelius_kernel.errors import AureliusError

__all__ = ["ApiError", "Transport"]

Record = TypeVar("Record", bound=BaseModel)

_PAUSES = (0.2, 0.5, 1.0)
_AGAIN = {429, 503}


class ApiError(AureliusError):
    """The platform refused; `code`, `status` and `request_id` say what and where to look."""

    code = "api_error"

    def __init__(self, code: str, message: str, *, status: int, fields: Mapping[str, str], request_id: str) -> None:
        super().__init__(message, fields=fields)
        self.code, self.status, self.request_id = code, status, request_id


class Transport:
    """One connection to the platform, as one account."""

    def __init__(self, url: str, *, api_key: str | None = None, token: str | None = None, timeout: float = 30.0) -> None:
        self.url = url.rstrip("/")
        headers = {"X-API-Key": api_key} if api_key else {}
        needs_certificates = not self.url.startswith("http://")  # reading them takes 50 ms, which each dashboard would wait for
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout, verify=needs_certificates)
        self._access: str | None = token
        self._refresh: str | None = None

    def sign_in(self, access: str, refresh: str | None) -> None:
        """Use these tokens from now on."""
        self._access, self._refresh = access, refresh

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(self, answer: type[Record], method: str, path: str, **sent: Any) -> Record:
        """The answer as a record; raises ApiError for a refusal."""
        return answer.model_validate_json(self.send(method, path, **sent).content)

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer; what creates carries a key, so that a lost answer can be asked for again."""
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        answer = self._patiently(method, path, headers, sent)
        if answer.status_code == 401 and self._refresh is not None and self._renew():
            answer = self._patiently(method, path, headers, sent)
        if answer.is_error:
            raise _refusal(answer)
        return answer

    def _patiently(self, method: str, path: str, headers: Mapping[str, str], sent: Mapping[str, Any]) -> httpx.Response:
        """Send, and again after a pause when the server is busy or away."""
        for pause in _PAUSES:
            try:
                answer = self._once(method, path, headers, sent)
            except httpx.TransportError:
                time.sleep(pause)
                continue
            if answer.status_code not in _AGAIN:
                return answer
            time.sleep(min(float(answer.headers.get("Retry-After", pause)), pause))
        return self._once(method, path, headers, sent)

    def _once(self, method: str, path: str, headers: Mapping[str, str], sent: Mapping[str, Any]) -> httpx.Response:
        signed = {"Authorization": f"Bearer {self._access}"} if self._access else {}
        return self._http.request(
            method, path, headers={**sent.get("headers", {}), **headers, **signed}, **_without(sent, "headers")
        )

    def _renew(self) -> bool:
        """Spend the refresh token for a new pair."""
        body = {"refresh_token": self._refresh}
        answer = self._patiently("POST", "/api/auth/refresh", {"Idempotency-Key": uuid4().hex}, {"json": body, "headers": {}})
        if answer.is_error:
            self._refresh = None
            return False
        pair = answer.json()
        self.sign_in(pair["access_token"], pair["refresh_token"])
        return True


def _without(sent: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in sent.items() if key != name}


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        error = {"code": "no_platform", "message": f"{answer.url.host} answered {answer.status_code}, not as the platform does."}
    return ApiError(
        error["code"],
        error["message"],
        status=answer.status_code,
        fields=error.get("fields", {}),
        request_id=error.get("request_id", ""),
    )
