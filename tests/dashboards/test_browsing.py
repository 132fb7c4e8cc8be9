"""Whether a page is drawn is not said too early: a script that is about to run has not run."""

from __future__ import annotations

from typing import Any

from tests.dashboards.browsing import QUIET, drawn

RUN, ENDS = QUIET // 4, 3 * QUIET
# At first the script of before has ended; soon the next one runs, and only then its chart comes.
PAGE = f"""
<div class="stApp" data-test-script-state="notRunning"><div class="stMain"><h1>.</h1></div></div>
<script>
const app = document.querySelector('.stApp')
setTimeout(() => {{ app.dataset.testScriptState = 'running' }}, {RUN})
setTimeout(() => {{
    app.dataset.testScriptState = 'notRunning'
    app.insertAdjacentHTML('beforeend', '<div data-testid="stVegaLiteChart"></div>')
}}, {ENDS})
setTimeout(() => {{
    document.querySelector('[data-testid=stVegaLiteChart]').innerHTML = '<svg class="marks" id="chart"></svg>'
}}, {ENDS + QUIET // 4})
</script>
"""


def test_drawn_waits_for_the_run_that_a_click_has_asked_for(browser: Any) -> None:
    page = browser.new_page()
    try:
        page.set_content(PAGE)
        drawn(page)
        assert page.locator("#chart").count() == 1
        assert page.locator(".stApp").get_attribute("data-test-script-state") == "notRunning"
    finally:
        page.close()
