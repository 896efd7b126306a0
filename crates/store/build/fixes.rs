//! Catalogue: what we change in Lua 5.1.5, as replacements of exact texts.
//!
//! The scripts of `src/command/script/tests` show what they do.

/// One change.
pub struct Fix {
    /// The source file.
    pub file: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// What is replaced.
    pub old: &'static str,
    /// How often it occurs.
    pub times: usize,
    /// With what.
    pub new: &'static str,
}

const fn fix(file: &'static str, why: &'static str, old: &'static str, new: &'static str) -> Fix {
    Fix { file, why, old, times: 1, new }
}

const UNWIND: &str = "errors unwind, so that Rust's destructors run";
const NAME: &str = "CVE-2025-49844: the chunk's name was collected while it was used";
const UNPACK: &str = "CVE-2025-46817: the range of unpack overflowed";
const LONG: &str = "CVE-2025-46819: the level of long brackets overflowed";
const BYTECODE: &str = "scripts are text: crafted bytecode reads and writes any memory";
const READONLY: &str = "tables that no script may change (CVE-2022-24735, CVE-2025-46818)";
const PATTERN: &str = "the recursion of pattern matching has a limit";
const HASH: &str = "all bytes of a string count for its hash, as under Redis";
const WHOLE: &str = "whole numbers become text, and texts numbers, without C's general functions";
const EMPTY: &str = "repeating nothing takes no time";

