// What one symbol of lookahead cannot tell, as crates/polis_syntax/src/layout.rs tells it to the compiler:
// whether a line end matters, whether a word heads a block, and whether a name is a unit.
//
// The scanner keeps no state: each answer follows from the text ahead and from what the parser could take.

#include "tree_sitter/parser.h"
#include "words.h"

#include <string.h>

enum Token {
  NEWLINE,
  CASE_NEWLINE,
  KIND,
  UNIT,
  TABLE_UNIT,
  PER,
  AND_ABOVE,
  AND_BELOW,
  THEN_WHEN,
  RECOVERING,
};

// What the look ahead tells apart.
enum Ahead {
  END,
  LINE_END,
  WORD,
  COLON,
  COMMA,
  SEMICOLON,
  DOT,
  EQUAL,
  // Every other sign before and after which a line goes on.
  OPERATOR,
  OPEN,
  CLOSE,
  OPEN_BRACE,
  CLOSE_BRACE,
  OTHER,
};

// The longest word of the table has far fewer bytes; a longer name is none of them.
#define CAPACITY 96

typedef struct {
  char bytes[CAPACITY];
  unsigned length;
} Word;

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0 || c == 0xFEFF; }

static bool is_line_end(int32_t c) { return c == '\n' || c == '\r'; }

// Letters beyond ASCII: everything but signs and blanks. A sign that no name may hold and that is not listed makes an
// error either way.
static bool begins_name(int32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  if (c < 0xC0 || c == 0xD7 || c == 0xF7 || c == 0xFEFF) return false;
  if (c >= 0x2000 && c <= 0x206F) return false;
  if (c >= 0x2190 && c <= 0x2BFF) return false;
  if (c >= 0x3000 && c <= 0x3004) return false;
  if (c >= 0x3008 && c <= 0x3020) return false;
  if (c >= 0xFF00 && c <= 0xFF65) return (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
  return true;
}

static bool continues_name(int32_t c) {
  return begins_name(c) || (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19) || c == 0xB7 || c == 0xFF3F;
}

static void push(Word *word, int32_t c) {
  if (word->length + 5 > CAPACITY) return;
  char *at = word->bytes + word->length;
  if (c < 0x80) {
    at[0] = (char)c;
    word->length += 1;
  } else if (c < 0x800) {
    at[0] = (char)(0xC0 | (c >> 6));
    at[1] = (char)(0x80 | (c & 0x3F));
    word->length += 2;
  } else if (c < 0x10000) {
    at[0] = (char)(0xE0 | (c >> 12));
    at[1] = (char)(0x80 | ((c >> 6) & 0x3F));
    at[2] = (char)(0x80 | (c & 0x3F));
    word->length += 3;
  } else {
    at[0] = (char)(0xF0 | (c >> 18));
    at[1] = (char)(0x80 | ((c >> 12) & 0x3F));
    at[2] = (char)(0x80 | ((c >> 6) & 0x3F));
    at[3] = (char)(0x80 | (c & 0x3F));
    word->length += 4;
  }
  word->bytes[word->length] = 0;
}

static bool is_one_of(const char *text, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(text, *words) == 0) return true;
  }
  return false;
}

static void read_word(TSLexer *lexer, Word *word) {
  word->length = 0;
  word->bytes[0] = 0;
  while (continues_name(lexer->lookahead)) {
    push(word, lexer->lookahead);
    lexer->advance(lexer, false);
  }
}

static void skip_to(TSLexer *lexer, int32_t close) {
  while (!lexer->eof(lexer) && !is_line_end(lexer->lookahead)) {
    int32_t c = lexer->lookahead;
    lexer->advance(lexer, false);
    if (c == close) return;
    if (c == '\\' && close == '"' && !lexer->eof(lexer)) lexer->advance(lexer, false);
  }
}

// Skips `// …` or `/* … */`, of which the first stroke has been read. False where that was a stroke.
static bool skip_comment(TSLexer *lexer) {
  if (lexer->lookahead == '/') {
    while (!lexer->eof(lexer) && !is_line_end(lexer->lookahead)) lexer->advance(lexer, false);
    return true;
  }
  if (lexer->lookahead != '*') return false;
  lexer->advance(lexer, false);
  int32_t before = 0;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    lexer->advance(lexer, false);
    if (before == '*' && c == '/') return true;
    before = c;
  }
  return true;
}

