"""What the scripts that write the tables of docs/ share."""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def replace_table(document, marker, rows):
    """The rows of a table of docs/DOCUMENT, between <!-- marker --> and its end; the table's head stays."""
    path = ROOT / "docs" / document
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {marker} -->\n", f"<!-- end of {marker} -->"
    before, rest = text.split(begin)
    table, after = rest.split(end)
    head = table.split("\n")[:2]
    lines = head + [f"| {' | '.join(row)} |" for row in rows]
    path.write_text(before + begin + "\n".join(lines) + "\n" + end + after, encoding="utf-8")
