"""Whatever sources, tests, scripts and pages cite is in the repository: pages and their sections, files, requirements,
literature, links.

Cited like this:
    docs/physics.md, "Initial state"        a page, and the title of one of its sections; pages link it, too
    requirement 9                           a row of docs/dev/requirements.md
    [FPV20], arXiv:2008.01074               an entry of docs/references.bib
"""
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["src", "include", "tests", "scripts", "docs", "configs", "cmake", "data", "python", ".ci"]
SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".toml", ".yaml", ".cmake", ".md", ".txt", ".1", ".bash", ".fish", ""}
REQUIREMENTS, REFERENCES = "docs/dev/requirements.md", "docs/references.bib"
WIDTH = 100  # of a line of a page

PAGE = r"(?<![\w/.-])((?:\.\./)*(?:[\w-]+/)*[\w-]+\.md)\b"
LINK = r"`?(?:\]\([^)]*\))?"  # what may close the name of a page: [physics.md](physics.md)
SECTION = re.compile(PAGE + LINK + r'[\s,(]+"([^"]+)"')
NUMBERED = re.compile(PAGE + LINK + r"\s+(?:section\s+)?(\d+[a-z]?(?:\.\d+)*)\b")
KEY = re.compile(r"\[([A-Z]+\d{2})\]")
EPRINT = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+/\d{7})")


class File:
    def __init__(self, root, path):
        self.root, self.path = root, path
        self.name = path.relative_to(root).as_posix()
        self.text = path.read_text(encoding="utf-8")
        self.is_page = path.suffix == ".md"
        # One line, with as many characters: comments and paragraphs go on after line breaks.
        prefix = r"\n[ \t]*(?:[-*>]\s)?" if self.is_page else r"\n[ \t]*(?://+|#+)?[ \t]*"
        self.flat = re.sub(prefix, lambda m: " " * len(m[0]), self.text).replace('\\"', ' "')

    def problem(self, offset, text):
        return f"{self.name}:{self.text.count(chr(10), 0, offset) + 1}: {text}"

    def page(self, cited):
        """The page that is cited: from the top of the source tree, from docs, or from here."""
        cited = cited.removeprefix("share/doc/qke-decouple/")  # where it is installed
        for folder in (self.root, self.root / "docs", self.path.parent):
            if (folder / cited).is_file():
                return folder / cited
        return None


def files_of(root):
    """Everything that cites, but this file and its examples."""
    paths = [path for path in root.iterdir() if path.is_file() and path.suffix in (".md", ".txt", ".cff")]
    for folder in FOLDERS:
        paths += [path for path in (root / folder).rglob("*") if path.is_file() and path.suffix in SUFFIXES]
    return [File(root, path) for path in sorted(paths)
            if path.name != pathlib.Path(__file__).name and "__pycache__" not in path.parts]


def without_code(text):
    """A page without its fenced and indented blocks, line by line the same."""
    text = re.sub(r"^```.*?^```", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"^    .*$", "", text, flags=re.MULTILINE)


def plain(title):
    return " ".join(title.replace("`", "").split())


def titles_of(page):
    text = without_code(page.read_text(encoding="utf-8"))
    return [plain(title) for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]


def anchors_of(page):
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles_of(page)]


def page_problems(file):
    for match in re.finditer(PAGE, file.flat):
        if file.page(match[1]) is None:
            yield file.problem(match.start(), f"{match[1]} is cited (there is no such page). Name one that exists.")


def path_problems(file):
    """Files and folders that a page names, from the top of the source tree."""
    for match in re.finditer(r"`((?:src|include|tests|scripts|configs|data|docs|cmake)/[\w./-]*\w)`", file.flat):
        if not (file.root / match[1]).exists():
            yield file.problem(match.start(), f"{match[1]} is named (there is no such file). Name one that exists.")


def section_problems(file):
    for match in SECTION.finditer(file.flat):
        page, title = file.page(match[1]), plain(match[2])
        if page and title not in titles_of(page):
            yield file.problem(match.start(2), f'{match[1]}, "{title}" is cited (the page has no such section). '
                               "Name one of its titles.")
    for match in NUMBERED.finditer(file.flat):
        page = file.page(match[1])
        if page and not any(title.startswith(f"{match[2]} ") for title in titles_of(page)):
            yield file.problem(match.start(2), f"{match[1]} {match[2]} is cited (its sections have no numbers). "
                               "Name a title.")
    if file.is_page:
        for match in re.finditer(r'[Ss]ection\s+"([^"]+)"', file.flat):
            if plain(match[1]) not in titles_of(file.path):
                yield file.problem(match.start(1), f'section "{plain(match[1])}" is cited (this page has no such section). '
                                   "Name one of its titles.")


