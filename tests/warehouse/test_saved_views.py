"""Views that people keep: own, shared by HR with a role, one that opens first, gone with whom they name."""

from __future__ import annotations

import pytest

from warehouse import saved_views
from warehouse.saved_views import ViewRefusedError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HR, HEAD, ANALYST = Viewer("lin", "hr"), Viewer("wang", "department_head"), Viewer("ana", "analyst")
SALES = {"department": "sales", "quarter": "2026-Q3"}


def names(settings: Settings, viewer: Viewer) -> list[str]:
    return [view.name for view in saved_views.views_of(settings, viewer)]


def test_a_view_is_found_again_with_its_page_and_filters(settings: Settings) -> None:
    saved = saved_views.save(settings, HEAD, " 我的  部门 ", "results", SALES)
    (found,) = saved_views.views_of(settings, HEAD)
    assert found == saved == saved_views.get(settings, HEAD, saved.id)
    assert (found.name, found.page, found.owner) == ("我的 部门", "results", "wang")
    assert found.query_params == SALES
    assert names(settings, ANALYST) == []
    assert saved_views.get(settings, ANALYST, saved.id) is None


def test_the_same_name_replaces_and_keeps_the_id(settings: Settings) -> None:
    first = saved_views.save(settings, HR, "sales", "results", SALES)
    second = saved_views.save(settings, HR, "sales", "trend", {})
    assert first.id == second.id
    assert [view.page for view in saved_views.views_of(settings, HR)] == ["trend"]


def test_hr_shares_with_a_role_and_nobody_else_does(settings: Settings) -> None:
    shared = saved_views.save(settings, HR, "sales", "results", SALES, shared_with=["department_head"])
    assert (names(settings, HEAD), names(settings, ANALYST)) == (["sales"], [])
    with pytest.raises(ViewRefusedError, match="shares"):
        saved_views.save(settings, HEAD, "mine", "results", {}, shared_with=["hr"])
    with pytest.raises(ViewRefusedError, match="is shared with"):
        saved_views.save(settings, HR, "x", "results", {}, shared_with=["candidate"])
    with pytest.raises(ViewRefusedError, match="not one of your own"):
        saved_views.remove(settings, HEAD, shared.id)
    with pytest.raises(ViewRefusedError, match="not one of your own"):
        saved_views.rename(settings, HEAD, shared.id, "ours")
    assert names(settings, HEAD) == ["sales"]


def test_a_view_is_renamed_and_removed(settings: Settings) -> None:
    view = saved_views.save(settings, HR, "sales", "results", SALES)
    saved_views.save(settings, HR, "all", "overview", {})
    saved_views.rename(settings, HR, view.id, "north")
    with pytest.raises(ViewRefusedError, match="has this name"):
        saved_views.rename(settings, HR, view.id, "all")
    assert names(settings, HR) == ["all", "north"]
    saved_views.remove(settings, HR, view.id)
    assert names(settings, HR) == ["all"]


def test_one_view_opens_first_until_it_is_gone(settings: Settings) -> None:
    shared = saved_views.save(settings, HR, "sales", "results", SALES, shared_with=["department_head"])
    saved_views.set_start(settings, HEAD, shared.id)
    start = saved_views.start_of(settings, HEAD)
    assert start is not None and start.is_start and start.id == shared.id
    assert saved_views.start_of(settings, HR) is None
    saved_views.remove(settings, HR, shared.id)
    assert saved_views.start_of(settings, HEAD) is None
    with pytest.raises(ViewRefusedError, match="no such view"):
        saved_views.set_start(settings, HEAD, shared.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_name_that_is_none_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(ViewRefusedError, match="1 to 60 characters"):
        saved_views.save(settings, HR, name, "results", {})


def test_no_file_tells_a_name_or_a_filter(settings: Settings) -> None:
    saved_views.save(settings, HR, "孙小满的结果", "results", {"search": "孙小满"})
    (path,) = (settings.home / "saved_views").glob("*.sealed")
    assert "孙小满".encode() not in path.read_bytes() and "lin" not in path.name


def test_whoever_is_erased_is_forgotten_in_names_filters_and_accounts(settings: Settings) -> None:
    saved_views.save(settings, HR, "孙小满", "results", {})
    saved_views.save(settings, HR, "one", "candidate", {"interview": "IV77"})
    saved_views.save(settings, HR, "sales", "results", SALES)
    saved_views.save(settings, HEAD, "mine", "results", SALES)
    assert saved_views.forget(settings, ["孙小满", "IV77", "wang"]) == 3
    assert (names(settings, HR), names(settings, HEAD)) == (["sales"], [])
