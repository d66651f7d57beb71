"""What a browser is sent of scripts and style sheets: less than lies here, and the same program to the last letter."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from filiform.web import assets
from tests import needs
from tests.web.templates import SOURCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCRIPTS = sorted(SOURCE.glob("**/static/**/*.js"))
SHEETS = sorted(SOURCE.glob("**/static/**/*.css"))
COMPARE = Path(__file__).with_name("program.cjs")
LEDGER = "/static/needle/ledger.js"
RULES = (
    "text => { const one = new CSSStyleSheet(); one.replaceSync(text); return [...one.cssRules].map(r => r.cssText) }"
)


def sent(address: str, **headers: str) -> Any:
    return Client().get(address, headers=headers)


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


# ---- the same program


def other_programs(pairs: list[tuple[str, str, str]]) -> list[str]:
    """The names of those whose two texts are not the same program, by the parser that Node brings."""
    done = subprocess.run(
        [needs.node_alone(), "--expose-internals", str(COMPARE)],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def check_scripts() -> None:
    pairs = [(file.name, file.read_text(encoding="utf-8"), assets.as_sent(file).decode()) for file in SCRIPTS]
    assert len(pairs) > 12
    assert other_programs(pairs) == []


@pytest.mark.control("C-252")
def test_every_script_is_sent_as_the_program_that_was_written() -> None:
    check_scripts()


@pytest.mark.control("C-252")
@pytest.mark.parametrize("careless", [r"//.*", r"\s(?=\$\{)", r"\s+// [^\"'`]*$|^\s*const .*"])
def test_a_careless_shortening_would_be_found(careless: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control. The second takes out what rjsmin took out, and every script still runs."""
    monkeypatch.setattr(assets, "JS_COMMENT", re.compile(careless))
    with pytest.raises(AssertionError):
        check_scripts()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("// why\nlet a = 1; // a\n\n  let b;\n", "let a = 1;\nlet b;"),
        ('let a = "x // y";\n', 'let a = "x // y";'),
        ("let a = 1; // it's one\n", "let a = 1; // it's one"),
        ("let a = `x // y`;\n", "let a = `x // y`;"),
        ("let a = `\n  // x\n`;\n", "let a = `\n  // x\n`;\n"),
        ("let a = 1; /* x\n  // y */\n", "let a = 1; /* x\n  // y */\n"),
        ("let a = /[/]/;\n", "let a = /[/]/;"),
    ],
)
def test_comments_and_indentation_are_left_out_of_scripts(text: str, left: str) -> None:
    assert assets._script(text) == left


def test_no_script_is_written_so_that_it_must_be_sent_whole() -> None:
    """A template literal over two lines, or a comment between strokes and stars, would keep every comment in."""
    assert [file.name for file in SCRIPTS if re.search(r"^\s*// ", assets.as_sent(file).decode(), re.M)] == []


def test_comments_are_left_out_of_style_sheets_and_texts_stay() -> None:
    text = '/* a\n b */ .x { content: "/* c */ \\" /*"; }\n\n  .y::before { content: \'/*\'; } /* d */'
    assert assets._style(text) == '.x { content: "/* c */ \\" /*"; }\n.y::before { content: \'/*\'; }'


def test_every_style_sheet_says_the_same_rules(browser: Browser) -> None:
    page = browser.new_page()
    try:
        for file in SHEETS:
            before, after = file.read_text(encoding="utf-8"), assets.as_sent(file).decode()
            rules = page.evaluate(RULES, before)
            assert rules and rules == page.evaluate(RULES, after), file.name
            assert "/*" not in after, file.name
    finally:
        page.close()


def test_files_of_other_packages_are_sent_as_they_are() -> None:
    answer = sent("/static/django_htmx/htmx-2.min.js")
    assert text_of(answer).startswith("var htmx=")


# ---- how they are sent


def test_it_is_packed_for_whoever_can_unpack_it_and_plain_for_others() -> None:
    plain, packed = sent(LEDGER), sent(LEDGER, accept_encoding="gzip, deflate, br")
    body = b"".join(packed.streaming_content)
    assert packed["Content-Encoding"] == "gzip" and int(packed["Content-Length"]) == len(body)
    assert gzip.decompress(body).decode() == text_of(plain)
    assert "Content-Encoding" not in plain and plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert plain["Content-Type"].startswith("text/javascript") and plain["Cache-Control"] == "max-age=60, public"


def test_who_has_it_is_told_so_and_nothing_else_is_answered() -> None:
    tag = sent(LEDGER)["ETag"]
    assert sent(LEDGER, if_none_match=tag).status_code == 304
    assert sent(LEDGER, if_none_match='"another"').status_code == 200
    whole = sent(LEDGER, range="bytes=0-9")
    assert whole.status_code == 200 and len(text_of(whole)) > 1000
    assert Client().post(LEDGER).status_code == 405
    head = Client().head(LEDGER)
    assert head.status_code == 200 and head.getvalue() == b"" and head["ETag"] == tag


def test_a_changed_file_has_another_tag(tmp_path: Path) -> None:
    tags = set()
    for number in range(2):
        file = tmp_path / f"{number}.js"
        file.write_text(f"let a = {number};")
        tags.add(dict(assets._WhenAsked(str(file), ()).get_response("GET", {}).headers)["ETag"])
    assert len(tags) == 2


def test_what_is_no_text_is_left_to_whitenoise() -> None:
    assert all(
        isinstance(one, assets._WhenAsked) == (Path(url).suffix in assets.PACKED)
        for url, one in assets.StaticFilesMiddleware(lambda request: None).files.items()
    )
