#!/usr/bin/env python3
"""Checks who may include whom: our own rooms, and the libraries that only one room may touch."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("bot", "config", "store", "handlers", "tests")

# A room may include itself and these. "handlers/*" is any feature; features never include each other.
BELOW_BOT = {"config", "store", "store/model", "handlers", "handlers/*"}
ALLOWED = {
    "config": set(),
    "store/model": set(),
    "store": {"store/model"},
    "handlers": {"store/model"},
    "handlers/*": {"handlers", "store/model"},
    "bot/flow": BELOW_BOT | {"bot"},
    "bot/web": BELOW_BOT | {"bot", "bot/flow"},
    "bot/line": BELOW_BOT | {"bot", "bot/flow"},
    "bot/console": BELOW_BOT | {"bot", "bot/flow", "bot/web"},
    "bot": BELOW_BOT | {"bot/flow", "bot/web", "bot/line", "bot/console"},
    "tests": BELOW_BOT | {"bot", "bot/flow", "bot/web", "bot/line", "bot/console", "tests/line_simulator"},
    "tests/line_simulator": set(),
}
# bot/*.h that stand above the rooms; the others (clock, log) are shared by all of bot.
ABOVE_THE_ROOMS = {"bot/service.h"}
LIBRARIES = {
    r"httplib\.h": {"bot/web", "tests", "tests/line_simulator"},
    r"curl/.*": {"bot/line", "tests"},
    r"SQLiteCpp/.*|sqlite3\.h": {"store", "tests"},
    r"liboath/.*": {"store", "tests"},
    r"qrencode\.h": {"bot/console"},
    r"CLI/.*": {"bot"},
    r"kainjow/.*|mustache\.hpp": {"bot/console", "handlers", "handlers/*", "tests"},
    r"toml\+\+/.*": {"config", "tests"},
}
# A step is pure: nothing under handlers/ opens a file, reads a clock, makes a random number or starts a thread.
IMPURE_HEADERS = re.compile(r"f?stream|filesystem|thread|mutex|random|ctime|sodium\.h|openssl/.*|unistd\.h|cstdio")
IMPURE_WORDS = re.compile(r"\b(system_clock|steady_clock)\b|\btime\((NULL|nullptr|0)\)")
GENERATED = {
    "config/embedded.h": "config",
    "store/embedded.h": "store",
    "console/embedded.h": "bot/console",
    "simulator/embedded.h": "tests/line_simulator",
}


def room_of(path):
    """The room of a path relative to the root, or None when it is not one of ours."""
    if path in GENERATED:
        return GENERATED[path]
    parts = path.split("/")
    if parts[0] not in FOLDERS or len(parts) < 2:
        return None
    if parts[0] == "handlers":
        return "handlers" if len(parts) == 2 else "handlers/*"
    pair = "/".join(parts[:2])
    if len(parts) > 2 and pair in ALLOWED:
        return pair
    return parts[0]


def wrong_of_ours(file, room, target):
    theirs = room_of(target)
    if theirs is None:
        return f'"{target}" is not a path from the root of the project'
    if target not in GENERATED and not (ROOT / target).is_file():
        return f'"{target}" does not exist'
    if room == theirs == "handlers/*":
        same = file.split("/")[1] == target.split("/")[1]
        return None if same else f"a feature may not include another one ({target})"
    if target in ABOVE_THE_ROOMS and room not in ("bot", "tests"):
        return f"{room} may not include {target}"
    if theirs == room or theirs in ALLOWED[room]:
        return None
    return f"{room} may not include {theirs} ({target})"


def wrong_of_libraries(room, target):
    for pattern, rooms in LIBRARIES.items():
        if re.fullmatch(pattern, target) and room not in rooms:
            return f"<{target}> belongs to {', '.join(sorted(rooms))}, not to {room}"
    if room.startswith("handlers") and IMPURE_HEADERS.fullmatch(target):
        return f"<{target}>: handlers are pure"
    return None


def findings_in(path):
    file = path.relative_to(ROOT).as_posix()
    room = room_of(file)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        wrong = None
        if include and include[1] and not re.fullmatch("|".join(LIBRARIES), include[1]):
            wrong = wrong_of_ours(file, room, include[1])
        elif include:
            wrong = wrong_of_libraries(room, include[1] or include[2])
        elif room.startswith("handlers") and IMPURE_WORDS.search(line):
            wrong = "handlers are pure: the clock is read before the step"
        if wrong:
            yield f"{file}:{number}: {wrong}"


def main():
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp") and "node_modules" not in path.parts:
                found += findings_in(path)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
