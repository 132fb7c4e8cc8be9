"""How the audit log names people, accounts and things: nobody who can be erased stands in it in clear."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from warehouse.account_file import read as read_accounts
from warehouse.cipher import seal
from warehouse.settings import Settings
from warehouse.vault import Vault

PEOPLE = ("candidate", "employee", "interview")
# Kinds of subject that name a thing or an account, not somebody: kept as they are.
THINGS = frozenset(
    {
        *("account", "department", "role", "mart", "key", "file", "source", "grant", "question", "rubric"),
        *("run", "subscription"),
    }
)
_CANDIDATE = "candidate"
_CODE = re.compile(r"[A-Za-z0-9_.,:;+*/=<>()#-]{0,200}")


@dataclass(frozen=True)
class Keys:
    """The log's own keys: one proves lines, the other makes names into hashes."""

    proof: bytes
    names: bytes

    def proof_of(self, content: bytes) -> str:
        """The HMAC of what a line or the anchor says."""
        return hmac.new(self.proof, content, hashlib.sha256).hexdigest()

    def hash_of(self, name: str) -> str:
        """Always the same for a name, and made by nobody who has not the key."""
        return hmac.new(self.names, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def who_of(settings: Settings, keys: Keys, who: str, role: str) -> object:
    """An account by its name; a candidate, whose account may bear their own name, as a person."""
    if role != _CANDIDATE:
        return who
    person = read_accounts(settings).users.get(who, {}).get("candidate_id")
    return _person(settings, keys, f"{_CANDIDATE}:{person}") if person else {"hash": keys.hash_of(who)}


def subject_of(settings: Settings, keys: Keys, subject: str) -> object:
    """A thing or an account as it is, somebody hashed and sealed, anything else as a hash."""
    kind = subject.partition(":")[0]
    if kind in THINGS:
        return subject
    return _person(settings, keys, subject) if kind in PEOPLE else {"hash": keys.hash_of(subject)}


def _person(settings: Settings, keys: Keys, subject: str) -> dict[str, str]:
    """Hash and sealed id; the hash alone for whom there is no key: nobody known, or erased."""
    kept = {"kind": subject.partition(":")[0], "hash": keys.hash_of(subject)}
    found = Vault.open(settings).known_keys([subject]).get(subject)
    if found is not None:
        kept |= {"key": found.key_id, "sealed": seal(found.key, subject, f"audit:{kept['hash']}").hex()}
    return kept


def code_of(keys: Keys, value: str | int) -> str | int:
    """A code or a count as it is; what looks like free text as its hash."""
    if isinstance(value, int) or _CODE.fullmatch(value):
        return value
    return f"hash:{keys.hash_of(value)}"
