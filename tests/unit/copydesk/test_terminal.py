"""Text of others on a terminal."""

import pytest

from copydesk.terminal import escaped, line, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße aus 東京 👩‍🚒\tx\ny", "Grüße aus 東京 👩‍🚒\tx\ny"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]52;c;aGk=\x07", "]52;c;aGk="),
        ("a\x9b2Jb\x7f\x00\r\x08c", "a2Jbc"),
        ("safe\u202egnp.exe\u2066\u200f", "safegnp.exe"),
        ("half \ud83d", "half "),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
    ],
)
def test_controls_go_and_the_rest_stays(text, shown):
    assert plain(text) == shown
    shown.encode()


def test_a_line_is_one_line_cut_where_asked():
    assert line("  two\n lines\t here ") == "two lines here"
    assert line("abcdef", 6) == "abcdef"
    assert line("abcdef", 5) == "abcd…"
    assert line("abc def", 5) == "abc…"


def test_bytes_are_shown_with_escapes():
    assert escaped("Grüße\n".encode() + b"\xff\x1b[2J\x00") == "Grüße\n\\xff\\x1b[2J\\x00"
    assert escaped("\u202e".encode()) == "\\x202e"
