#!/usr/bin/env python3
"""Fails when a lower layer includes a higher one, or a library's header is included outside its one place.

Run by ctest (label unit); without arguments it checks the source tree it stands in.
"""

import pathlib
import re
import sys

# From low to high: a file includes files of its own row and of the rows above it in this table.
# A name is a folder of src, or a public header (include/qke).
LAYERS = [
    ["qke/error", "qke/version", "qke/parameters", "qke/run_record"],
    ["base"],
    ["numerics"],
    ["flavour"],
    ["model"],
    ["components"],
    ["oscillations"],
    ["collisions"],
    ["cosmology"],
    ["evolution"],
    ["integrator"],
    ["diagnostics"],
    ["record"],
    ["output"],
    ["config"],
    ["run", "qke/run"],
    ["session"],
    ["command"],
    ["main"],
]

# Layers that may include less than what stands above them.
ONLY = {"integrator": ["qke/error", "base", "numerics", "integrator"]}

# Header of a library: the one folder that includes it. Reals become text in src/base/text.hpp alone; src/output has
# renameat2 from <cstdio>.
LIBRARIES = {
    r"(sundials|cvodes?|arkode|nvector|sunmatrix|sunlinsol|sunnonlinsol)/": ["src/integrator"],
    r"(hdf5|hdf5_hl|H5\w+)\.h$": ["src/output"],
    r"(toml\+\+/|toml\.hpp$)": ["src/config"],
    r"CLI/": ["src/command"],
    r"(cstdio|stdio\.h|iomanip|format|fmt/.*)$": ["src/base", "src/output"],
}

RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    """Of a path below src or include: components/plasma/qed_pressure.hpp is in layer components, qke/run.hpp in qke/run."""
    parts = pathlib.PurePosixPath(path).parts
    return "/".join(parts[:2]).split(".")[0] if parts[0] == "qke" else parts[0].split(".")[0]


def own_include_problem(layer, header):
    target = layer_of(header)
    if target not in RANK:
        return f"includes {header} (layer {target} is not in the table). Add it to LAYERS."
    if layer in ONLY and target not in ONLY[layer]:
        return f"includes {header} ({layer} may include only {', '.join(ONLY[layer])}). Pass it as an argument."
    if layer.startswith("qke/") and not target.startswith("qke/"):
        return f"includes {header} (a public header is installed without it). Include public headers only."
    if RANK[target] > RANK[layer]:
        return f"includes {header} (layer {target} is above {layer}). Move the code down."
    return None


def library_include_problem(path, header):
    for pattern, places in LIBRARIES.items():
        if re.match(pattern, header) and not any(str(path).startswith(place + "/") for place in places):
            return f"includes {header} (only {', '.join(places)} may). Hide it behind that folder's interface."
    return None


def problems_of(root, path, below):
    layer = layer_of(below)
    if layer not in RANK:
        yield f"{path}: is in no layer (layer {layer} is not in the table). Add it to LAYERS."
        return
    for mark, header in INCLUDE.findall((root / path).read_text(encoding="utf-8")):
        problem = own_include_problem(layer, header) if mark == '"' else library_include_problem(path, header)
        if problem:
            yield f"{path}: {problem}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    problems, files = [], 0
    for folder in ("include", "src"):
        for path in sorted((root / folder).rglob("*.?pp")):
            files += 1
            below = path.relative_to(root / folder).as_posix()
            problems += problems_of(root, path.relative_to(root).as_posix(), below)
    print("\n".join(problems) if problems else f"{files} files: every include respects the layers")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
