"""Goes through the login pages and the Organization Center as a person would, in headless Chromium.

    python tests/pages.py READY.json FOLDER

It keeps a screenshot of each page in FOLDER and exits 0 if every step worked.
"""

import http.server
import json
import pathlib
import sys
import tempfile
import threading
import urllib.parse

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

ready = json.loads(pathlib.Path(sys.argv[1]).read_text())
folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


class Callback(http.server.BaseHTTPRequestHandler):
    """The client's redirect URI: remembers what the browser brought."""

    seen = []

    def do_GET(self):
        if self.path.startswith("/callback"):
            Callback.seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"back at the client")

    def log_message(self, *_):
        pass


def browser():
    options = Options()
    for flag in [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=900,900",
        f"--user-data-dir={tempfile.mkdtemp()}",
    ]:
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def button(page, text):
    return page.find_element(By.XPATH, f"//button[normalize-space()='{text}']")


def shot(page, name):
    page.save_screenshot(str(folder / f"{name}.png"))


def sign_in(page, prefix):
    page.find_element(By.ID, "emailAddress").send_keys(ready["admin_user"])
    shot(page, f"{prefix}-1-user-name")
    button(page, "Next").click()
    page.find_element(By.ID, "password").send_keys(ready["admin_password"])
    shot(page, f"{prefix}-2-password")
    button(page, "Sign In").click()


def authorize(page):
    query = {"response_type": "code", "client_id": ready["client_id"], "redirect_uri": sys.argv[3], "state": "from-the-browser"}
    page.get(f"{ready['authorize_url']}?{urllib.parse.urlencode(query)}")
    assert "test double" in page.page_source.lower(), "the page does not say what it is"
    sign_in(page, "authorize")
    shot(page, "authorize-3-consent")
    button(page, "Allow").click()
    assert "back at the client" in page.page_source, page.page_source
    answer = urllib.parse.parse_qs(urllib.parse.urlparse(Callback.seen[-1]).query)
    assert answer["state"] == ["from-the-browser"] and answer["code"][0], answer


def center(page):
    page.get(ready["center_url"])
    if page.find_elements(By.ID, "emailAddress"):
        page.find_element(By.ID, "emailAddress").send_keys(ready["admin_user"])
        page.find_element(By.ID, "password").send_keys(ready["admin_password"])
        button(page, "Sign In").click()
    shot(page, "center-1-domains")
    assert ready["domain"] in page.page_source, page.page_source


def main():
    server = http.server.HTTPServer(("127.0.0.1", int(urllib.parse.urlparse(sys.argv[3]).port)), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser()
    page.implicitly_wait(10)
    try:
        authorize(page)
        center(page)
    except BaseException:
        shot(page, "failed")
        print(page.current_url, page.page_source, file=sys.stderr)
        raise
    finally:
        page.quit()


main()
