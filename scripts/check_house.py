#!/usr/bin/env python3
"""Checks the house rules that no compiler knows: first lines, where words live, lengths, phrases and their use."""
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = {".git", "build", "var", "node_modules", "vendor", "__pycache__", "screens"}
COMMENT = {
    ".h": ("//",), ".cpp": ("//",), ".c": ("//",), ".js": ("//", "/*"), ".mjs": ("//", "/*"), ".css": ("/*",),
    ".html": ("{{!", "<!--"), ".sql": ("--",), ".py": ('"""', "#"), ".sh": ("#",), ".cmake": ("#",), ".toml": ("#",),
}
CODE = {".h", ".cpp", ".c"}
MOST_LINES = 400
# Han and Bopomofo; punctuation alone says nothing to anybody.
CHINESE = re.compile("[\u2e80-\u2fdf\u3105-\u312f\u3400-\u9fff\uf900-\ufaff]")
# A comment may quote the words it speaks about; a string literal may hold what looks like a comment.
COMMENTED = re.compile(r'("(?:[^"\\]|\\.)*")|//.*|/\*.*|^\s*\*.*')
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")
# In C++ an apostrophe is a character (of which '"' matters here) or a digit separator; in JavaScript it is a quote.
CPP_LITERAL = re.compile(r"'(?:\\.|[^\\'\n])'" + r'|"((?:[^"\\\n]|\\.)*)"')
JS_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"' + r"|'((?:[^'\\\n]|\\.)*)'")
DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
FILE_NAME = re.compile(r".*\.(html|js|css|json|toml|sql|csv|txt|h|cpp|md|png|svg|db|log|key|sock)")


def our_files():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if f not in SKIPPED)
        for name in sorted(names):
            yield pathlib.Path(folder) / name


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def first_line_says(path, lines):
    marks = COMMENT.get(path.suffix)
    script = bool(lines) and lines[0].startswith("#!")
    if path.name == "CMakeLists.txt" or (not path.suffix and script):
        marks = ("#",)
    if marks is None:
        return True
    after = lines[1:] if script or (lines and lines[0].lower().startswith("<!doctype")) else lines
    return bool(after) and after[0].strip().startswith(marks) and len(after[0].strip()) > 10


def findings_in(path, text):
    name, lines = name_of(path), text.splitlines()
    room = name.split("/")[0]
    if not first_line_says(path, lines):
        yield f"{name}:1: the first line does not say what the file is for"
    if room in ("bot", "handlers", "store", "config") and path.suffix in CODE and len(lines) > MOST_LINES:
        yield f"{name}: {len(lines)} lines; {MOST_LINES} is the most"
    wordless = room != "tests" and (path.suffix in CODE or path.suffix in (".js", ".mjs"))
    for number, line in enumerate(lines, 1):
        if wordless and CHINESE.search(COMMENTED.sub(r"\1", line)):
            yield f"{name}:{number}: words that a person reads belong in config/phrases"
        if UNFINISHED.search(line):
            yield f"{name}:{number}: unfinished work stands in an issue, not in the code"


def keys_of(node, prefix=""):
    """Every leaf of a phrase file by its dotted path; a list of variants is one leaf."""
    if not isinstance(node, dict):
        return {prefix}
    return {key for name, below in node.items() for key in keys_of(below, f"{prefix}.{name}" if prefix else name)}


def phrase_keys():
    keys = {}
    for path in sorted((ROOT / "config" / "phrases").glob("*.json")):
        for key in keys_of(json.loads(path.read_text(encoding="utf-8"))):
            keys[key] = name_of(path)
    return keys


def literals(path, text):
    """What a source or page names: whole string literals in code, dotted words in a page."""
    if path.suffix == ".html":
        return {match[0] for match in DOTTED.finditer(text)}
    pattern = CPP_LITERAL if path.suffix in CODE else JS_LITERAL
    return {"".join(filter(None, match.groups())) for match in pattern.finditer(text)}


def phrase_findings(texts):
    keys = phrase_keys()
    if not keys:
        return
    groups = {key.split(".")[0] for key in keys if "." in key}
    used, where = set(), {}
    for path, text in texts.items():
        if path.suffix not in CODE | {".html", ".js"} or name_of(path).startswith("tests/"):
            continue
        found = literals(path, text)
        used |= found
        for literal in found:
            where.setdefault(literal, name_of(path))
    # A literal that ends with a dot is the start of keys which the code completes, such as "crisis.card.".
    starts = tuple(word for word in used if re.fullmatch(r"([a-z][a-z0-9_]*\.)+", word))
    for key, file in sorted(keys.items()):
        if key.startswith("_"):
            continue
        if key not in used and not (starts and key.startswith(starts)):
            yield f"{file}: nobody uses the phrase {key}"
    inner = {key.rsplit(".", depth)[0] for key in keys for depth in range(1, key.count(".") + 1)}
    for word in sorted(used):
        asked = DOTTED.fullmatch(word) and word.split(".")[0] in groups and not FILE_NAME.fullmatch(word)
        # Settings ("store.directory") are named in config/ and are no phrases.
        if asked and word not in keys and word not in inner and not where[word].startswith("config/"):
            yield f"{where[word]}: there is no phrase {word}"


def main():
    texts = {}
    for path in our_files():
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 1 << 20:
            continue
        try:
            texts[path] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    found = [finding for path, text in texts.items() for finding in findings_in(path, text)]
    found += phrase_findings(texts)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
