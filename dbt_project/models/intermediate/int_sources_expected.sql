-- Every source of the contracts, whether or not it has ever brought a file.
{{ rows_of(var('expected_every_days'), 'source', 'expected_every_days') }}
