"""A language model as a proposer, behind an endpoint that speaks the OpenAI chat protocol; off unless it is configured.

The key goes into one request header and nowhere else. The answer is read as JSON and never executed; it is bounded in size and in
time, and whatever is wrong with it is an error with a sentence, or a proposal that is left out.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

import lazy_loader

from aurelius_kernel.errors import InvalidField, RunFailed
from aurelius_kernel.generation.proposer import Brief, printable

__all__ = ["LanguageModel", "configured_proposer"]

httpx = lazy_loader.load("httpx")

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FENCED = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)
INSTRUCTIONS = (
    "You propose parameter sets for systematic trading strategies. Answer with JSON only: "
    '{"proposals": [{"family": "...", "parameters": {"name": value}, "why": "one sentence"}]}. '
    "Use only the families and parameters given, within their ranges. Every proposal will be backtested after costs."
)


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """A model at an OpenAI-compatible endpoint: `url` is the base that ends in /v1, `timeout` bounds a whole question in seconds.

    Raises InvalidField for an address that is no http or https URL, and for a key that would travel unencrypted.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 30.0
    most_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
            raise InvalidField.of("proposer", "must have an address like https://host/v1, without a password in it")
        if self.key and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise InvalidField.of("proposer", "must have an https address: a key would travel unencrypted")
        if not self.model:
            raise InvalidField.of("proposer", "needs the name of a model")

    @property
    def name(self) -> str:
        """The model and its host."""
        return f"{self.model} at {urlsplit(self.url).hostname}"

    def propose(self, brief: Brief) -> Iterable[Any]:
        """What the model proposes; raises RunFailed for no answer in time, one that is too large, or one that is not JSON."""
        body = json.dumps(
            {
                "model": self.model,
                "messages": [
                    {"role": "system", "content": INSTRUCTIONS},
                    {"role": "user", "content": json.dumps(brief.document(), ensure_ascii=False)},
                ],
                "temperature": 0,
            }
        )
        return self._proposals(self._answer(body.encode()))

    def _answer(self, body: bytes) -> bytes:
        """The answer's bytes, from a thread that is left behind when it takes too long."""
        outcome: dict[str, Any] = {}
        with httpx.Client(timeout=self.timeout, follow_redirects=False) as client:
            asking = threading.Thread(target=self._ask, args=(client, body, outcome), daemon=True)
            asking.start()
            asking.join(self.timeout)
        if "answer" in outcome:
            return bytes(outcome["answer"])
        slow = f"did not answer within {self.timeout:g} seconds"
        raise self._failure(slow if asking.is_alive() else outcome.get("problem", slow))

    def _ask(self, client: Any, body: bytes, outcome: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        end = time.monotonic() + self.timeout
        try:
            with client.stream("POST", f"{self.url.rstrip('/')}/chat/completions", content=body, headers=headers) as response:
                if response.status_code != 200:
                    outcome["problem"] = f"answered {response.status_code}"
                    return
                received = bytearray()
                for chunk in response.iter_bytes(65_536):
                    received += chunk
                    if len(received) > self.most_bytes or time.monotonic() > end:
                        outcome["problem"] = f"answered with more than {self.most_bytes:,} bytes, or too slowly"
                        return
            outcome["answer"] = received
        except Exception as error:  # noqa: BLE001  whatever the network does, the caller gets one sentence
            outcome["problem"] = f"could not be asked: {type(error).__name__}"

    def _proposals(self, answer: bytes) -> list[Any]:
        try:
            content = json.loads(answer)["choices"][0]["message"]["content"]
            fenced = FENCED.search(content)
            told = json.loads(fenced[1] if fenced else content, parse_constant=_no_number)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            raise self._failure("gave an answer that is no JSON of proposals") from None
        offered = told.get("proposals") if isinstance(told, Mapping) else told
        if not isinstance(offered, list):
            raise self._failure("gave an answer without a list of proposals")
        return offered

    def _failure(self, what: str) -> RunFailed:
        return RunFailed(f"The language model {printable(self.name, 100)} {what}.")


def configured_proposer(environment: Mapping[str, str] = os.environ) -> LanguageModel | None:
    """The model that AURELIUS_PROPOSER_URL, _MODEL, _KEY and _TIMEOUT name; None, and no request ever, without an address.

    Raises InvalidField for a time that is no number above 0.
    """
    url = environment.get("AURELIUS_PROPOSER_URL", "")
    if not url:
        return None
    try:
        timeout = float(environment.get("AURELIUS_PROPOSER_TIMEOUT", "30"))
    except ValueError:
        timeout = 0.0
    if not 0.0 < timeout <= 600.0:
        raise InvalidField.of("AURELIUS_PROPOSER_TIMEOUT", "must be a number of seconds above 0, at most 600")
    model, key = (environment.get(f"AURELIUS_PROPOSER_{name}", "") for name in ("MODEL", "KEY"))
    return LanguageModel(url=url, model=model, key=key, timeout=timeout)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
