"""Where everything lives: one environment variable, `SCOREHOUSE_HOME`, and the folders below it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from warehouse.errors import UsageError

HOME_VARIABLE = "SCOREHOUSE_HOME"
REPOSITORY = Path(__file__).resolve().parents[1]
FOLDERS = (
    "landing",
    "raw",
    "quarantine",
    "vault",
    "scores",
    "build",
    "published",
    "archive",
    "exports",
    "outbox",
    "logs",
    "audit",
    "privacy",
)


@dataclass(frozen=True)
class Settings:
    """The folders of one installation; tests make their own, commands use `Settings.from_env()`."""

    home: Path
    dbt_project: Path = field(default=REPOSITORY / "dbt_project")

    @classmethod
    def from_env(cls) -> Settings:
        """Settings of this process: `SCOREHOUSE_HOME`, by default `./var` beside the code."""
        home = os.environ.get(HOME_VARIABLE, "").strip()
        return cls(home=Path(home).expanduser().resolve() if home else REPOSITORY / "var")

    @property
    def landing(self) -> Path:
        """Exports arrive in `landing/<source>/`."""
        return self.home / "landing"

    @property
    def raw(self) -> Path:
        """One typed Parquet file an ingested file, texts sealed: `raw/<source>/`."""
        return self.home / "raw"

    @property
    def quarantine(self) -> Path:
        """Rows and files that were not accepted, with the reason: `quarantine/<source>/`."""
        return self.home / "quarantine"

    @property
    def vault(self) -> Path:
        """The master key, the wrapped data keys and the accounts; mode 0700."""
        return self.home / "vault"

    @property
    def scores(self) -> Path:
        """Scored answers without text, one Parquet file a raw answers file: `scores/answers/`."""
        return self.home / "scores"

    @property
    def build(self) -> Path:
        """The database that dbt builds, its artefacts and the run that it belongs to."""
        return self.home / "build"

    @property
    def published(self) -> Path:
        """Immutable `marts_<run>.duckdb` files and the link `current.duckdb`."""
        return self.home / "published"

    @property
    def archive(self) -> Path:
        """What every published run was made of and what came of it, for `scorehouse replay`."""
        return self.home / "archive"

    @property
    def exports(self) -> Path:
        """Files that people exported."""
        return self.home / "exports"

    @property
    def outbox(self) -> Path:
        """Notifications that wait to be sent."""
        return self.home / "outbox"

    @property
    def logs(self) -> Path:
        """Logs: never an answer, a name, a phone or a secret."""
        return self.home / "logs"

    @property
    def privacy(self) -> Path:
        """Receipts, tombstones of the erased, erasures that have begun, and what people asked for."""
        return self.home / "privacy"

    @property
    def holds_demo(self) -> bool:
        """Whether generated people were ever written into landing: the demo leaves its truth beside it."""
        return (self.home / "truth.json").is_file()

    @property
    def seeds(self) -> Path:
        """Every policy as CSV."""
        return self.dbt_project / "seeds"

    @cached_property
    def timezone(self) -> ZoneInfo:
        """The company's time zone: dbt variable `timezone`."""
        name = str(self.dbt_variables.get("timezone", "Asia/Shanghai"))
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UsageError(
                f"dbt_project.yml names the time zone {name!r}, which does not exist; "
                "use an IANA name such as Asia/Shanghai."
            ) from error

    @property
    def keep_emotion(self) -> bool:
        """Whether inferences about emotion are taken in, not dropped: dbt variable `keep_emotion_columns`."""
        return bool(self.dbt_variables.get("keep_emotion_columns", False))

    @cached_property
    def dbt_variables(self) -> dict[str, object]:
        """The `vars` of dbt_project.yml."""
        path = self.dbt_project / "dbt_project.yml"
        if not path.exists():
            raise UsageError(f"No dbt project at {self.dbt_project}: dbt_project.yml is missing.")
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        return dict(loaded.get("vars") or {})

    def ensure(self) -> Settings:
        """Make the folders, readable by this user only; returns itself.

        Raises `UsageError` for a path that the engine would read as a pattern.
        """
        if set(str(self.home)) & set("*?[]{}"):
            raise UsageError(
                f"{HOME_VARIABLE} = {self.home} holds one of * ? [ ] {{ }}, which stand for patterns: "
                "name a folder without them."
            )
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (self.home / name).mkdir(mode=0o700, exist_ok=True)
        return self
