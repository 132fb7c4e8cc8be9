"""What `scorehouse serve` starts: the dashboards, with what they add to Streamlit's own server."""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware

from dashboards import refused_files, session_cookie
from dashboards.doorkeeper import Doorkeeper

refused_files.say_why()
app = st.App("app.py", routes=[session_cookie.ROUTE], middleware=[Middleware(Doorkeeper)])
