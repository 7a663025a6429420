#!/usr/bin/env python3
"""Checks the npm locks: they fit their package.json, name no download address, and pin every package by its sum."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("bot/console/vendor", "tests/e2e")


def findings_in(folder):
    asked = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    for name, version in asked.get("dependencies", {}).items():
        entry = lock["packages"].get(f"node_modules/{name}", {})
        if entry.get("version") != version:
            yield f"{folder}: {name} is {version} in package.json and {entry.get('version')} in the lock"
    for name, entry in lock["packages"].items():
        if "resolved" in entry:
            yield f"{folder}: {name} names a download address"
        if name and not entry.get("integrity"):
            yield f"{folder}: {name} has no integrity sum"
        if entry.get("hasInstallScript"):
            yield f"{folder}: {name} wants to run a script when it is installed"


def main():
    found = [finding for folder in FOLDERS for finding in findings_in(folder)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
