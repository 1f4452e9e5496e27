# SPDX-License-Identifier: BSD-3-Clause
"""Rules of the source tree: who may include whom, and what a file looks like.

    structure.py FOLDER     prints every violation below FOLDER (a source tree), a line each
"""
import re
import sys
from pathlib import Path

# The layers and what each may include besides itself: the diagram of ARCHITECTURE.md.
MATHEMATICS = ["base", "linalg", "landscape", "dynamics", "critical", "geometry"]
LAYERS = {layer: set(MATHEMATICS[:i]) for i, layer in enumerate(MATHEMATICS)}
LAYERS["theory"] = {"base"}
LAYERS["stats"] = {"base"}
LAYERS["parallel"] = {"base", "stats"}
LAYERS["store"] = {"base", "stats"}
LAYERS["study"] = {"base", "stats", "parallel", "store"}
LAYERS["report"] = {"base", "stats", "store"}
LAYERS["studies"] = set(LAYERS) - {"report"}
LAYERS["app"] = set(LAYERS)

# Headers of libraries: pattern of the include, and the folders where it may occur.
LIBRARIES = [
    (r"mpi\.h|boost/(?!math/).*", ["src/parallel"]),
    (r"boost/math/.*", ["src", "tests"]),
    (r"hdf5(_hl)?\.h|H5.*", ["src/store"]),
    (r"cblas\.h|lapacke\.h", ["src/linalg"]),
    (r"toml\+\+/.*|CLI/.*|spdlog/.*|nlohmann/.*|fmt/.*|Random123/.*|zlib\.h", ["src"]),
]
MAY_PRINT = ["src/app", "src/report", "jobs/data"]
LONGEST = 500  # lines

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
COMMENT_OR_TEXT = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])'|"(?:\\.|[^"\\\n])*\"""", re.DOTALL)


def within(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def layer_of(path):
    """src/<layer>/... or include/spinscape/<layer>/...; None elsewhere (src/main.cpp, tests)."""
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ["include", "spinscape"] and len(parts) > 3:
        return parts[2]
    return None


def sources(top, folders=("src", "include", "jobs", "tests")):
    """{path relative to top: text} of all C++ files."""
    found = {}
    for folder in folders:
        for path in sorted((top / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp"):
                found[path.relative_to(top).as_posix()] = path.read_text(encoding="utf-8")
    return found


def resolve(name, path, files):
    """The file of ours that an include in `path` means, or None."""
    folder = path.rsplit("/", 1)[0]
    parts = path.split("/")
    roots = [folder, "include", "tests"] + (["src/" + parts[1]] if parts[0] == "src" else [])
    for root in roots:
        if f"{root}/{name}" in files:
            return f"{root}/{name}"
    return None


def layer_problems(path, includes):
    layer = layer_of(path)
    if layer is None:
        return
    if layer not in LAYERS:
        yield f"{path}: layer '{layer}' is not in the table of layers"
        return
    for name in includes:
        used = name.split("/")[1] if re.fullmatch(r"spinscape/[^/]+/.*", name) else layer
        if used != layer and used not in LAYERS[layer]:
            yield f"{path}: layer {layer} must not include {name}"
        if ".." in name.split("/"):
            yield f"{path}: {name} leaves its folder"


def library_problems(path, includes):
    if not within(path, ["src", "include"]):
        return
    for name in includes:
        for pattern, folders in LIBRARIES:
            if re.fullmatch(pattern, name) and not within(path, folders):
                yield f"{path}: {name} belongs into {' or '.join(folders)} only"


def own_header_problems(path, includes, files):
    """A source starts with its own public header, so that the header is seen to compile alone."""
    own = path.replace("src/", "spinscape/", 1).removesuffix(".cpp") + ".hpp"
    if path.startswith("src/") and "include/" + own in files and includes[:1] != [own]:
        yield f"{path}: the first include must be {own}"


def look_problems(path, text):
    lines = text.splitlines()
    if not lines or not lines[0].startswith("// SPDX-License-Identifier: "):
        yield f"{path}: the first line is not the SPDX licence"
    if len(lines) > LONGEST:
        yield f"{path}: {len(lines)} lines, more than {LONGEST}"
    if "\t" in text:
        yield f"{path}: tabs"
    if path.endswith(".hpp") and "#pragma once" not in lines:
        yield f"{path}: no #pragma once"
    code = COMMENT_OR_TEXT.sub("", text)
    if re.search(r"std::cout\b", code) and within(path, ["src", "include", "jobs"]):
        if not within(path, MAY_PRINT):
            yield f"{path}: std::cout outside of {', '.join(MAY_PRINT)}"


def world_problems(files):
    """One place turns MPI_COMM_WORLD into a communicator; all others get theirs from it."""
    users = [path for path, text in files.items() if within(path, ["src", "include"])
             and "MPI_COMM_WORLD" in COMMENT_OR_TEXT.sub("", text)]
    if len(users) > 1:
        yield f"MPI_COMM_WORLD in {len(users)} files: {', '.join(users)}"


def reference_problems(bibliography, files):
    """Entries are closed before the next begins, keys are unique, and what studies cite is there."""
    depth, keys = 0, set()
    for number, line in enumerate(bibliography.splitlines(), 1):
        entry = re.match(r"@\w+\{([^,]+),", line)
        if entry:
            if depth != 0:
                yield f"references.bib:{number}: {entry[1]} begins within another entry"
                depth = 0
            if entry[1] in keys:
                yield f"references.bib:{number}: {entry[1]} is there twice"
            keys.add(entry[1])
        depth += line.count("{") - line.count("}")
    if depth != 0:
        yield "references.bib: the last entry is not closed"
    for path, text in files.items():
        if within(path, ["src/studies", "src/theory"]):
            for key in re.findall(r'\.source = "([^"]+)"', text):
                if key not in keys:
                    yield f"{path}: {key} is not in references.bib"


def cycle_problems(graph):
    """Every include that closes a cycle, by depth-first search."""
    state = {}

    def visit(path, trail):
        state[path] = "open"
        for target in graph[path]:
            if state.get(target) == "open":
                cycle = trail[trail.index(target):] + [target]
                yield f"include cycle: {' -> '.join(cycle)}"
            elif target not in state:
                yield from visit(target, trail + [target])
        state[path] = "done"

    for path in graph:
        if path not in state:
            yield from visit(path, [path])


def violations(top):
    files = sources(Path(top))
    graph = {}
    found = []
    for path, text in files.items():
        includes = INCLUDE.findall(text)
        targets = (resolve(name, path, files) for name in includes)
        graph[path] = [target for target in targets if target is not None]
        found += layer_problems(path, includes)
        found += library_problems(path, includes)
        found += own_header_problems(path, includes, files)
        found += look_problems(path, text)
    found += world_problems(files)
    found += cycle_problems(graph)
    bibliography = Path(top) / "references.bib"
    if bibliography.exists():
        found += reference_problems(bibliography.read_text(encoding="utf-8"), files)
    return found, len(files)


def main():
    found, count = violations(sys.argv[1])
    print("\n".join(found) if found else f"{count} files, no violation")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
