"""Why a button gave no file, in the reader's own words beside the button.

Streamlit makes a file when its button is pressed, outside any drawing, and says one English sentence for
whatever goes wrong there. A refusal of ours is a sentence already: it takes that one's place.
"""

from __future__ import annotations

import asyncio
from functools import partial

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, DeferredFileResponsePayload
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from dashboards.catalogue import words_in
from warehouse.errors import ScorehouseError
from warehouse.logs import explain
from warehouse.settings import Settings


def say_why() -> None:
    """From now on, for every session of this server."""
    DeferredFileHandler.handle = _handle  # type: ignore[method-assign]


async def _handle(
    self: DeferredFileHandler, request: BackendOperationRequest, session_id: str
) -> BackendOperationResponse:
    answer = partial(BackendOperationResponse, request_id=request.request_id)
    make = self._get_media_file_mgr().execute_deferred
    try:
        url = await asyncio.to_thread(make, request.deferred_file.file_id)
    except MediaFileStorageError as error:
        return answer(error_msg=_sentence(error))
    return answer(deferred_file=DeferredFileResponsePayload(url=url))


def _sentence(error: MediaFileStorageError) -> str:
    """A refusal's own; anything else goes to the log with its place, and the reader is told that it did."""
    cause = error.__cause__ or error
    if isinstance(cause, ScorehouseError):
        return str(cause)
    explain(cause, Settings.from_env())
    return " ".join(words_in(language)("trouble.unknown") for language in ("zh", "en"))
