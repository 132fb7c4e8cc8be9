-- Answers, losses, competencies and results, with the signals beside them.
create table limits as
select
    max(value) filter (where signal = 'judged_units') as judged_units,
    max(value) filter (where signal = 'norm_answers') as norm_answers,
    max(value) filter (where signal = 'dense_times') as dense_times,
    max(value) filter (where signal = 'dense_at_least') as dense_at_least,
    max(value) filter (where signal = 'unlinked_share') as unlinked_share,
    max(value) filter (where signal = 'unlinked_run') as unlinked_run,
    max(value) filter (where signal = 'broken_longer') as broken_longer,
    max(value) filter (where signal = 'broken_shorter') as broken_shorter,
    max(value) filter (where signal = 'repetitive_share') as repetitive_share,
    max(value) filter (where signal = 'stuffing_votes') as stuffing_votes,
    max(value) filter (where signal = 'similar_share') as similar_share,
    max(value) filter (where signal = 'similar_shingles') as similar_shingles,
    max(value) filter (where signal = 'long_pause_share') as long_pause_share
from read_csv(getvariable('seeds') || '/signal_policy.csv');

create table heard as
select answers.*, interviews.candidate_id, interviews.completed_at
from answers
inner join interviews using (interview_id)
where not answers.is_repeated and not answers.is_skipped and not answers.is_missing;

-- Answers of several people that share a band: each meets the first and the one before it.
create table pairs as
with banded as (
    select
        interview_id, question_id, candidate_id, unnest(bands) as band,
        generate_subscripts(bands, 1) as band_number
    from heard
    where bands is not null and shingles >= (select similar_shingles from limits)
),
met as (
    select
        question_id, interview_id, first_value(interview_id) over bucket as first_id,
        lag(interview_id) over bucket as previous_id
    from banded
    semi join (
        from banded select question_id, band_number, band
        group by all having min(candidate_id) <> max(candidate_id)
    ) as shared using (question_id, band_number, band)
    window bucket as (partition by question_id, band_number, band order by candidate_id, interview_id)
)
select question_id, least(interview_id, first_id) as one, greatest(interview_id, first_id) as other
from met where interview_id <> first_id
union
select question_id, least(interview_id, previous_id), greatest(interview_id, previous_id)
from met where previous_id is not null;

create table links as
with compared as (
    select
        pairs.*, one.shingles + two.shingles as pieces, 1 << one.sketch_level as a_bit,
        bit_count(xor(one.sketch_1, two.sketch_1))::int + bit_count(xor(one.sketch_2, two.sketch_2))::int
        + bit_count(xor(one.sketch_3, two.sketch_3))::int + bit_count(xor(one.sketch_4, two.sketch_4))::int
        + bit_count(xor(one.sketch_5, two.sketch_5))::int + bit_count(xor(one.sketch_6, two.sketch_6))::int
        + bit_count(xor(one.sketch_7, two.sketch_7))::int + bit_count(xor(one.sketch_8, two.sketch_8))::int
            as bits
    from pairs
    inner join heard as one on pairs.question_id = one.question_id and pairs.one = one.interview_id
    inner join heard as two on pairs.question_id = two.question_id and pairs.other = two.interview_id
    where one.candidate_id <> two.candidate_id and one.sketch_level = two.sketch_level
),
estimated as (
    select
        question_id, one, other, -256 * ln(1 - bits / 256) * a_bit as differing,
        round(greatest((pieces - differing) / (pieces + differing), 0), 9) as similarity
    from compared
    where bits < 256
)
select question_id, one, other, similarity from estimated
where similarity >= (select similar_share from limits);

create table similar_answers as
with recursive both_ways as (
    select question_id, one, other, similarity from links
    union all
    select question_id, other, one, similarity from links
),
-- Each answer takes over the earliest name in reach, round by round.
named(question_id, interview_id, named_at, first_id) using key (question_id, interview_id) as (
    select distinct both_ways.question_id, both_ways.one, interviews.completed_at, both_ways.one
    from both_ways
    inner join interviews on both_ways.one = interviews.interview_id
    union
    select
        both_ways.question_id, both_ways.one, min(named.named_at), arg_min(named.first_id, named.named_at)
    from named
    inner join both_ways
        on named.question_id = both_ways.question_id and named.interview_id = both_ways.other
    inner join recurring.named as known
        on both_ways.question_id = known.question_id and both_ways.one = known.interview_id
    where (named.named_at, named.first_id) < (known.named_at, known.first_id)
    group by both_ways.question_id, both_ways.one
),
closest as (
    select
        question_id, one as interview_id, max(similarity) as similarity,
        arg_max(other, (similarity, other)) as similar_interview_id
    from both_ways
    group by question_id, one
)
select
    closest.*, named.first_id as group_id,
    count(distinct interviews.candidate_id) over (
        partition by closest.question_id, named.first_id
    ) as candidates_n
from closest
inner join named using (question_id, interview_id)
inner join interviews using (interview_id);

create table signals as
with norms as (
    select
        case when grouping(question_id) = 1 then '' else question_id end as question_id, lang,
        count(*) as n, round(median(units)) as units, round(median(phrase_density), 2) as phrase_density,
        round(median(function_share), 2) as function_share, round(median(longest_run)) as longest_run,
        round(median(longest_clause)) as longest_clause
    from heard
    group by grouping sets ((question_id, lang), (lang))
),
compared as (
    select
        heard.*, bands.outer_low, bands.outer_high, alike.group_id,
        case when own.n >= limits.norm_answers then own else whole end as norm
    from heard
    cross join limits
    left join norms as own on heard.question_id = own.question_id and heard.lang = own.lang
    left join norms as whole
        on heard.lang = whole.lang and whole.question_id = '' and whole.n >= limits.norm_answers
    left join read_csv(getvariable('seeds') || '/pace_bands.csv') as bands on heard.lang = bands.lang
    left join similar_answers as alike
        on heard.interview_id = alike.interview_id and heard.question_id = alike.question_id
),
usual as (
    select
        heard.interview_id, heard.question_id, heard.units >= limits.judged_units as is_judged,
        is_judged and heard.phrase_density
            >= greatest(limits.dense_at_least, limits.dense_times * norm.phrase_density) as is_dense,
        is_judged and (
            heard.function_share < limits.unlinked_share * norm.function_share
            or heard.longest_run >= limits.unlinked_run * norm.longest_run
        ) as is_unlinked,
        is_judged and (
            heard.longest_clause >= limits.broken_longer * norm.longest_clause
            or heard.longest_clause < limits.broken_shorter * norm.longest_clause
        ) as is_broken,
        is_judged and heard.distinct_share <= limits.repetitive_share as is_repetitive,
        heard.group_id is not null as is_similar,
        is_judged and heard.units_per_minute > heard.outer_high as is_fast,
        is_judged and heard.units_per_minute < heard.outer_low as is_slow,
        heard.pause_seconds / nullif(heard.answer_seconds, 0) >= limits.long_pause_share as has_long_pauses,
        limits.stuffing_votes
    from compared as heard
    cross join limits
)
select
    interview_id, question_id,
    coalesce(is_dense, false)::int + coalesce(is_unlinked, false)::int + coalesce(is_broken, false)::int
    + coalesce(is_repetitive, false)::int + is_similar::int as votes,
    list_filter([
        case when votes >= stuffing_votes then 'stuffing' end, case when is_similar then 'similar' end,
        case when is_fast then 'fast' end, case when is_slow then 'slow' end,
        case when has_long_pauses then 'long_pauses' end
    ], lambda flag: flag is not null) as flags
from usual;
