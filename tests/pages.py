"""Goes through the login pages and the Organization Center as a person would, in headless Chromium.

    python tests/pages.py authorize READY.json FOLDER REDIRECT_URI
    python tests/pages.py verify READY.json FOLDER

It keeps a screenshot of each page in FOLDER and exits 0 if every step worked.
"""

import http.server
import json
import pathlib
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

task = sys.argv[1]
ready = json.loads(pathlib.Path(sys.argv[2]).read_text())
folder = pathlib.Path(sys.argv[3])
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
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=900,1100",
        f"--user-data-dir={tempfile.mkdtemp()}",
    ]:
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def press(page, text):
    page.find_element(By.XPATH, f"//button[normalize-space()='{text}']").click()


def await_text(page, text):
    """Waits for what the next page says: a click may return before that is there, and the body go while it is read."""
    wait = WebDriverWait(page, 20, ignored_exceptions=[NoSuchElementException, StaleElementReferenceException])
    wait.until(lambda page: text in page.find_element(By.TAG_NAME, "body").text, f"no {text!r}")


def shot(page, name):
    page.save_screenshot(str(folder / f"{name}.png"))


def sign_in(page, prefix):
    page.find_element(By.ID, "emailAddress").send_keys(ready["admin_user"])
    shot(page, f"{prefix}-1-user-name")
    press(page, "Next")
    await_text(page, "Account: " + ready["admin_user"])
    page.find_element(By.ID, "password").send_keys("not " + ready["admin_password"])
    press(page, "Sign In")
    await_text(page, "User name or password is not right.")
    shot(page, f"{prefix}-2-wrong-password")
    page.find_element(By.ID, "password").send_keys(ready["admin_password"])
    press(page, "Sign In")


def authorize(page):
    redirect = sys.argv[4]
    server = http.server.HTTPServer(("127.0.0.1", urllib.parse.urlparse(redirect).port), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    query = {"response_type": "code", "client_id": ready["client_id"], "redirect_uri": redirect, "state": "from-the-browser"}
    page.get(f"{ready['authorize_url']}?{urllib.parse.urlencode(query)}")
    await_text(page, "test double")
    sign_in(page, "authorize")
    await_text(page, "Allow access?")
    shot(page, "authorize-3-consent")
    press(page, "Allow")
    await_text(page, "back at the client")
    answer = urllib.parse.parse_qs(urllib.parse.urlparse(Callback.seen[-1]).query)
    assert answer["state"] == ["from-the-browser"] and answer["code"][0], answer
    page.get(ready["center_url"])
    await_text(page, ready["domain"])
    shot(page, "authorize-4-center")
    page.get(f"{ready['authorize_url']}?client_id=nobody")
    await_text(page, "no client of this client_id is registered")
    shot(page, "authorize-5-unknown-client")


def put_txt(name, text):
    """Publishes a TXT record, as the tester does: through the control port."""
    url = f"{ready['control_url']}/sandboxes/{ready['sandbox']}/zone/{name}"
    body = json.dumps({"txt": [text]}).encode()
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="PUT")).close()


def verify(page):
    page.get(ready["center_url"])
    await_text(page, "Organization Center")
    sign_in(page, "verify")
    await_text(page, "You have no organization yet.")
    offered = page.find_element(By.ID, "domain").get_attribute("value")
    assert offered == ready["domain"], offered
    shot(page, "verify-3-offered")
    press(page, "Add domain")
    await_text(page, "10 days left")
    press(page, "Verify")
    await_text(page, "It did not count")
    shot(page, "verify-4-nothing-there-yet")
    line = page.find_element(By.CSS_SELECTOR, "dd pre code").text
    name, text = line.split(". IN TXT ")
    put_txt(name, text.strip('"'))
    press(page, "Verify")
    await_text(page, "Verified on")
    await_text(page, f"Organization {ready['domain']}")
    shot(page, "verify-5-verified")
    assert not page.find_elements(By.XPATH, "//button[normalize-space()='Verify']"), "there is nothing left to verify"
    page.find_element(By.ID, "domain").send_keys("localhost")
    press(page, "Add domain")
    await_text(page, "Back to the Organization Center")
    shot(page, "verify-6-no-domain")


def main():
    page = browser()
    try:
        {"authorize": authorize, "verify": verify}[task](page)
    except BaseException:
        shot(page, f"{task}-failed")
        print(page.current_url, page.page_source, file=sys.stderr)
        raise
    finally:
        page.quit()


main()
