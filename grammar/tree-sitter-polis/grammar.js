/**
 * The grammar of Polis for tree-sitter.
 *
 * It follows ../polis.ebnf rule by rule. Its words and signs are those of words.json, which `cargo xtask generate`
 * writes. What only the text further on can tell — whether a line end matters, whether a word heads a block, whether a
 * name is a unit — src/scanner.c decides, as the compiler's own layout pass does.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const words = require("./words.json");

/** A sign, in any of its spellings. */
const sign = (name) => choice(...words.sign[name]);

/** A keyword, in any of its spellings. */
const keyword = (name) => token(choice(...words.keyword[name]));

const commaSep1 = (comma, rule) => seq(rule, repeat(seq(comma, rule)));

const PREC = {
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  range: 5,
  sum: 6,
  product: 7,
  minus: 8,
  postfix: 9,
};

module.exports = grammar({
  name: "polis",

  externals: ($) => [
    $._newline,
    $._case_newline,
    $.kind,
    $.unit,
    $._table_unit,
    $._per,
    $.and_above,
    $.and_below,
    $.then_when,
    // Never in a rule: where it is valid, the parser recovers from an error.
    $._recovering,
  ],

  extras: ($) => [/[\s\u3000\u00A0\uFEFF]/, $.doc_comment, $.comment],

  word: ($) => $.identifier,

  conflicts: ($) => [
    // After a comma another value may follow, or another clause.
    [$.clause],
    // A name may be the entity of a record, or a value.
    [$._value, $.record],
  ],

  inline: ($) => [$._name, $._clause_word],

  rules: {
    source_file: ($) => optional($._elements),

    _elements: ($) =>
      choice(
        seq(repeat1(choice($._separator, $.block, $.unit_definition, $._closed_clause)), optional($.clause)),
        $.clause,
      ),

    _closed_clause: ($) => seq($.clause, $._separator),

    _separator: ($) => choice($._newline, $._semicolon, $._comma),

    block: ($) =>
      seq(
        field("kind", $.kind),
        optional(field("name", $._name)),
        optional(field("title", choice($.text, $.title))),
        optional(seq($.of, field("of", $._expression))),
        optional(seq($._colon, field("type", $._expression))),
        field("body", $.body),
      ),

    body: ($) => seq($._open_brace, optional($._elements), $._close_brace),

    unit_definition: ($) =>
      seq(field("kind", $.kind), field("name", $._name), $._equal, field("value", $._expression)),

    clause: ($) =>
      seq(
        field("word", $._clause_word),
        optional(field("name", choice($.identifier, $.quoted_identifier, $.text, $.title, $.date, $.number))),
        optional($.over),
        optional($.guard),
        $._colon,
        $._value,
        repeat($._further_value),
        optional($.guard),
      ),

    _clause_word: ($) =>
      choice(
        $.identifier,
        $.quoted_identifier,
        alias($.over_word, $.identifier),
        alias($.when, $.identifier),
        alias($.in, $.identifier),
        alias($.after, $.identifier),
      ),

    over: ($) => prec.right(seq($.over_word, $._name, repeat(seq(optional($._comma), $._name)))),

    guard: ($) => seq(choice($.when, $.unless), field("condition", $._expression), optional($.then_when)),

    _value: ($) => choice(field("value", $._expression), field("value", $.record)),

    // To the parser a name after a comma may also be the word of a clause whose colon is on the next line.
    _further_value: ($) => prec.dynamic(1, seq($._comma, $._value)),

    // An entity and its facts.
    record: ($) => prec.dynamic(1, seq(field("entity", $._expression), field("facts", $.facts))),

    facts: ($) =>
      seq(
        $._open_brace,
        repeat(choice($._separator, $.jurisdiction, $._closed_clause)),
        optional($.clause),
        $._close_brace,
      ),

    // A jurisdiction below the one whose facts these are.
    jurisdiction: ($) =>
      seq(
        field("entity", $.identifier),
        optional(field("name", $._name)),
        optional(field("title", choice($.text, $.title))),
        field("facts", $.facts),
      ),

    // Expressions, loosest first.

    _expression: ($) => choice($._logic, $.conditional, $.within_period),

    conditional: ($) =>
      seq(
        $.if,
        field("condition", $._expression),
        $.then,
        field("then", $._expression),
        $.else,
        field("else", $._expression),
      ),

    within_period: ($) =>
      prec.right(seq($.within, field("length", $._logic), optional(seq(choice($.after, $.of), field("after", $._path))))),

    _path: ($) => prec.right(seq($._name, repeat(seq($._dot, $._name)))),

    _logic: ($) =>
      choice($.disjunction, $.conjunction, $.negation, $.comparison, $._arithmetic),

    disjunction: ($) => prec.left(PREC.or, seq($._logic, $.or, $._logic)),
    conjunction: ($) => prec.left(PREC.and, seq($._logic, $.and, $._logic)),
    negation: ($) => prec.right(PREC.not, seq($.not, $._logic)),
    comparison: ($) => prec.left(PREC.compare, seq($._logic, field("operator", $._comparator), $._logic)),

    _comparator: ($) =>
      choice(
        alias($._equal, $.operator),
        alias(sign("not_equal"), $.operator),
        alias(sign("less"), $.operator),
        alias(sign("less_equal"), $.operator),
        alias(sign("greater"), $.operator),
        alias(sign("greater_equal"), $.operator),
        $.less_than,
        $.at_most,
        $.more_than,
        $.at_least,
        $.in,
      ),

    _arithmetic: ($) => choice($.range, $._sum),

    range: ($) =>
      prec.right(
        PREC.range,
        choice(
          seq($._dots, $._sum),
          seq($._sum, $._dots, optional(choice($._sum, $._range_unit))),
        ),
      ),

    _range_unit: ($) => seq(alias($._table_unit, $.unit), optional($._per_unit), optional($._per_unit)),

    _sum: ($) => choice($.sum, $.product, $.negative, $._operand),

    sum: ($) =>
      prec.left(PREC.sum, seq($._sum, alias(choice(sign("plus"), sign("minus")), $.operator), $._sum)),
    product: ($) =>
      prec.left(PREC.product, seq($._sum, alias(choice(sign("star"), sign("slash")), $.operator), $._sum)),
    negative: ($) => prec(PREC.minus, seq(alias(sign("minus"), $.operator), $._sum)),

    _operand: ($) =>
      choice(
        $.figure,
        $.call,
        $._name,
        $.date,
        $.text,
        $.title,
        $.row_id,
        $.true,
        $.false,
        $.unknown,
        $.group,
        $.list,
        $.cases,
        $.open_figure,
        $.member,
        $.index,
        $.citation,
      ),

    member: ($) => prec.left(PREC.postfix, seq(field("of", $._operand), $._dot, field("member", $._name))),
    index: ($) => prec.left(PREC.postfix, seq($._operand, $._open_bracket, $._expression, $._close_bracket)),
    citation: ($) => prec.left(PREC.postfix, seq(field("document", $._operand), field("passage", $.text))),

    figure: ($) =>
      prec.right(
        choice(
          seq(
            $.number,
            optional(seq($.unit, optional($._per_unit), optional($._per_unit))),
            optional(choice($.and_above, $.and_below)),
          ),
          seq($.percent, optional(choice($.and_above, $.and_below))),
        ),
      ),

    _per_unit: ($) => seq(alias($._per, $.operator), alias($._table_unit, $.unit)),

    call: ($) =>
      prec(
        PREC.postfix + 1,
        seq(
          field("function", $._name),
          $._open_paren,
          optional(choice($.aggregate, seq(commaSep1($._comma, field("argument", $._expression)), optional($._comma)))),
          $._close_paren,
        ),
      ),

    aggregate: ($) =>
      seq(
        field("value", $._expression),
        $.for,
        field("binder", $._name),
        $.in,
        field("source", $._expression),
        optional(seq($.where, field("filter", $._expression))),
        optional($._comma),
      ),

    group: ($) => seq($._open_paren, $._expression, $._close_paren),

    list: ($) =>
      seq($._open_bracket, optional(seq(commaSep1($._comma, $._expression), optional($._comma))), $._close_bracket),

    cases: ($) =>
      seq(
        $.cases_word,
        $._open_brace,
        repeat($._gap),
        optional(seq($.arm, repeat(seq(repeat1($._gap), $.arm)), repeat($._gap))),
        optional(seq(alias($._rest, $.arm), repeat($._gap))),
        $._close_brace,
      ),

    _gap: ($) => choice($._case_newline, $._semicolon, $._comma),

    arm: ($) =>
      seq(
        optional($.when),
        field("guard", $._expression),
        optional($.then_when),
        $._arrow,
        field("value", $._expression),
      ),

    _rest: ($) => seq($.otherwise, $._arrow, field("value", $._expression)),

    open_figure: ($) => prec.right(PREC.postfix + 1, seq($.open, optional(field("reason", $.text)))),

    _name: ($) => choice($.identifier, $.quoted_identifier, alias($.over_word, $.identifier)),

    // Keywords, a rule each, so that a query can name them in both faces.

    when: (_) => keyword("when"),
    unless: (_) => keyword("unless"),
    if: (_) => keyword("if"),
    then: (_) => keyword("then"),
    else: (_) => keyword("else"),
    or: (_) => keyword("or"),
    and: (_) => keyword("and"),
    not: (_) => keyword("not"),
    in: (_) => keyword("in"),
    of: (_) => keyword("of"),
    cases_word: (_) => keyword("cases"),
    otherwise: (_) => keyword("otherwise"),
    for: (_) => keyword("for"),
    where: (_) => keyword("where"),
    true: (_) => keyword("true"),
    false: (_) => keyword("false"),
    open: (_) => keyword("open"),
    unknown: (_) => keyword("unknown"),
    less_than: (_) => keyword("less_than"),
    at_most: (_) => keyword("at_most"),
    more_than: (_) => keyword("more_than"),
    at_least: (_) => keyword("at_least"),
    within: (_) => keyword("within"),
    after: (_) => keyword("after"),
    // Only in the head of an exception; elsewhere it is a name.
    over_word: (_) => token(choice(...words.over)),

    // Signs.

    _colon: ($) => alias($._colon_sign, ":"),
    _colon_sign: (_) => token(sign("colon")),
    _comma: ($) => alias($._comma_sign, ","),
    _comma_sign: (_) => token(sign("comma")),
    _semicolon: ($) => alias($._semicolon_sign, ";"),
    _semicolon_sign: (_) => token(sign("semicolon")),
    _dot: ($) => alias($._dot_sign, "."),
    _dot_sign: (_) => token(sign("dot")),
    _dots: ($) => alias($._dots_sign, $.operator),
    _dots_sign: (_) => token(sign("dots")),
    _equal: (_) => token(sign("equal")),
    _arrow: ($) => alias($._arrow_sign, $.operator),
    _arrow_sign: (_) => token(sign("arrow")),
    _open_paren: ($) => alias($._open_paren_sign, "("),
    _open_paren_sign: (_) => token(sign("open_paren")),
    _close_paren: ($) => alias($._close_paren_sign, ")"),
    _close_paren_sign: (_) => token(sign("close_paren")),
    _open_bracket: ($) => alias($._open_bracket_sign, "["),
    _open_bracket_sign: (_) => token(sign("open_bracket")),
    _close_bracket: ($) => alias($._close_bracket_sign, "]"),
    _close_bracket_sign: (_) => token(sign("close_bracket")),
    _open_brace: ($) => alias($._open_brace_sign, "{"),
    _open_brace_sign: (_) => token(sign("open_brace")),
    _close_brace: ($) => alias($._close_brace_sign, "}"),
    _close_brace_sign: (_) => token(sign("close_brace")),

    // Lexical rules.

    identifier: (_) => /[_\p{XID_Start}]\p{XID_Continue}*/,
    quoted_identifier: (_) => /`[^`\r\n]*`/,
    number: (_) => /[0-9０-９][0-9０-９_]*(\.[0-9０-９][0-9０-９_]*)?/,
    percent: (_) => /[0-9０-９][0-9０-９_]*(\.[0-9０-９][0-9０-９_]*)?[%％]/,
    date: (_) =>
      token(choice(/[0-9]{4}-[0-9]{2}(-[0-9]{2})?/, /[0-9]{4}年([0-9]{1,2}月([0-9]{1,2}日)?)?/)),
    row_id: (_) => /[A-Z]{2,6}-[0-9]{2,6}/,
    text: (_) => token(choice(/"([^"\\\r\n]|\\[^\r\n])*"/, /“[^”\r\n]*”/)),
    title: (_) => /《[^》\r\n]*》/,

    doc_comment: (_) => token(prec(1, /\/\/\/([^\/\r\n][^\r\n]*)?/)),
    comment: (_) => token(choice(/\/\/[^\r\n]*/, /\/\*([^*]|\*+[^*\/])*\*+\//)),
  },
});
