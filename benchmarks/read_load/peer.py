"""The peer: FastAPI, uvicorn and SQLAlchemy's ORM as most people write them, over a copy of our database, with our tokens.

It runs in an environment of its own, so it imports nothing of ours. It does the work of a read and leaves out what ours does
besides: limits, request log, metrics, ETag and request ids.

peer.py DATABASE KEY
"""

import datetime
import json
import sys
from typing import Annotated, Any, ClassVar

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, ConfigDict
from sqlalchemy import JSON, ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

DATABASE, KEY = sys.argv[1:]

# With the default pool its own threads wait for each other under this load, and requests fail after thirty seconds.
engine = create_engine(f"sqlite:///{DATABASE}", connect_args={"check_same_thread": False}, pool_size=64)
make_session = sessionmaker(engine)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON}


class UserRow(Base):
    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    is_active: Mapped[bool]


class SessionRow(Base):
    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]
    user: Mapped[UserRow] = relationship(lazy="joined")


class VersionRow(Base):
    __tablename__ = "strategy_versions"
    strategy_id: Mapped[str] = mapped_column(ForeignKey("strategies.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime.datetime]


class StrategyRow(Base):
    __tablename__ = "strategies"
    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str]
    name: Mapped[str]
    strategy_type: Mapped[str]
    status: Mapped[str]
    version: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    created_at: Mapped[datetime.datetime]
    updated_at: Mapped[datetime.datetime]
    versions: Mapped[list[VersionRow]] = relationship(order_by=VersionRow.version.desc())


Instant = Annotated[datetime.datetime, AfterValidator(lambda value: value.replace(tzinfo=datetime.UTC))]


class Strategy(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    owner_id: str
    name: str
    strategy_type: str
    status: str
    version: int
    parameters: dict[str, Any]
    created_at: Instant
    updated_at: Instant


class Version(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    version: int
    name: str
    parameters: dict[str, Any]
    created_by: str
    created_at: Instant


class StrategyDetail(BaseModel):
    strategy: Strategy
    versions: list[Version]


def get_session():
    with make_session() as session:
        yield session


def get_user(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())], session: Annotated[Session, Depends(get_session)]
) -> UserRow:
    try:
        claims = jwt.decode(credentials.credentials, KEY, algorithms=["HS256"], audience="aurelius-api", issuer="aurelius")
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    found = session.get(SessionRow, claims["sid"])
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    if found is None or found.revoked_at is not None or found.expires_at <= now or not found.user.is_active:
        raise HTTPException(401)
    return found.user


app = FastAPI()


@app.get("/api/v1/strategies/{strategy_id}")
def detail(
    strategy_id: str, user: Annotated[UserRow, Depends(get_user)], session: Annotated[Session, Depends(get_session)]
) -> StrategyDetail:
    found = session.get(StrategyRow, strategy_id)
    if found is None or (user.role != "admin" and found.owner_id != user.id):
        raise HTTPException(404)
    return StrategyDetail(
        strategy=Strategy.model_validate(found), versions=[Version.model_validate(version) for version in found.versions]
    )


class Server(uvicorn.Server):
    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        print(json.dumps({"port": self.servers[0].sockets[0].getsockname()[1]}), flush=True)


if __name__ == "__main__":
    Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)).run()
