"""Answers what a rubric asks of each normalised text: spans, hits and h of its criteria."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scoring_udfs.compiled import Whole, compiled_lean
from scoring_udfs.denials import Surroundings, surroundings
from scoring_udfs.occurrences import NO_SET, Occurrences, occurrences
from scoring_udfs.patterns import Bytes, Codes, Ints, SmallInts
from scoring_udfs.search_tables import Floats, SearchTables

ANSWERED, SKIPPED, MISSING = 0, 1, 2
NO_RUBRIC = NO_SET

# Those of `match` and `patterns`, which a kept compilation would not see change.
_PHRASES, _STRUCTURE = 0, 1
_ENTRY_NUMBERS = 16
_SIZE, _OUTPUT_BEGIN, _OUTPUT_END = 8, 9, 10
# Of a span: label, start, end. Of an event: criterion, span, whether it is denied.
_SPAN_PARTS, _EVENT_PARTS = 3, 5


class Rows(NamedTuple):
    """What is asked of each row: its rubric (or `NO_RUBRIC`), its state, h of its pace (NaN for none)."""

    rubric: SmallInts
    state: Bytes
    pace: Floats


class Found(NamedTuple):
    """Criteria `begin[r]` to `begin[r + 1]` are row r's: index among all, hits, h (NaN for null)."""

    begin: Ints
    criterion: SmallInts
    hits: SmallInts
    h: Floats


class Spans(NamedTuple):
    """Lines (label, start, end) `begin[r]` to `begin[r + 1]` are row r's, in its normalised text."""

    begin: Ints
    lines: SmallInts


def search(points: Codes, offsets: Ints, rows: Rows, tables: SearchTables) -> tuple[Found, Spans, Spans]:
    """What is in each row `points[offsets[r]:offsets[r + 1]]`: criteria, what counted, what was negated.

    Spans of a row are sorted by criterion, start and end.
    """
    asked = np.where(rows.state == ANSWERED, rows.rubric, np.int32(NO_SET))
    there = occurrences(points, offsets, asked, tables.patterns)
    around = surroundings(points, offsets, there, tables.patterns, tables.negation)
    sizes = np.append(np.diff(tables.criterion_begin), 0)
    begin = np.zeros(len(rows.rubric) + 1, np.int64)
    # An unknown question is −1: the last, of no criteria.
    np.cumsum(sizes[rows.rubric], out=begin[1:])
    lines = int(begin[-1])
    found = Found(begin, np.empty(lines, np.int32), np.empty(lines, np.int32), np.empty(lines, np.float64))
    span_begins = np.zeros((2, len(rows.rubric) + 1), np.int64)
    room = _Room.for_rows(rows, there, tables)
    _search(rows, there, around, tables, found, span_begins, room)
    counted, negated = (
        Spans(begins, lines[: begins[-1]])
        for begins, lines in zip(span_begins, (room.counted, room.negated), strict=True)
    )
    return found, counted, negated


class _Room(NamedTuple):
    """What a search works in and writes to; the last two have lines for all rows, all others for one."""

    events: SmallInts
    firsts: SmallInts
    seen: Ints
    ends: SmallInts
    counted: SmallInts
    negated: SmallInts

    @classmethod
    def for_rows(cls, rows: Rows, there: Occurrences, tables: SearchTables) -> _Room:
        """Room for the most that there may be: an occurrence may mean several phrases."""
        events = tables.most_meanings * len(there.entry)
        most_events = tables.most_meanings * int(np.diff(there.begin).max(initial=0))
        criteria = np.diff(tables.criterion_begin)
        most_criteria, stages = int(criteria.max(initial=0)), len(tables.structure) - 1
        stage_lines = stages * int(np.append(tables.structures, 0)[rows.rubric].sum())
        return cls(
            np.empty((most_events + stages * most_criteria, _EVENT_PARTS), np.int32),
            np.empty((stages, _SPAN_PARTS), np.int32),
            np.full(tables.labels, -1, np.int64),
            np.empty((2, most_criteria), np.int32),
            np.empty((events + stage_lines, _SPAN_PARTS), np.int32),
            np.empty((events, _SPAN_PARTS), np.int32),
        )


@compiled_lean
def _search(
    rows: Rows,
    there: Occurrences,
    around: Surroundings,
    tables: SearchTables,
    found: Found,
    span_begins: Ints,
    room: _Room,
) -> None:
    """Fills `found`, `span_begins` and the spans in `room`."""
    hits, h, events, firsts = found.hits, found.h, room.events, room.firsts
    criteria, criterion_begin = tables.criteria, tables.criterion_begin
    for row in range(len(rows.rubric)):
        rubric, state = rows.rubric[row], rows.state[row]
        span_begins[0, row + 1], span_begins[1, row + 1] = span_begins[0, row], span_begins[1, row]
        if rubric == NO_RUBRIC:
            continue
        line, first_criterion = found.begin[row], criterion_begin[rubric]
        criteria_here = criterion_begin[rubric + 1] - first_criterion
        for number in range(criteria_here):
            hits[line + number] = 0
        for stage in range(len(firsts)):
            firsts[stage, 0] = -1
        count = _list_events(there, around, there.begin[row], there.begin[row + 1], tables, events, firsts)
        _count_hits(events, count, room.seen, row, hits, line)
        present, in_order = _order(firsts)
        for number in range(criteria_here):
            criterion = criteria[first_criterion + number]
            found.criterion[line + number] = first_criterion + number
            value: Whole = np.nan
            if criterion.kind == _PHRASES:
                value = min(1.0, hits[line + number] / criterion.least)
            elif criterion.kind == _STRUCTURE:
                value = tables.structure[present, in_order]
                hits[line + number] = present
                count = _add_stages(firsts, number, criterion.cue_label, events, count)
            elif state == ANSWERED:
                value = rows.pace[row]
            h[line + number] = np.nan if state == MISSING else value
        _write_spans(events, count, criteria_here, room, span_begins[:, row + 1])


