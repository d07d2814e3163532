"""Files that Ada sends as lists: workbooks, encodings, bombs, and what is no list at all."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from tests.fakes.browser import send, signed_in, words
from tests.fakes.house import House
from tests.fakes.lists import ASSETS, everything, figures, looked


def workbook(rows: list[list[Any]], *, merge: str = "", sheets: int = 1, shown: str = "") -> SimpleUploadedFile:
    """A workbook whose first sheet has these rows; `shown` is the format of its first column."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "First"
    for row in rows:
        sheet.append(row)
    for cell in sheet["A"] if shown else ():
        cell.number_format = shown
    if merge:
        sheet.merge_cells(merge)
    for number in range(1, sheets):
        book.create_sheet(f"Other {number}").append(["Reference"])
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("list.xlsx", content.getvalue())


HEADING = ["Reference", "Name", "Type", "Site"]


def test_a_workbook_is_read_from_its_first_sheet_and_says_so(house: House) -> None:
    page = looked(signed_in("ada"), "assets", file=workbook([[], HEADING, ["A-1", 7, "lift", "LIB-1"]], sheets=2))
    assert figures(page) == (1, 0, 0, 0)
    assert "Read from the first sheet, First; the others are left out." in words(page)
    assert "Name</span> 7" in words(page)


UNCLEAR = {
    "formula": (["A-1", "=1+1", "lift", "LIB-1"], "The cell holds a formula."),
    "date": ([datetime(2026, 1, 5), "Lift", "lift", "LIB-1"], "Excel made a date of this cell (2026-01-05)."),
    "error": (["A-1", "#REF!", "lift", "LIB-1"], "The cell holds an error: #REF!."),
    "beyond": (["A-1", "Lift", "lift", "LIB-1", "", "x"], "a cell beyond the last column"),
}


@pytest.mark.parametrize("row", UNCLEAR)
def test_a_cell_that_says_no_plain_text_is_named_and_the_other_lines_are_read(house: House, row: str) -> None:
    cells, said = UNCLEAR[row]
    page = looked(signed_in("ada"), "assets", file=workbook([HEADING, cells, ["A-2", "Lift", "lift", "LIB-1"]]))
    assert figures(page) == (1, 0, 0, 1)
    assert said in words(page)
    assert '<td class="number">2 ' in words(page)


EXTRA = [*HEADING, "extra0", "extra1"]


def test_only_the_cells_of_columns_that_are_imported_are_looked_at(house: House) -> None:
    rows: list[list[Any]] = [
        EXTRA,
        ["A-1", "Lift", "lift", "LIB-1", "=1+1", datetime(2026, 1, 5)],
        ["A-2", "Lift", "lift", "LIB-1", "#REF!", ""],
        ["", "", "", "", "=SUM(A1:A2)", ""],
        ["A-3", "=1+1", "lift", "LIB-1", "", ""],
    ]
    page = looked(signed_in("ada"), "assets", file=workbook(rows, merge="E2:E3"))
    assert figures(page) == (2, 0, 0, 1)
    assert '<td class="number">5 ' in words(page)
    assert "Left out, as no column here is called so: extra0, extra1." in words(page)


def test_of_a_text_too_only_the_columns_that_are_imported_are_looked_at(house: House) -> None:
    text = "Reference,Note,Name,Type,Site\nA-1,b\x00d \ufffd,Lift,lift,LIB-1\n"
    page = looked(signed_in("ada"), "assets", file=SimpleUploadedFile("list.csv", text.encode()))
    assert figures(page) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("value", "shown", "taken"),
    [
        (123, "00000", "00123"), (123456, "00000", "123456"), (0, "000", "000"), (123.0, "00000", "00123"),
        (7, '"HH-"000', "HH-007"), (7, r"\H\-000\x", "H-007x"), (123, "General", "123"), (123, "0", "123"),
        (1234, "#,##0", "1234"), (1.1, "0.00", "1.10"), (1.126, "0.00", "1.126"), (123, "@", "123"),
        (5, "00;-00", "05"), (300, "#,##0.00", "300"), (300, '#,##0.00\\ "€"', "300"),
        (300, '_-* #,##0.00\\ "€"_-;-* 0', "300"), (3, "[$CHF] 0", "3"),
    ],
)  # fmt: skip
def test_a_number_comes_in_as_it_is_shown(house: House, value: float, shown: str, taken: str) -> None:
    page = looked(signed_in("ada"), "assets", file=workbook([HEADING, [value, "Lift", "lift", "LIB-1"]], shown=shown))
    assert figures(page) == (1, 0, 0, 0)
    assert f'2 <span class="strong">{taken}</span>' in words(page)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(123456, "000-000"), (0.05, "0%"), (-5, "00000"), (1.5, "000"), (5, '0 "EUR"'), (-5, "00;-00"), (123, "00 000")],
)
def test_a_number_that_is_shown_in_a_way_of_its_own_is_refused(house: House, value: float, shown: str) -> None:
    rows = [HEADING, [value, "Lift", "lift", "LIB-1"], ["A-2", "Lift", "lift", "LIB-1"]]
    page = looked(signed_in("ada"), "assets", file=workbook(rows, shown=shown))
    assert figures(page) == (1, 0, 0, 1)
    assert f"Excel shows this number ({value}) in another way than it is kept." in words(page)


