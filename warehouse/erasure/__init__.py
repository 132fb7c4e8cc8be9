"""Taking a person out of everything below `SCOREHOUSE_HOME`."""

from __future__ import annotations

from warehouse.erasure.carrying_out import NobodyThereError as NobodyThereError
from warehouse.erasure.carrying_out import erase as erase
from warehouse.erasure.carrying_out import erase_interviews as erase_interviews
from warehouse.erasure.carrying_out import finish_begun as finish_begun
from warehouse.erasure.carrying_out import lift as lift