def requirements_of(root):
    """Of every number, the tests that hold it."""
    path = root / REQUIREMENTS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", text, re.MULTILINE)
    return {number: re.findall(r"`([^`]+)`", tests) for number, tests in rows}


def cited_requirements(file):
    return [(match, number) for match in re.finditer(r"\b[Rr]equirements?\s+(\d+(?:(?:,\s+|\s+and\s+)\d+)*)", file.flat)
            for number in re.findall(r"\d+", match[1])]


def requirement_problems(file, requirements):
    for match, number in cited_requirements(file):
        if number not in requirements:
            yield file.problem(match.start(), f"requirement {number} is cited ({REQUIREMENTS} has no such row). "
                               "Add it, or cite another.")
    if file.name.startswith("tests/"):
        for match in re.finditer(r"\brequirement\b(?!\s+\d)|\bRequired:", file.flat, re.IGNORECASE):
            yield file.problem(match.start(), "a requirement without a number (nobody can read it). "
                               f"Cite a row of {REQUIREMENTS}.")


def file_of_test(files, test):
    suite, _, name = test.partition(".")
    pattern = rf"\bTEST(?:_[FP])?\({suite}, {name}\)" if name else rf"\bdef {suite}\("
    return next((file for file in files if file.name.startswith("tests/") and re.search(pattern, file.text)), None)


def unheld_requirements(files, requirements):
    for number, tests in requirements.items():
        for test in tests:
            file = file_of_test(files, test)
            if file is None:
                yield (f"{REQUIREMENTS}: requirement {number} names {test} (there is no such test). "
                       "Name one that holds it.")
            elif number not in [cited for _, cited in cited_requirements(file)]:
                yield (f"{file.name}: {test} holds requirement {number} (it does not say so). "
                       "Cite the number beside its bound.")
        if not tests:
            yield f"{REQUIREMENTS}: requirement {number} has no test (nothing holds it). Name one."


def literature_problems(file, keys, eprints):
    for match in KEY.finditer(file.flat):
        if match[1] not in keys:
            yield file.problem(match.start(), f"[{match[1]}] is cited ({REFERENCES} has no such key). "
                               "Add the entry, or mend the key.")
    for match in EPRINT.finditer(file.flat):
        if match[1] not in eprints:
            yield file.problem(match.start(), f"arXiv:{match[1]} is cited ({REFERENCES} has no such eprint). "
                               "Add the entry, and cite its key.")


def literature(root, files):
    path = root / REFERENCES
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    keys = re.findall(r"^@\w+\{(\w+),", text, re.MULTILINE)
    eprints = re.findall(r"eprint\s*=\s*\{([^}]*)\}", text)
    for file in files:
        yield from literature_problems(file, keys, eprints)
    cited = {key for file in files for key in KEY.findall(file.flat)}
    for key in keys:
        if key not in cited:
            yield f"{REFERENCES}: {key} is nowhere cited (a list of literature grows stale). Cite it, or remove it."