def test_merged_cells_are_named_at_the_lines_that_they_hide(house: House) -> None:
    rows = [
        HEADING,
        ["A-1", "Lift", "lift", "LIB-1"],
        ["A-2", "Lift", "lift", "LIB-1"],
        ["A-3", "Lift", "lift", "LIB-1"],
    ]
    page = looked(signed_in("ada"), "assets", file=workbook(rows, merge="C2:C3"))
    assert figures(page) == (2, 0, 0, 1)
    assert "Cells are merged here." in words(page)


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_part(name: str, part: bytes) -> bytes:
    """A workbook of which one part is another."""
    whole = workbook([HEADING, ["A-1", "Lift", "lift", "LIB-1"]]).read()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return zipped({one: archive.read(one) for one in archive.namelist()} | {name: part})


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
NO_LISTS = {
    "empty": (b"", "The file is empty"),
    "blank": (b"\n\n\n", "The file is empty"),
    "no known column": (b"a,b\n1,2\n", "The first line must name the columns, Reference among them."),
    "a column twice": (b"Reference,Reference,Name\n1,2,3\n", "The column Reference is there twice."),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "is an old Excel file, or has a password"),
    "no workbook": (zipped({"a.txt": b"x"}), "The workbook is damaged, or has a password."),
    "cut zip": (workbook([HEADING]).read()[:-40], "The workbook is damaged, or has a password."),
    "empty sheet": (workbook([]).read(), "The file is empty"),
    "bomb": (
        with_part("xl/media/zeros.bin", b"0" * 40_000_000),
        "The workbook unpacks to more than is read here, which is about 300,000 cells.",
    ),
    "many tags": (
        with_part(SHEET, b"<c/>" * 3_100_000),
        "The workbook unpacks to more than is read here, which is about 300,000 cells.",
    ),
    "laughs": (with_part(SHEET, LAUGHS), "The workbook is damaged, or has a password."),
    "packed bomb": (gzip.compress(b"Reference\n" + b"0" * 70_000_000), "the file is larger than what is read here"),
    "packed and cut": (gzip.compress(b"Reference,Name\n1,2\n" * 50)[:-9], "is packed and damaged"),
    "60 MB": (b"Reference,Name\n" + b"x" * 60_000_000, "The file has 60 MB; at most 20 MB are taken."),
}


@pytest.mark.parametrize("name", NO_LISTS)
def test_a_file_that_is_no_list_is_refused_in_words(house: House, name: str) -> None:
    content, said = NO_LISTS[name]
    ada, before = signed_in("ada"), everything()
    page = looked(ada, "assets", file=SimpleUploadedFile("list", content))
    assert page.status_code == 422
    assert said in words(page)
    assert "/tmp" not in words(page)
    assert everything() == before


@pytest.mark.parametrize(
    ("before", "line"), [("\n \t\n;;;\n", 5), ("sep=;\n", 3), ("\r\nSEP=;\r\n\r\n", 5), ("\ufeffsep=;\n", 3)]
)
def test_what_stands_before_the_columns_is_passed_over_and_lines_keep_their_numbers(
    house: House, before: str, line: int
) -> None:
    text = before + "Reference;Name;Type;Site\nA-1;Lift, old, slow, loud;lift;NOWHERE\nA-2;Lift;lift;LIB-1\n"
    page = looked(signed_in("ada"), "assets", text)
    assert figures(page) == (1, 0, 0, 1)
    assert f'<td class="number">{line} ' in words(page)


@pytest.mark.parametrize("text", [";;;\n", "sep=;\n", ","])
def test_a_text_that_names_no_column_is_called_a_text(house: House, text: str) -> None:
    ada = signed_in("ada")
    page = send(ada, "/administration/import/assets", text=text)
    assert page.status_code == 422
    assert "The text is empty, or its first line does not name the columns." in words(page)


