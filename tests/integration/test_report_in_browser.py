"""The report in a real Chromium: what people do with it, and that it loads and runs nothing but itself."""

import copy
import os
import shutil

import pytest

from benchmarks.documents import changed, generated_document
from package_extract.comparison import compare
from package_extract.export.html import difference_page, report

pytestmark = pytest.mark.integration

HOSTILE = "</script><script>window.broken=1</script><img src=x onerror='window.broken=2'>{{7*7}}\x1b[31m"
SECONDS = 20
"""Until something must have happened, on a machine with other work."""


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("playwright or chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def opened(browser, tmp_path):
    """A function that opens a page; at the end there must have been no request but the file, and nothing to complain."""
    pages = []

    def open_page(content, **options):
        file = tmp_path / f"page{len(pages)}.html"
        file.write_bytes(content)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, **options)
        page.set_default_timeout(SECONDS * 1000)
        seen = {"requests": [], "complaints": []}
        page.on("request", lambda request: seen["requests"].append(request.url))
        page.on("console", lambda message: seen["complaints"].append(message.text))
        page.on("pageerror", lambda error: seen["complaints"].append(str(error)))
        page.goto(file.as_uri())
        pages.append((page, seen, file.as_uri()))
        return page

    yield open_page
    for page, seen, address in pages:
        assert seen["requests"] == [address]
        assert seen["complaints"] == []
        page.close()


@pytest.fixture(scope="module")
def document():
    return generated_document(5000)


@pytest.fixture(scope="module")
def content(document):
    return report([document])


def names(page, section="packages"):
    return page.locator(f"#{section} tbody th").all_text_contents()


def status(page, section="packages"):
    return page.locator(f"#{section} .status").text_content()


def test_search(opened, content):
    page = opened(content)
    assert status(page) == "5,000 rows"
    page.get_by_label("Search packages").fill("PART24 deb")
    assert (
        names(page)
        == [
            "libpart24",
            *[f"libpart{number}" for number in range(240, 250)],
            *[f"libpart24{n:02}" for n in range(100)],
        ][:100]
    )
    assert status(page) == "111 of 5,000 rows"
    page.get_by_label("Search packages").fill("no such thing")
    assert names(page) == []
    page.get_by_label("Search packages").fill("")
    assert status(page) == "5,000 rows"


def test_filter_by_column(opened, content):
    page = opened(content)
    page.locator("#packages").get_by_label("Kind").select_option("python")
    page.locator("#packages").get_by_label("Layer").select_option(label="3")
    assert status(page) == "125 of 5,000 rows"
    assert names(page)[0] == "distribution-3"


def test_sort(opened, content):
    page = opened(content)
    header = page.locator("#packages th", has=page.get_by_role("button", name="Size", exact=True))
    assert header.get_attribute("aria-sort") == "none"
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    assert names(page)[:2] == ["libpart0", "libpart1"]
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    assert names(page)[:2] == ["libpart2499", "libpart2498"]
    page.locator("#packages thead").get_by_role("button", name="Name").click()
    assert header.get_attribute("aria-sort") == "none"
    assert names(page)[:3] == ["distribution-0", "distribution-1", "distribution-2"]


def test_rows_are_drawn_when_asked_for(opened, content):
    page = opened(content)
    assert len(names(page)) == 100
    page.locator("#packages .more").click()
    assert len(names(page)) == 600
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(names(page)) == 5000
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(names(page)) == 100


def test_with_the_keyboard_alone(opened, content):
    page = opened(content)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the choice of the map
    page.keyboard.press("Tab")  # its first box
    assert page.evaluate("document.activeElement.className").startswith("box")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.querySelector('.name').firstChild.textContent")
    assert second != page.locator("#bytes .box .name").first.evaluate("name => name.firstChild.textContent")
    assert second in page.locator("#bytes .detail").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "search-packages"
    page.keyboard.type("distribution-7 ")
    for _ in range(5):  # Kind, Environment, Layer, the table itself, its first header
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('th') !== null")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"


def test_map(opened, document):
    with_sizes = copy.deepcopy(document)
    with_sizes["image"]["layers"] = with_sizes["image"]["layers"][:1]
    with_sizes["image"]["layers"][0]["size"] = 8_000_000_000
    page = opened(report([with_sizes]))
    boxes = page.locator("#bytes .map > .box")
    assert boxes.count() == 1
    assert "layer 0" in boxes.first.get_attribute("aria-label")
    boxes.first.focus()
    page.keyboard.press("Enter")
    assert boxes.count() > 100
    widths = [box.bounding_box() for box in boxes.all()[:20]]
    assert all(box["width"] > 0 and box["height"] > 0 for box in widths)
    page.keyboard.press("Escape")
    assert boxes.count() == 1
    page.get_by_label("Divided by").select_option(label="Packages")
    assert boxes.count() > 100