def link_problems(file):
    """Relative links and images, [text](path#anchor); addresses of the web are not opened."""
    for match in re.finditer(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", without_code(file.text)):
        path, anchor = match[1], (match[2] or "")[1:]
        if re.match(r"\w+:", path):
            continue
        target = file.path if not path else file.path.parent / path
        if not target.exists():
            yield file.problem(match.start(), f"the link {path} leads nowhere (no such file). Mend its path.")
        elif anchor and anchor not in anchors_of(target):
            yield file.problem(match.start(), f"the link {path}#{anchor} leads nowhere (no such section). Mend its anchor.")


def shape_problems(file):
    """Formulas that code hosts show as formulas, and lines that fit on a screen; tables cannot be wrapped."""
    inside = False
    for number, line in enumerate(without_code(file.text).split("\n"), 1):
        where = f"{file.name}:{number}: "
        if "$$" in line:
            inside = not inside
            if line != "$$":
                yield where + "$$ does not stand alone (code hosts then show no formula). Give it a line of its own."
        elif inside and re.match(r"\s*([-+*=#>]|\d+\.)\s", line):
            yield where + ("a line of a formula begins like a list (code hosts show it as one). "
                           "End the line before with the sign.")
        elif inside and re.search(r"\\[,;!{}\\]", line):
            yield where + "a backslash before punctuation in $$ (Markdown swallows it). Write it in another way."
        elif len(line) > WIDTH and not line.lstrip().startswith(("|", "!", "<!--")):
            yield where + f"{len(line)} characters (a line of a page has {WIDTH}). Wrap it."


def problems_of(root):
    files = files_of(root)
    requirements = requirements_of(root)
    for file in files:
        yield from page_problems(file)
        yield from section_problems(file)
        yield from requirement_problems(file, requirements)
        if file.is_page:
            yield from path_problems(file)
            yield from link_problems(file)
            yield from shape_problems(file)
    yield from unheld_requirements(files, requirements)
    yield from literature(root, files)


class Citations(unittest.TestCase):
    def test_what_is_cited_exists(self):
        problems = list(problems_of(ROOT))
        self.assertEqual(problems, [], "\n" + "\n".join(problems))

    def test_there_is_something_to_check(self):
        files = files_of(ROOT)
        self.assertGreater(sum(len(SECTION.findall(file.flat)) for file in files), 30)
        self.assertGreater(sum(len(KEY.findall(file.flat)) for file in files), 30)
        self.assertGreater(len(requirements_of(ROOT)), 10)


SOUND = {
    "docs/physics.md": "# Physics\n\n## The start\n\n[FPV20], section \"The start\", [here](#the-start), ![x](x.png)\n\n"
                       "$$\na = b\n$$\n",
    "docs/x.png": "",
    "docs/dev/requirements.md": "| 1 | a | b | `Suite.Name`, `test_it` |\n",
    "docs/references.bib": "@article{FPV20,\n  eprint = {2008.01074}\n}\n",
    "src/a.cpp": '// docs/physics.md, "The\n// start"; arXiv:2008.01074\n',
    "tests/a_test.cpp": "TEST(Suite, Name) {}  // requirement 1\n",
    "tests/a_test.py": "def test_it(): pass  # requirement 1\n",
}

FAULTS = {
    "no such page": ("src/a.cpp", "// docs/chemistry.md\n"),
    "no such section": ("src/a.cpp", '// docs/physics.md ("The\n//   end")\n'),
    "sections have no numbers": ("src/a.cpp", "// docs/physics.md 3.2\n"),
    "this page has no such section": ("docs/new.md", 'See section "The end".\n'),
    "no such row": ("tests/b_test.cpp", "// requirement 2\n"),
    "nobody can read it": ("tests/b_test.cpp", "// the requirement\n"),
    "no such test": ("tests/a_test.cpp", "// requirement 1\n"),
    "does not say so": ("tests/a_test.py", "def test_it(): pass\n"),
    "nothing holds it": ("docs/dev/requirements.md", "| 1 | a | b | by inspection |\n"),
    "no such key": ("src/a.cpp", "// [FPV21]\n"),
    "no such eprint": ("src/a.cpp", "// arXiv:2008.01075\n"),
    "grows stale": ("docs/references.bib", "@article{FPV20,\n  eprint = {2008.01074}\n}\n@book{GVL13,\n}\n"),
    "there is no such file": ("docs/new.md", "`src/b.cpp`\n"),
    "no such file": ("docs/new.md", "[x](y.png)\n"),
    "leads nowhere (no such section)": ("docs/new.md", "[x](physics.md#the-end)\n"),
    "does not stand alone": ("docs/new.md", "$$ a = b $$\n"),
    "begins like a list": ("docs/new.md", "$$\na\n+ b\n$$\n"),
    "Markdown swallows it": ("docs/new.md", "$$\na\\,b\n$$\n"),
    "Wrap it": ("docs/new.md", "x" * 101 + "\n"),
}


class Faults(unittest.TestCase):
    def problems(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (SOUND | changes).items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return list(problems_of(pathlib.Path(folder)))

    def test_a_sound_tree_has_none(self):
        self.assertEqual(self.problems({}), [])

    def test_each_kind_is_found(self):
        for reason, (name, text) in FAULTS.items():
            with self.subTest(reason=reason):
                problems = self.problems({name: text})
                self.assertTrue(any(reason in problem for problem in problems), problems)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