def test_nothing_and_both_are_refused_in_words(house: House) -> None:
    ada = signed_in("ada")
    assert "Paste the lines, or choose a file." in words(looked(ada, "assets"))
    both = looked(ada, "assets", ASSETS, file=SimpleUploadedFile("a.csv", ASSETS.encode()))
    assert "Paste the lines or choose a file, not both." in words(both)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_whatever_its_encoding(house: House, encoding: str, packed: bool) -> None:
    content = ASSETS.replace("Boiler 1", "Brühl").encode(encoding)
    file = SimpleUploadedFile("list.csv.gz", gzip.compress(content) if packed else content)
    assert "Brühl" in words(looked(signed_in("ada"), "assets", file=file))


def test_as_many_cells_of_a_workbook_are_read_as_the_page_says(house: House) -> None:
    ada = signed_in("ada")
    assert "some 300,000 cells" in words(ada.get("/administration/import/assets"))
    wide = [f"extra{number}" for number in range(96)]
    rows = [[*HEADING, *wide], *([f"A-{n}", "Lift", "lift", "LIB-1", *wide] for n in range(3000))]
    assert figures(looked(ada, "assets", file=workbook(rows))) == (3000, 0, 0, 0)


TITLES = [["Our lifts, 2026"], ["Printed by", "Nora"], []]


@pytest.mark.parametrize("kind", ["text", "workbook"])
@pytest.mark.parametrize(("titles", "line"), [(TITLES, 4), ([["Title"]] * 10, 11)])
def test_titles_above_the_columns_are_left_out_and_the_page_says_so(
    house: House, kind: str, titles: list[list[str]], line: int
) -> None:
    rows = [*titles, HEADING, ["A-1", "Lift", "lift", "LIB-1"], ["A-2", "Lift", "lift", "NOWHERE"]]
    text = "\n".join(";".join(row) for row in rows)
    file = workbook(rows) if kind == "workbook" else SimpleUploadedFile("list.csv", text.encode())
    page = looked(signed_in("ada"), "assets", file=file)
    assert figures(page) == (1, 0, 0, 1)
    assert f"Line {line} names the columns; what stands above it was left out." in words(page)
    assert f'<td class="number">{line + 2} ' in words(page)


@pytest.mark.parametrize("kind", ["text", "workbook"])
def test_eleven_titles_are_too_many(house: House, kind: str) -> None:
    rows = [["Title"]] * 11 + [HEADING]
    file = (
        workbook(rows)
        if kind == "workbook"
        else SimpleUploadedFile("list.csv", "\n".join(map(";".join, rows)).encode())
    )
    page = looked(signed_in("ada"), "assets", file=file)
    assert (page.status_code, "The first line must name the columns" in words(page)) == (422, True)


def test_a_list_without_titles_says_nothing_of_its_columns(house: House) -> None:
    assert "names the columns" not in words(looked(signed_in("ada"), "assets", ASSETS))


@pytest.mark.parametrize(
    ("encoding", "chosen", "said"),
    [
        ("cp1250", "cp1250", "it was read as Central European."), ("cp1252", "", "it was read as Western European."),
        ("utf-8", "cp1250", ""), ("utf-16", "cp1250", ""),
    ],
)  # fmt: skip
def test_of_what_is_no_utf_8_ada_says_what_it_is(house: House, encoding: str, chosen: str, said: str) -> None:
    name = "Łódź" if encoding != "cp1252" else "Brühl"
    file = SimpleUploadedFile("list.csv", ASSETS.replace("Boiler 1", name).encode(encoding))
    page = looked(signed_in("ada"), "assets", file=file, else_in=chosen)
    assert (figures(page), name in words(page)) == ((1, 0, 0, 0), True)
    assert said in words(page)
    assert said or "The file is not UTF-8" not in words(page)


@pytest.mark.parametrize("chosen", ["cp1252", "cp1250", "utf-7"])
def test_a_file_that_cannot_be_read_so_says_what_can_be_done_on_the_page(house: House, chosen: str) -> None:
    file = SimpleUploadedFile("list.csv", ASSETS.encode().replace(b"Boiler", b"\x81\x83\x90"))
    page = looked(signed_in("ada"), "assets", file=file, else_in=chosen)
    assert page.status_code == 422
    assert "mapping" not in words(page)
    other = chosen.replace("cp", "Windows-")
    said = f"The file cannot be read as UTF-8 or {other}. Choose another encoding beside it, or save it as UTF-8."
    assert ("Choose one of these." if chosen == "utf-7" else said) in words(page)
