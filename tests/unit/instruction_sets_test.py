#!/usr/bin/env python3
"""instruction_sets_test.py NM OBJECT...: what objects with AVX code define, no other source may define.

Of several weak symbols of one name the linker keeps any. One in such an object is harmless only if its name has
the instruction set in it (the namespaces qke::avx2, Eigen_avx2, ...).
"""
import pathlib
import re
import subprocess
import sys

AVX = re.compile(r"qke_kernels_(avx\w+)")


def shared_symbols(nm, path, name):
    listing = subprocess.run([nm, "--demangle", "--defined-only", path], check=True, capture_output=True, text=True).stdout
    for line in listing.splitlines():
        kind, symbol = line.split(maxsplit=2)[1:]
        # Lower case is local, but for u (unique), v and w (weak). Names of the compiler's own are data.
        if (kind.isupper() or kind in "uvw") and name not in symbol and not symbol.startswith("DW.ref."):
            yield f"{pathlib.Path(path).name} of {name} defines {kind} {symbol}"


def main():
    nm, *objects = sys.argv[1:]
    with_avx = [(path, AVX.search(path)[1]) for path in objects if AVX.search(path)]
    problems = [problem for path, name in with_avx for problem in shared_symbols(nm, path, name)]
    print("\n".join(problems) if problems else f"{len(with_avx)} of {len(objects)} objects have AVX code, all of it their own")
    return 1 if problems or not objects else 0


if __name__ == "__main__":
    sys.exit(main())
