"""employee_history and application_history worked out a second time."""

from __future__ import annotations

from collections import defaultdict

from tests.independent.world import Row, World

EMPLOYEE = (
    *("candidate_id", "department_id", "role_id", "manager_id", "status", "leaving_reason"),
    *("monthly_salary", "hired_on", "left_on"),
)
APPLICATION = (
    *("candidate_id", "role_id", "department_id", "requisition_id", "employee_id", "stage", "outcome"),
    *(
        "background_check",
        "round2_score",
        "offer_monthly_salary",
        "applied_at",
        "stage_entered_at",
        "offered_at",
    ),
)


def history(world: World, source: str, key: str, columns: tuple[str, ...]) -> list[Row]:
    """A version from one export until something changed; files in any order give the same."""
    states: dict[str, list[Row]] = defaultdict(list)
    for row in world.landing.versions(source).to_dict("records"):
        row["exported_at"] = row["exported_at"] or world.arrived[row["_file_id"]]
        states[row[key]].append(row)
    return [version for name, rows in states.items() for version in versions(world, key, name, rows, columns)]


def versions(world: World, key: str, name: str, states: list[Row], columns: tuple[str, ...]) -> list[Row]:
    found: list[Row] = []
    for state in states:
        content = {column: state[column] for column in columns}
        changed = [column for column in columns if found and found[-1][column] != content[column]]
        if found and not changed:
            continue
        if found:
            found[-1]["valid_to"] = state["exported_at"]
        found.append(
            {
                key: name,
                **content,
                "changed_columns": changed if found else None,
                "valid_from": state["exported_at"],
                "valid_to": None,
            }
        )
    for number, version in enumerate(found, start=1):
        version |= {
            "version_number": number,
            "valid_from_local_date": world.local_day(version["valid_from"]),
            "valid_to_local_date": world.local_day(version["valid_to"]),
            "is_current": version["valid_to"] is None,
        }
    return found
