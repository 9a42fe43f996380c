"""Takes the pictures of the playground: run `.venv/bin/python docs/screenshots.py` with the service up.

Needs the packages of the tests, and Chromium. The fonts are the machine's; Debian's `fonts-inter` looks best.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

_IMAGES = Path(__file__).parent / "images"
_SIZES = {
    "forecast": (1200, 980),
    "sentiment": (1200, 720),
    "translation": (1200, 880),
    "classify": (1200, 820),
    "tag": (1200, 720),
    "complete": (1200, 720),
}
_PHONE = (390, 844)
_SCREENS = ("light", "dark", "phone")
_COLOURS = 255


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:3000", help="of the service (default: %(default)s)")
    url = parser.parse_args().url
    _IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--disable-gpu", *(["--no-sandbox"] if os.getuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for screen in _SCREENS:
            for task in _SIZES:
                path = _IMAGES / f"{task}-{screen}.png"
                path.write_bytes(_small(_picture(browser, f"{url}/#{task}", task, screen)))
                print(f"{path.name}: {path.stat().st_size // 1024} KiB")
        browser.close()


def _picture(browser: Browser, url: str, task: str, screen: str) -> bytes:
    width, height = _PHONE if screen == "phone" else _SIZES[task]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if screen == "dark" else "light",
        reduced_motion="reduce",
    )
    page.goto(url)
    panel = page.locator(f"#panel-{task}")
    page.locator(f"#panel-{task}[data-state=shown]").wait_for()
    if task == "forecast":
        box = panel.locator(".u-over").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.82 * box["width"], box["y"] + box["height"] / 2)  # the first peak ahead
    if task == "sentiment":
        panel.locator(".word", has_text="Great").hover()
    found = page.screenshot()
    page.close()
    return found


def _small(png: bytes) -> bytes:
    """The same picture in a palette of few colours, a third of the size."""
    packed = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(_COLOURS).save(packed, "PNG", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    main()
