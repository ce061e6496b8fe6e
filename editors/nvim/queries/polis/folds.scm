(block) @fold
(record) @fold
(jurisdiction) @fold
(cases) @fold
(list) @fold