/// All of them, in the order of files.
pub const FIXES: &[Fix] = &[
    fix(
        "luaconf.h",
        UNWIND,
        "#define LUAI_THROW(L,c)\tlongjmp((c)->b, 1)
#define LUAI_TRY(L,c,a)\tif (setjmp((c)->b) == 0) { a }
#define luai_jmpbuf\tjmp_buf
",
        "struct lua_State;
extern void ostler_lua_throw(void) __attribute__((noreturn));
extern void ostler_lua_try(void (*f)(struct lua_State *, void *), struct lua_State *L, void *ud);
#define LUAI_THROW(L,c)\tostler_lua_throw()
#define LUAI_TRY(L,c,a)\tostler_lua_try(f, L, ud);
#define luai_jmpbuf\tchar
",
    ),
    fix(
        "lparser.c",
        NAME,
        "  lexstate.buff = buff;
  luaX_setinput(L, &lexstate, z, luaS_new(L, name));
",
        "  TString *held = luaS_new(L, name);
  setsvalue2s(L, L->top, held);
  incr_top(L);
  lexstate.buff = buff;
  luaX_setinput(L, &lexstate, z, held);
",
    ),
    fix(
        "lparser.c",
        NAME,
        "  lua_assert(lexstate.fs == NULL);
  return funcstate.f;
",
        "  lua_assert(lexstate.fs == NULL);
  L->top--;
  return funcstate.f;
",
    ),
    fix(
        "lbaselib.c",
        UNPACK,
        "  n = e - i + 1;  /* number of elements */
  if (n <= 0 || !lua_checkstack(L, n))  /* n <= 0 means arith. overflow */
    return luaL_error(L, \"too many results to unpack\");
  lua_rawgeti(L, 1, i);  /* push arg[i] (avoiding overflow problems) */
  while (i++ < e)  /* push arg[i + 1...e] */
    lua_rawgeti(L, 1, i);
",
        "  if ((lua_Number)e - (lua_Number)i >= LUAI_MAXCSTACK)
    return luaL_error(L, \"too many results to unpack\");
  n = e - i + 1;
  if (!lua_checkstack(L, n))
    return luaL_error(L, \"too many results to unpack\");
  lua_rawgeti(L, 1, i);
  while (i < e)
    lua_rawgeti(L, 1, ++i);
",
    ),
    fix(
        "ltable.c",
        UNPACK,
        "  if (cast(unsigned int, key-1) < cast(unsigned int, t->sizearray))
    return &t->array[key-1];
",
        "  if (1 <= key && key <= t->sizearray)
    return &t->array[key-1];
",
    ),
    fix(
        "llex.c",
        LONG,
        "  while (ls->current == '=') {
    save_and_next(ls);
    count++;
  }
  return",
        "  while (ls->current == '=') {
    save_and_next(ls);
    if (++count > 1000000)
      luaX_lexerror(ls, \"long brackets of too high a level\", 0);
  }
  return",
    ),
    fix(
        "ldo.c",
        BYTECODE,
        "  int c = luaZ_lookahead(p->z);
  luaC_checkGC(L);
  tf = ((c == LUA_SIGNATURE[0]) ? luaU_undump : luaY_parser)(L, p->z,
                                                             &p->buff, p->name);
",
        "  luaZ_lookahead(p->z);
  luaC_checkGC(L);
  tf = luaY_parser(L, p->z, &p->buff, p->name);
",
    ),
    fix(
        "lobject.h",
        READONLY,
        "  lu_byte lsizenode;  /* log2 of size of `node' array */
",
        "  lu_byte lsizenode;  /* log2 of size of `node' array */
  lu_byte readonly;
",
    ),
    fix(
        "ltable.c",
        READONLY,
        "  t->flags = cast_byte(~0);
",
        "  t->flags = cast_byte(~0);
  t->readonly = 0;
",
    ),
    fix(
        "lvm.c",
        READONLY,
        "      Table *h = hvalue(t);
      TValue *oldval = luaH_set(L, h, key); /* do a primitive set */
",
        "      Table *h = hvalue(t);
      TValue *oldval;
      if (h->readonly) luaG_runerror(L, \"Attempt to modify a readonly table\");
      oldval = luaH_set(L, h, key);
",
    ),
    fix(
        "lapi.c",
        READONLY,
        "  setobj2t(L, luaH_set(L, hvalue(t), L->top-2), L->top-1);
",
        "  if (hvalue(t)->readonly) luaG_runerror(L, \"Attempt to modify a readonly table\");
  setobj2t(L, luaH_set(L, hvalue(t), L->top-2), L->top-1);
",
    ),
    fix(
        "lapi.c",
        READONLY,
        "  setobj2t(L, luaH_setnum(L, hvalue(o), n), L->top-1);
",
        "  if (hvalue(o)->readonly) luaG_runerror(L, \"Attempt to modify a readonly table\");
  setobj2t(L, luaH_setnum(L, hvalue(o), n), L->top-1);
",
    ),
    fix(
        "lapi.c",
        READONLY,
        "      hvalue(obj)->metatable = mt;
",
        "      if (hvalue(obj)->readonly) luaG_runerror(L, \"Attempt to modify a readonly table\");
      hvalue(obj)->metatable = mt;
",
    ),
    fix(
        "lapi.c",
        READONLY,
        "LUA_API int lua_error (lua_State *L) {
",
        "LUA_API void lua_enablereadonlytable (lua_State *L, int idx, int on) {
  TValue *t = index2adr(L, idx);
  api_check(L, ttistable(t));
  hvalue(t)->readonly = (on != 0);
}

LUA_API int lua_isreadonlytable (lua_State *L, int idx) {
  TValue *t = index2adr(L, idx);
  api_check(L, ttistable(t));
  return hvalue(t)->readonly;
}

LUA_API int lua_error (lua_State *L) {
",
    ),
    fix(
        "lvm.c",
        WHOLE,
        "int luaV_tostring (lua_State *L, StkId obj) {
",
        "static void write_number (char *s, lua_Number n) {
  /* up to 14 digits are what LUA_NUMBER_FMT gives; a zero may be negative */
  if (n > -1e14 && n < 1e14 && n != 0 && (lua_Number)(long long)n == n) {
    long long whole = (long long)n;
    char digits[16];
    int at = sizeof(digits);
    if (whole < 0) {
      *s++ = '-';
      whole = -whole;
    }
    for (digits[--at] = 0; whole != 0; whole /= 10)
      digits[--at] = (char)('0' + whole % 10);
    memcpy(s, digits + at, sizeof(digits) - at);
  }
  else
    lua_number2str(s, n);
}

int luaV_tostring (lua_State *L, StkId obj) {
",
    ),
    fix(
        "lvm.c",
        WHOLE,
        "    lua_number2str(s, n);
    setsvalue2s(L, obj, luaS_new(L, s));
",
        "    write_number(s, n);
    setsvalue2s(L, obj, luaS_new(L, s));
",
    ),
    fix(
        "lobject.c",
        WHOLE,
        "  char *endptr;
  *result = lua_str2number(s, &endptr);
",
        "  char *endptr;
  const char *digit = s;
  long long whole = 0;
  /* what a double holds exactly */
  while (*digit >= '0' && *digit <= '9' && digit - s < 15)
    whole = whole * 10 + (*digit++ - '0');
  if (digit != s && *digit == '\\0') {
    *result = (lua_Number)whole;
    return 1;
  }
  *result = lua_str2number(s, &endptr);
",
    ),
    fix(
        "lstring.c",
        HASH,
        "  size_t step = (l>>5)+1;  /* if string is too long, don't hash all its chars */
",
        "  size_t step = 1;
",
    ),
    fix(
        "lstrlib.c",
        PATTERN,
        "  int level;  /* total number of captures (finished or unfinished) */
",
        "  int level;  /* total number of captures (finished or unfinished) */
  int depth;
",
    ),
    Fix {
        file: "lstrlib.c",
        why: PATTERN,
        old: "  ms.L = L;
",
        times: 3,
        new: "  ms.L = L;
  ms.depth = 0;
",
    },
    // The declaration of match and its uses stay; its body becomes another function.
    fix(
        "lstrlib.c",
        PATTERN,
        "static const char *match (MatchState *ms, const char *s, const char *p) {
  init:",
        "static const char *match_from (MatchState *ms, const char *s, const char *p);

static const char *match (MatchState *ms, const char *s, const char *p) {
  const char *end;
  if (++ms->depth > 2000) luaL_error(ms->L, \"pattern too complex\");
  end = match_from(ms, s, p);
  ms->depth--;
  return end;
}

static const char *match_from (MatchState *ms, const char *s, const char *p) {
  init:",
    ),
    fix(
        "lstrlib.c",
        EMPTY,
        "  luaL_buffinit(L, &b);
  while (n-- > 0)
    luaL_addlstring(&b, s, l);
",
        "  luaL_buffinit(L, &b);
  while (l > 0 && n-- > 0)
    luaL_addlstring(&b, s, l);
",
    ),
];
