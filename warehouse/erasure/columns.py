"""Where people stand in the layers: which columns name them, and which say who they are.

A row belongs to a person when an *owning* column names the person or one of the person's records; every other
column of ids only refers to somebody. `tests/warehouse/erasure/test_columns.py` holds this list against the
contracts of the sources: a column that is new there fails until it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

CANDIDATE, EMPLOYEE, INTERVIEW = "candidate", "employee", "interview"
PEOPLE = (CANDIDATE, EMPLOYEE)
RECORDS = ("application", "promotion", "comment", "request")
KINDS = (*PEOPLE, INTERVIEW, *RECORDS)
# Column → the kinds of ids that it may hold.
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    "candidate_id": (CANDIDATE,),
    "employee_id": (EMPLOYEE,),
    "person_id": PEOPLE,
    "interview_id": (INTERVIEW,),
    "supplement_of": (INTERVIEW,),
    "manager_id": (EMPLOYEE,),
    "author_id": PEOPLE,
    "rater_id": (EMPLOYEE,),
    "mentions": PEOPLE,
    "application_id": ("application",),
    "promotion_id": ("promotion",),
    "comment_id": ("comment",),
    "request_id": ("request",),
}
# Columns that may hold an account, which may bear an e-mail address.
ACCOUNTS = ("author_id", "mentions")
OWNING = ("candidate_id", "employee_id", "person_id", "interview_id")
# By what a person can be reached; looked for in exports, logs and quarantined rows as well.
CONTACT = ("name", "email", "phone")
# What is taken out of a person's rows beside the ids, whatever the policy says of scores.
PERSONAL = (*CONTACT, "gender", "birth_year", "ethnicity")
SOURCES = (
    *("interviews", "answers", "vendor_scores", "human_ratings", "candidates", "applications"),
    *("requisitions", "employees", "performance_reviews", "assessments", "training_records"),
    *("promotions", "surveys", "comments", "privacy_requests"),
)
# Sources whose rows say who is whom, and which records are somebody's.
SEALED = "_sealed"
SEAL_KEY = "_seal_key_id"
# In the place of a data key's id: there is no such key, so what it would open reads as gone.
NO_KEY = "gone"
ERASED = "erased"
