; Where two patterns match, Neovim takes the later one, so what is special stands below what is general.

(comment) @comment
(doc_comment) @comment.documentation

(identifier) @variable
(quoted_identifier) @variable

(kind) @keyword.type
(block name: (_) @type)
(unit_definition name: (_) @type)
(jurisdiction entity: (_) @type)
(record entity: (identifier) @type)
(block name: (_) @function (body))

(clause word: (_) @property)
(clause name: (_) @label)
(member member: (_) @variable.member)
(aggregate binder: (_) @variable.parameter)

(call function: (identifier) @function.call)
((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin {builtin}))

((clause
  word: (identifier) @property
  value: (identifier) @constant.builtin)
  (#any-of? @property "语气" "modality" "层级" "level" "性质" "polarity")
  (#any-of? @constant.builtin {choice}))

((block type: (identifier) @type.builtin)
  (#any-of? @type.builtin {type-word}))

(figure (number) @number)
(figure (percent) @number)
(number) @number
(unit) @type.builtin
(date) @number
(row_id) @constant
[(true) (false)] @boolean
[(open) (unknown)] @constant.builtin
(text) @string
(title) @string.special

[(when) (unless) (if) (then) (else) (cases_word) (otherwise) (then_when)] @keyword.conditional
[(for) (where)] @keyword.repeat
[(of) (within) (after) (over_word)] @keyword
[(and) (or) (not) (in) (less_than) (at_most) (more_than) (at_least) (and_above) (and_below)] @keyword.operator
(operator) @operator

["{" "}" "(" ")" "[" "]"] @punctuation.bracket
[":" "," ";" "."] @punctuation.delimiter