def test_map_down_to_directories(opened):
    with_directories = generated_document(20)
    owner = {
        "type": "deb",
        "name": "libpart5",
        "version": with_directories["results"]["dpkg"]["packages"][5]["version"],
    }
    with_directories["image"]["layers"] = [
        {
            "size": 10**9,
            "directories": [
                {"path": "usr/lib/part", "owner": owner, "size": 6 * 10**8, "files": 3},
                {"path": "srv/data", "owner": None, "size": 2 * 10**8, "files": 1},
            ],
        }
    ]
    page = opened(report([with_directories]))
    first = page.locator("#bytes .map > .box").first
    for description in (
        "layer 0 · 1 GB · 100 % of all layers",
        "libpart5 · 600 MB · 60 % of layer 0 · deb 1.5-2+deb12u5",
        "lib/part · 600 MB · 100 % of libpart5 · /usr/lib/part, 3 large files",
    ):
        first.focus()
        assert page.locator("#bytes .detail").inner_text() == description
        page.keyboard.press("Enter")
    assert page.locator("#bytes .where").inner_text().split()[3:5] == ["layer", "0"]
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("libpart5")


def test_screen_readers_find_names_for_everything(opened, content):
    page = opened(content)
    assert page.get_by_role("table", name="Packages", exact=True).count() == 1
    assert page.get_by_role("navigation", name="Parts of this page").count() == 1
    nameless = page.evaluate(
        """[...document.querySelectorAll('input, select, button, [tabindex="0"], section')]
        .filter((each) => !(each.labels?.length || each.getAttribute('aria-label') || each.getAttribute('aria-labelledby')
            || each.textContent.trim())).length"""
    )
    assert nameless == 0
    assert page.locator("table").count() == page.locator("table:has(thead th[scope=col])").count()
    assert page.locator("tbody tr:not(:has(th[scope=row]))").count() == 0
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map((each) => each.id)).size")
        == page.locator("[id]").count()
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(opened, content, scheme):
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    page = opened(content, color_scheme=scheme)
    contrasts = page.evaluate(
        """() => {
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const light = (colour) => {
          canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) =>
            part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (node) => {
          const colour = getComputedStyle(node).backgroundColor;
          return colour === 'rgba(0, 0, 0, 0)' && node.parentElement ? behind(node.parentElement) : colour;
        };
        return ['.eyebrow', 'h1', 'nav a', '.count', '.card dt', '.card dd', '.tool label', '.status', 'thead button',
                'tbody th', 'tbody td', '.nothing', '.detail', '.box .name', 'footer p'].map((selector) => {
          const node = document.querySelector(selector);
          const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
          return [selector, (a + 0.05) / (b + 0.05)];
        });
      }"""
    )
    assert {selector: round(ratio, 1) for selector, ratio in contrasts if ratio < 4.5} == {}


def test_several_images(opened, document):
    page = opened(report([document, changed(document)]))
    assert page.locator("#summary .compare thead th").count() == 3
    assert page.locator("#summary .badge").count() > 0
    page.locator("#versions").get_by_label("Same in all").select_option("no")
    assert status(page, "versions") == "950 of 5,000 rows"
    assert len(set(page.locator("#packages").get_by_label("Image").locator("option").all_text_contents())) == 3


def test_a_comparison(opened, document):
    page = opened(difference_page(compare(document, changed(document))))
    page.locator("#differences").get_by_label("Change").select_option("removed")
    page.get_by_label("Search differences").fill("libpart10")
    assert names(page, "differences") == ["libpart10", "libpart100", *[f"libpart10{n}0" for n in range(10)]]


def test_names_full_of_html_are_shown_and_do_nothing(opened, document):
    evil = copy.deepcopy(document)
    evil["image"] |= {"reference": HOSTILE, "labels": {HOSTILE: HOSTILE}}
    evil["image"]["layers"][0]["created_by"] = HOSTILE
    evil["results"]["dpkg"]["packages"][0] |= {"name": HOSTILE, "version": HOSTILE}
    evil["results"][HOSTILE] = {HOSTILE: [{HOSTILE: HOSTILE}]}
    page = opened(report([evil]))
    shown = HOSTILE.replace("\x1b", "\\x1b")
    assert names(page)[0] == shown
    assert page.locator("h1").inner_text() == shown
    assert page.evaluate("window.broken") is None
    assert page.locator("img").count() == 0
    assert page.locator("#layers tbody td", has_text="onerror").first.text_content() == shown


def test_a_name_without_an_end_stays_on_the_page(opened):
    endless = generated_document(10)
    endless["results"]["dpkg"]["packages"][0]["name"] = "n" * 20_000
    endless["image"]["layers"][0]["created_by"] = "c" * 20_000
    page = opened(report([endless]))
    assert page.locator("#packages table").evaluate("(table) => table.offsetWidth") < 2500
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_nothing_else_may_run(browser, content, tmp_path):
    """What the policy would stop, if text of the image became part of the page after all."""
    injected = b"<script>window.broken = 1</script><style>h1 { display: none }</style><img src='file:///x.png'>"
    (tmp_path / "page.html").write_bytes(content.replace(b"<footer>", injected + b"<footer>"))
    page = browser.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfinished", lambda request: requests.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate("window.broken") is None
    assert page.locator("h1").is_visible()
    assert len([text for text in complaints if "Content Security Policy" in text]) == 3
    assert requests == [(tmp_path / "page.html").as_uri()]
    page.close()


def test_first_row_on_5000_packages(opened, content):
    page = opened(content)
    page.wait_for_selector("#packages tbody tr")
    seconds = (
        page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()")
        / 1000
    )
    start = page.evaluate("performance.now()")
    page.get_by_label("Search packages").fill("part1")
    searched = (page.evaluate("performance.now()") - start) / 1000
    print(f"first paint after {seconds:.2f} s, search with its call {searched:.2f} s, file of {len(content):,} bytes")
    assert seconds < SECONDS
