"""`scorehouse keys`: a new master key without a pause, and what the vault holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from warehouse.settings import Settings


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse keys rotate|status` to the command."""
    keys = typer.Typer(name="keys", help="The master key and what it protects.", no_args_is_help=True)
    app.add_typer(keys)

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    @keys.command()
    def rotate(
        finish: Annotated[
            bool, typer.Option("--finish", help="Let the old key in no longer (keys from the environment).")
        ] = False,
    ) -> None:
        """Wrap every data key under a new master key; dashboards and builds go on meanwhile."""
        from warehouse import key_rotation
        from warehouse.master_key import MASTER_KEY_VARIABLE, NEW_MASTER_KEY_VARIABLE

        if finish:
            removed = key_rotation.finish(settings())
            say("The old master key opens nothing any more." if removed else "There was nothing to finish.")
            return
        done = key_rotation.rotate(settings())
        say(f"{done.keys:,} data keys are wrapped under the new master key.")
        if done.in_environment:
            say(
                f"Now set {MASTER_KEY_VARIABLE} to the value of {NEW_MASTER_KEY_VARIABLE} wherever it is "
                "set; both are accepted until `scorehouse keys rotate --finish`."
            )
        else:
            say("vault/master.key holds it: put a new copy of the folder vault/ into the backup.")

    @keys.command()
    def status() -> None:
        """Where the master key comes from, how many keys it wraps, when it was last changed."""
        from warehouse.master_key import MASTER_KEY_VARIABLE, given_master_key
        from warehouse.vault import Vault

        where = settings()
        found = Vault.open(where).status()
        source = where.vault / "master.key" if given_master_key() is None else MASTER_KEY_VARIABLE
        say(f"Master key: {source}")
        say(f"Vault made: {found['made_at']}")
        say(
            f"Rotations: {found['rotations']}{', the last ' * bool(found['rotated_at'])}{found['rotated_at']}"
        )
        if found["old_key_accepted"] == "yes":
            say("A rotation is not finished: the old master key is still accepted.")
        for name, count in found.items():
            if name.startswith("keys_"):
                say(f"Data keys of {name.removeprefix('keys_')}: {int(count):,}")
