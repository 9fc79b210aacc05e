"""Access tokens: signed, short-lived, and good for nothing but calling the API."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from typing import Literal
from uuid import uuid4

import jwt
from pydantic import BaseModel, ConfigDict, Field

from aurelius_kernel.errors import AureliusError
from server_ext.errors import InvalidToken
from server_ext.settings import Settings
from server_ext.web.json import parse

__all__ = ["Claims", "Tokens"]

_ALGORITHM = "HS256"
_TYPE = "at+jwt"
_LEEWAY = 60


class Claims(BaseModel):
    """What an access token says; anything else, or anything missing, makes it worthless."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    typ: Literal["access"]
    iss: str
    aud: Literal["aurelius-api"]
    sub: str = Field(min_length=1, max_length=36)
    sid: str = Field(min_length=1, max_length=36)
    role: str
    jti: str
    iat: int = Field(ge=0, le=2**40)
    exp: int = Field(ge=0, le=2**40)
    nbf: int | None = Field(default=None, ge=0, le=2**40)


class Tokens:
    """Signs and reads access tokens; the key before the last rotation still reads."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.public_url or "aurelius"
        self.seconds = settings.access_token_seconds
        keys = [settings.jwt_secret_key.get_secret_value(), settings.jwt_previous_secret_key.get_secret_value()]
        self._ring = {_key_id(key): key.encode() for key in keys if key}
        self._kid = _key_id(keys[0])
        self._verified = lru_cache(maxsize=4_096)(self._verify)

    def issue(self, *, user_id: str, session_id: str, role: str, seconds: int | None = None) -> str:
        """A signed access token for one session, good for `seconds` or as long as the settings say."""
        now = int(time.time())
        claims = Claims(
            typ="access",
            iss=self.issuer,
            aud="aurelius-api",
            sub=user_id,
            sid=session_id,
            role=role,
            jti=uuid4().hex,
            iat=now,
            exp=now + (self.seconds if seconds is None else seconds),
        )
        payload = claims.model_dump(exclude_none=True)
        return jwt.encode(payload, self._ring[self._kid], _ALGORITHM, headers={"kid": self._kid, "typ": _TYPE})

    def read(self, token: str) -> Claims:
        """What a token says, its signature, issuer, audience and times being right; raises InvalidToken."""
        claims = self._verified(token)
        now = time.time()
        if claims.exp <= now or claims.iat > now + _LEEWAY or (claims.nbf or 0) > now + _LEEWAY:
            raise InvalidToken
        return claims

    def _verify(self, token: str) -> Claims:
        """The parts of a token that do not change with time."""
        if len(token) > 4_096:
            raise InvalidToken
        try:
            header = jwt.get_unverified_header(token)
            key = self._ring[header["kid"]]
            if set(header) != {"alg", "kid", "typ"} or header["typ"] != _TYPE:
                raise InvalidToken
            payload = jwt.api_jws.PyJWS().decode(token, key, algorithms=[_ALGORITHM])
            claims = parse(Claims, payload)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AureliusError):
            raise InvalidToken from None
        if claims.iss != self.issuer:
            raise InvalidToken
        return claims


def _key_id(key: str) -> str:
    """A name for a key that tells nothing about it."""
    return hashlib.sha256(b"aurelius-kid|" + key.encode()).hexdigest()[:16]