@compiled_lean
def _list_events(
    there: Occurrences,
    around: Surroundings,
    first: Whole,
    last: Whole,
    tables: SearchTables,
    events: SmallInts,
    firsts: SmallInts,
) -> Whole:
    """Lists what the occurrences of a row mean, by start and end, and the first cue of each stage."""
    entries, outputs = tables.patterns.entries, tables.patterns.outputs
    count = 0
    for number in range(first, last):
        entry = np.int64(there.entry[number]) * _ENTRY_NUMBERS
        start = np.int64(there.offset[number])
        after = start + np.int64(entries[entry + _SIZE])
        for each in range(entries[entry + _OUTPUT_BEGIN], entries[entry + _OUTPUT_END]):
            output = outputs[each]
            if output.is_whole_word and not around.is_alone[number]:
                continue
            if output.owner < 0:
                _note_stage(firsts, -1 - output.owner, start, after, output.label)
                continue
            events[count, 0], events[count, 1] = output.owner, output.label
            events[count, 2], events[count, 3] = start, after
            events[count, 4] = around.is_denied[number]
            count += 1
    return count


@compiled_lean
def _count_hits(
    events: SmallInts, count: Whole, seen: Ints, row: Whole, hits: SmallInts, line: Whole
) -> None:
    """Counts the distinct phrases of each criterion that are not denied."""
    for event in range(count):
        label = events[event, 1]
        # No branches: they would be guessed wrongly.
        is_new = (events[event, 4] == 0) & (seen[label] != row)
        hits[line + events[event, 0]] += is_new
        seen[label] = row if is_new else seen[label]


@compiled_lean
def _write_spans(events: SmallInts, count: Whole, criteria: Whole, room: _Room, ends: Ints) -> None:
    """Appends a row's events to what counted or what was negated, by criterion and else as they are."""
    places, counted, negated = room.ends, room.counted, room.negated
    for number in range(criteria):
        places[0, number] = places[1, number] = 0
    for event in range(count):
        places[events[event, 4], events[event, 0]] += 1
    for side in range(2):
        place = ends[side]
        for number in range(criteria):
            size = places[side, number]
            places[side, number] = place
            place += size
        ends[side] = place
    for event in range(count):
        side, number = events[event, 4], events[event, 0]
        place = places[side, number]
        places[side, number] += 1
        for part in range(_SPAN_PARTS):
            if side:
                negated[place, part] = events[event, part + 1]
            else:
                counted[place, part] = events[event, part + 1]


@compiled_lean
def _note_stage(firsts: SmallInts, stage: Whole, start: Whole, after: Whole, number: Whole) -> None:
    """Keeps the earliest cue of a stage, of equal ones the longest, then the first of the seed."""
    if firsts[stage, 0] < 0 or (firsts[stage, 0] == start and firsts[stage, 1] < after):
        firsts[stage, 0], firsts[stage, 1], firsts[stage, 2] = start, after, number


@compiled_lean
def _order(firsts: SmallInts) -> tuple[Whole, Whole]:
    """How many stages have a cue, and 1 when their first cues never go back, else 0."""
    present, in_order, last = 0, 1, -1
    for stage in range(len(firsts)):
        if firsts[stage, 0] >= 0:
            present += 1
            if firsts[stage, 0] < last:
                in_order = 0
            last = firsts[stage, 0]
    return present, in_order


@compiled_lean
def _add_stages(
    firsts: SmallInts, criterion: Whole, cue_label: Whole, events: SmallInts, count: Whole
) -> Whole:
    """Adds the first cue of each stage to the events, by start, end and number; gives how many there are."""
    begin = count
    for stage in range(len(firsts)):
        if firsts[stage, 0] < 0:
            continue
        start, after, label = firsts[stage, 0], firsts[stage, 1], cue_label + firsts[stage, 2]
        at = count
        while at > begin and (
            events[at - 1, 2] > start
            or (events[at - 1, 2] == start and events[at - 1, 3] > after)
            or (events[at - 1, 2] == start and events[at - 1, 3] == after and events[at - 1, 1] > label)
        ):
            for part in range(_EVENT_PARTS):
                events[at, part] = events[at - 1, part]
            at -= 1
        events[at, 0], events[at, 1], events[at, 2], events[at, 3] = criterion, label, start, after
        events[at, 4] = 0
        count += 1
    return count