// Reads the next symbol of the text ahead; a word is put into `word`.
static enum Ahead next(TSLexer *lexer, Word *word, bool over_line_ends) {
  for (;;) {
    int32_t c = lexer->lookahead;
    if (lexer->eof(lexer)) return END;
    if (is_blank(c) || (over_line_ends && is_line_end(c))) {
      lexer->advance(lexer, false);
      continue;
    }
    if (begins_name(c)) {
      read_word(lexer, word);
      return WORD;
    }
    lexer->advance(lexer, false);
    switch (c) {
      case '\n': case '\r': return LINE_END;
      case '/': if (skip_comment(lexer)) continue; return OPERATOR;
      case '"': skip_to(lexer, '"'); return OTHER;
      case 0x201C: skip_to(lexer, 0x201D); return OTHER;
      case 0x300A: skip_to(lexer, 0x300B); return OTHER;
      case '`': skip_to(lexer, '`'); return OTHER;
      case ':': case 0xFF1A: return COLON;
      case ',': case 0xFF0C: case 0x3001: return COMMA;
      case ';': case 0xFF1B: return SEMICOLON;
      case '.': case 0xFF0E:
        if (lexer->lookahead != c) return DOT;
        lexer->advance(lexer, false);
        return OTHER;
      case '=': case 0xFF1D:
        if (lexer->lookahead != '>' && lexer->lookahead != 0xFF1E) return EQUAL;
        lexer->advance(lexer, false);
        return OPERATOR;
      case '!': case 0xFF01: case 0x2260: case 0x21D2:
      case '<': case 0xFF1C: case 0x2264: case '>': case 0xFF1E: case 0x2265:
      case '+': case 0xFF0B: case '-': case 0xFF0D: case 0x2212:
      case '*': case 0xFF0A: case 0xD7: case 0xFF0F: case 0xF7:
        return OPERATOR;
      case '(': case 0xFF08: case '[': case 0xFF3B: case 0x3010: return OPEN;
      case ')': case 0xFF09: case ']': case 0xFF3D: case 0x3011: return CLOSE;
      case '{': case 0xFF5B: return OPEN_BRACE;
      case '}': case 0xFF5D: return CLOSE_BRACE;
      default: return OTHER;
    }
  }
}

// Whether the line before goes on into one that begins with this symbol. It may read one symbol more.
static bool goes_on_before(TSLexer *lexer, enum Ahead first, const Word *word, bool in_cases) {
  switch (first) {
    case DOT: case EQUAL: case OPERATOR: case CLOSE: case OPEN_BRACE: return true;
    case WORD: break;
    default: return false;
  }
  if (is_one_of(word->bytes, GOES_ON_WORDS)) return true;
  bool is_when = is_one_of(word->bytes, WHEN_WORDS);
  if (is_when && in_cases) return false;
  if (!is_when && !is_one_of(word->bytes, UNLESS_OR_IN_WORDS)) return false;
  // `当: …` and `in: …` are clauses of their own; `当 户数 > 3` goes on.
  Word second;
  return next(lexer, &second, false) != COLON;
}

// Whether the word before, which spells a kind, heads a block: a brace follows before the element ends.
static bool heads_block(TSLexer *lexer, bool is_unit) {
  Word word;
  unsigned depth = 0;
  bool open_ended = false;
  bool is_cases = false;
  bool first = true;
  bool after_name = false;
  for (;;) {
    enum Ahead ahead = next(lexer, &word, false);
    if (ahead == LINE_END) {
      ahead = next(lexer, &word, true);
      if (depth == 0 && !open_ended && ahead != OPEN_BRACE && !goes_on_before(lexer, ahead, &word, false)) return false;
    }
    if (first && ahead == COLON) return false;
    if (is_unit && after_name && ahead == EQUAL) return true;
    after_name = first && (ahead == WORD || ahead == OTHER);
    first = false;
    switch (ahead) {
      case END: return false;
      case OPEN: depth += 1; break;
      case CLOSE: if (depth > 0) depth -= 1; break;
      case OPEN_BRACE:
        if (depth == 0 && !is_cases) return true;
        depth += 1;
        break;
      case CLOSE_BRACE:
        if (depth == 0) return false;
        depth -= 1;
        break;
      case SEMICOLON: if (depth == 0) return false; break;
      default: break;
    }
    is_cases = ahead == WORD && is_one_of(word.bytes, CASES_WORDS);
    open_ended = ahead == COMMA || ahead == DOT || ahead == EQUAL || ahead == OPERATOR ||
                 (ahead == WORD && is_one_of(word.bytes, GOES_ON_WORDS));
  }
}

// Whether no member or call follows, so that a word of the table is a unit.
static bool stands_free(TSLexer *lexer) {
  Word word;
  enum Ahead ahead = next(lexer, &word, false);
  return ahead != DOT && ahead != OPEN;
}

static bool ends_with(const Word *word, const char *const *endings, unsigned *rest) {
  for (; *endings; endings++) {
    unsigned length = (unsigned)strlen(*endings);
    // Only the Chinese words are written without a blank.
    if ((unsigned char)(*endings)[0] < 0x80 || *rest <= length) continue;
    if (memcmp(word->bytes + *rest - length, *endings, length) == 0) {
      *rest -= length;
      return true;
    }
  }
  return false;
}

