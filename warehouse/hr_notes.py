"""The note that HR keeps on an interview: for HR alone, after a second factor, recorded like any text.

It comes sealed with the export of interviews and is in no mart; departments and candidates never see it.
"""

from __future__ import annotations

from warehouse import audit
from warehouse.answer_texts import HR, TextsRefusedError, refuse_others
from warehouse.marts import Marts
from warehouse.sealed_raw import Opener, latest_rows
from warehouse.settings import Settings
from warehouse.viewer import Viewer

_SOURCE, _COLUMN = "interviews", "hr_note"
_KNOWN = "select candidate_id from marts.interview_results where interview_id = $interview"


def note_of(settings: Settings, interview_id: str, viewer: Viewer, *, marts: Marts) -> str | None:
    """The note; None where there is none, or it was erased. Raises `TextsRefusedError` for others than HR."""
    refuse_others(viewer)
    if viewer.role != HR:
        raise TextsRefusedError("The note of HR is for HR alone.", "role")
    known = marts.query(_KNOWN, {"interview": interview_id}, viewer=viewer).to_pylist()
    if not known:
        raise TextsRefusedError(f"There is no interview {interview_id} that you can read.", "unknown")
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="view_text",
        subject=f"candidate:{known[0]['candidate_id']}",
        what=_COLUMN,
    )
    rows = latest_rows(settings, _SOURCE, "interview_id", ("interview_id",), _COLUMN, interview_id)
    for row in rows:
        return Opener(settings, rows).text(row, _SOURCE, _COLUMN, interview_id)
    return None
