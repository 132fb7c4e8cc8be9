"""What every file of a pass is worked on with: the vault, the known versions, the keys of the system."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.rows.digests import RowDigester
from ingestion.rows.erased_rows import ErasedPeople
from ingestion.rows.sealing import KEYS, ROWS, RowSealer
from ingestion.state.versions import Versions
from warehouse.cipher import Sealer
from warehouse.settings import Settings
from warehouse.tombstones import read_tombstones
from warehouse.vault import Vault


@dataclass(frozen=True)
class Workshop:
    """What every file of a pass is worked on with."""

    settings: Settings
    vault: Vault
    versions: Versions
    sealer: RowSealer
    quarantine: Sealer
    # Of the digests by which a row of the quarantine is found again, and of those by which rows are compared.
    key_key: bytes
    digester: RowDigester
    erased: ErasedPeople
    keep_emotion: bool

    @classmethod
    def open(cls, settings: Settings, versions: Versions, quarantine_purpose: str) -> Workshop:
        """Opens the vault (made on first use)."""
        vault = Vault.open(settings)
        return cls(
            settings,
            vault,
            versions,
            RowSealer(vault, versions),
            Sealer(vault.system_key(quarantine_purpose)),
            vault.system_key(KEYS),
            RowDigester(vault.system_key(ROWS)),
            ErasedPeople(read_tombstones(settings)),
            settings.keep_emotion,
        )