// How many bytes of the word are a unit of the table with 以上, 以下, 以内 or 时 glued to it; 0 where it is no such word.
static unsigned glued_unit(const Word *word) {
  unsigned rest = word->length;
  bool glued = ends_with(word, THEN_WHEN_WORDS, &rest);
  glued = ends_with(word, AND_ABOVE_WORDS, &rest) || ends_with(word, AND_BELOW_WORDS, &rest) || glued;
  if (!glued) return 0;
  Word unit = *word;
  unit.bytes[rest] = 0;
  return is_one_of(unit.bytes, UNIT_WORDS) ? rest : 0;
}

// Reads a word that may be a unit, or close a figure or a guard.
static bool scan_word(TSLexer *lexer, const bool *valid) {
  Word word = {.length = 0};
  unsigned unit_end = 0;
  unsigned closing_end = 0;
  enum Token closing = RECOVERING;
  while (continues_name(lexer->lookahead)) {
    push(&word, lexer->lookahead);
    lexer->advance(lexer, false);
    if (is_one_of(word.bytes, UNIT_WORDS)) {
      unit_end = word.length;
      lexer->mark_end(lexer);
    }
    bool above = valid[AND_ABOVE] && is_one_of(word.bytes, AND_ABOVE_WORDS);
    bool below = valid[AND_BELOW] && is_one_of(word.bytes, AND_BELOW_WORDS);
    if (above || below) {
      closing = above ? AND_ABOVE : AND_BELOW;
      closing_end = word.length;
      lexer->mark_end(lexer);
    } else if (valid[THEN_WHEN] && is_one_of(word.bytes, THEN_WHEN_WORDS)) {
      closing = THEN_WHEN;
      closing_end = word.length;
      lexer->mark_end(lexer);
    }
  }
  if (closing_end > 0) {
    unsigned rest = word.length;
    if (closing_end == rest || (closing != THEN_WHEN && ends_with(&word, THEN_WHEN_WORDS, &rest) && rest == closing_end)) {
      lexer->result_symbol = closing;
      return true;
    }
  }
  if (valid[UNIT]) {
    unsigned glued = glued_unit(&word);
    if (glued > 0 && glued == unit_end) {
      lexer->result_symbol = UNIT;
      return true;
    }
    if (is_one_of(word.bytes, KEYWORD_WORDS)) return false;
    lexer->mark_end(lexer);
    lexer->result_symbol = UNIT;
    return true;
  }
  if (valid[TABLE_UNIT] && unit_end == word.length && stands_free(lexer)) {
    lexer->result_symbol = TABLE_UNIT;
    return true;
  }
  if (valid[KIND] && is_one_of(word.bytes, KIND_WORDS)) {
    lexer->mark_end(lexer);
    lexer->result_symbol = KIND;
    return heads_block(lexer, is_one_of(word.bytes, UNIT_KIND_WORDS));
  }
  return false;
}

// The stroke between two units: a word of the table follows.
static bool scan_per(TSLexer *lexer) {
  int32_t c = lexer->lookahead;
  lexer->advance(lexer, false);
  if (c == '/' && (lexer->lookahead == '/' || lexer->lookahead == '*')) return false;
  lexer->mark_end(lexer);
  Word word;
  if (next(lexer, &word, false) != WORD || !is_one_of(word.bytes, UNIT_WORDS)) return false;
  lexer->result_symbol = PER;
  return stands_free(lexer);
}

static bool scan_newline(TSLexer *lexer, bool in_cases) {
  while (is_blank(lexer->lookahead) || is_line_end(lexer->lookahead)) lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  Word word;
  enum Ahead first = next(lexer, &word, true);
  lexer->result_symbol = in_cases ? CASE_NEWLINE : NEWLINE;
  return !goes_on_before(lexer, first, &word, in_cases);
}

bool tree_sitter_polis_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  int32_t c = lexer->lookahead;
  if (is_line_end(c)) {
    return (valid[NEWLINE] || valid[CASE_NEWLINE]) && scan_newline(lexer, !valid[NEWLINE]);
  }
  // A parser that looks for its way takes anything: only line ends are sure.
  if (valid[RECOVERING]) return false;
  if (valid[PER] && (c == '/' || c == 0xFF0F || c == 0xF7)) return scan_per(lexer);
  bool wanted = valid[KIND] || valid[UNIT] || valid[TABLE_UNIT] || valid[AND_ABOVE] || valid[AND_BELOW] || valid[THEN_WHEN];
  return wanted && begins_name(c) && scan_word(lexer, valid);
}

void *tree_sitter_polis_external_scanner_create(void) { return 0; }

void tree_sitter_polis_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_polis_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_polis_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}
