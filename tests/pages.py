"""Goes through the login pages and the Organization Center as a person would, in headless Chromium.

    python tests/pages.py TASK READY.json FOLDER [REDIRECT_URI]

The tasks: `authorize` (step 5 of Microsoft's GoTo provisioning tutorial), `verify` (its step 2), `tour` (every tab).
It keeps a screenshot of each page in FOLDER, looks at each with axe, and exits 0 if every step worked.
"""

import base64
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid

from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

task = sys.argv[1]
ready = json.loads(pathlib.Path(sys.argv[2]).read_text())
folder = pathlib.Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
center = ready["center_url"]


class Handler(http.server.BaseHTTPRequestHandler):
    """A web server of ours: it answers what `pages` says, by path."""

    pages = {}

    def do_GET(self):
        page = self.pages.get(urllib.parse.urlparse(self.path).path)
        body = page(self.path) if page else "nothing here"
        media_type = "text/html; charset=utf-8" if body.startswith("<") else "text/plain"
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def serve(port, pages):
    handler = type("Pages", (Handler,), {"pages": pages})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def send(method, url, body=None, **headers):
    """One request of a script: the status and the answer as JSON, if it is any."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, None


def control(method, path, body):
    status, _ = send(method, f"{ready['control_url']}/sandboxes/{ready['sandbox']}{path}", body)
    assert status in (200, 204), (method, path, status)


def scim(method, path, body=None):
    headers = {"Authorization": f"Bearer {ready['token']}", "Content-Type": "application/scim+json"}
    return send(method, ready["scim_url"] + path, body, **headers)


# The browser.


def browser():
    options = Options()
    for flag in [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1000,1100",
        "--hide-scrollbars", f"--user-data-dir={tempfile.mkdtemp()}",
    ]:
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def press(page, text):
    page.find_element(By.XPATH, f"//button[normalize-space()='{text}']").click()


def follow(page, text):
    page.find_element(By.LINK_TEXT, text).click()


def fill(page, **fields):
    for name, text in fields.items():
        field = page.find_element(By.ID, name)
        field.clear()
        field.send_keys(text)


def choose(page, name, text):
    Select(page.find_element(By.ID, name)).select_by_visible_text(text)


def text_of(page, selector):
    return page.find_element(By.CSS_SELECTOR, selector).text


def await_text(page, text):
    """Waits for what the next page says: a click may return before that is there, and the body go while it is read."""
    wait = WebDriverWait(page, 20, ignored_exceptions=[WebDriverException])
    wait.until(lambda page: text in page.find_element(By.TAG_NAME, "body").text, f"no {text!r}")


def await_title(page, title):
    """Waits for a page whose tab is on every page before it."""
    WebDriverWait(page, 20).until(lambda page: page.title.startswith(title), f"no page {title!r}")


OWN_CHECK = """
const problems = [];
const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) problems.push('twice: #' + id);
if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
for (const mark of ['header', 'main', 'footer']) if (document.querySelectorAll('body > ' + mark).length !== 1) problems.push('not one ' + mark);
for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
  if (!field.labels.length || !field.labels[0].textContent.trim()) problems.push('no label: ' + field.outerHTML);
for (const form of document.querySelectorAll('form[method=post]'))
  if (!form.querySelector('input[name=csrf]')) problems.push('no csrf: ' + form.action);
if (document.querySelector('script, [onclick], [style], img')) problems.push('a script, a style or an image');
if (!document.documentElement.lang || !document.title.trim()) problems.push('no language or no title');
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) problems.push('wider than the window');
return problems;
"""


def look_at(page, name, scheme):
    """Looks at the page with axe, in light or dark."""
    scheme_now = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme_now)
    found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in Axe().run(page)["violations"]]
    assert not found, f"{name}, {scheme}: axe says {found}"


def shot(page, name):
    """Keeps the whole page as a picture, light and dark, and looks at it: also as narrow as a phone, or enlarged to 400 %."""
    height = page.execute_script("return document.documentElement.scrollHeight")
    page.set_window_size(1000, max(700, height + 200))
    for scheme in ("dark", "light"):
        look_at(page, name, scheme)
        page.save_screenshot(str(folder / f"{name}{'-dark' if scheme == 'dark' else ''}.png"))
    for width in (1000, 320):
        size = {"width": width, "height": 1100, "deviceScaleFactor": 1, "mobile": False}
        page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        problems = page.execute_script(OWN_CHECK)
        page.save_screenshot(str(folder / f"{name}-narrow.png"))
        assert not problems, f"{name} at {width}: {problems}"
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    page.set_window_size(1000, 1100)


def focused(page):
    return page.switch_to.active_element


def sign_in(page, prefix, user_name, password):
    fill(page, emailAddress=user_name)
    shot(page, f"{prefix}-user-name")
    press(page, "Next")
    await_text(page, "Account: " + user_name)
    fill(page, password="not " + password)
    press(page, "Sign In")
    await_text(page, "User name or password is not right.")
    shot(page, f"{prefix}-wrong-password")
    fill(page, password=password)
    press(page, "Sign In")


# Step 5: Authorize and Test Connection.


class Client:
    """What stands at the other end in step 5: a page with Authorize and Test Connection, and a client behind it."""

    def __init__(self, redirect):
        self.redirect = redirect
        self.token = None
        self.state = None

    def first_page(self, _):
        self.state = str(uuid.uuid4())
        query = {"response_type": "code", "client_id": ready["client_id"], "redirect_uri": self.redirect, "state": self.state}
        link = f"{ready['authorize_url']}?{urllib.parse.urlencode(query)}".replace("&", "&amp;")
        return f"<!DOCTYPE html><h1>Provisioning</h1><a href='{link}'>Authorize</a>"

    def callback(self, path):
        answer = urllib.parse.parse_qs(urllib.parse.urlparse(path).query)
        assert answer["state"] == [self.state], answer
        form = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": self.redirect}
        pair = base64.b64encode(f"{ready['client_id']}:{ready['client_secret']}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
        status, tokens = send("POST", ready["token_url"], urllib.parse.urlencode(form).encode(), **headers)
        assert status == 200 and tokens["token_type"] == "Bearer", (status, tokens)
        self.token = tokens["access_token"]
        return "<!DOCTYPE html><h1>Provisioning</h1><p>Authorized.</p><a href='/test'>Test Connection</a>"

    def test(self, _):
        query = urllib.parse.urlencode({"filter": f'userName eq "{uuid.uuid4()}"'})
        status, found = send("GET", f"{ready['scim_url']}/Users?{query}", Authorization=f"Bearer {self.token}")
        works = status == 200 and found["totalResults"] == 0
        return f"<!DOCTYPE html><h1>Provisioning</h1><p>{'The connection works.' if works else f'The connection fails: {status}'}</p>"


def authorize(page):
    redirect = sys.argv[4]
    client = Client(redirect)
    port = urllib.parse.urlparse(redirect).port
    serve(port, {"/": client.first_page, "/callback": client.callback, "/test": client.test})
    page.get(f"http://127.0.0.1:{port}/")
    follow(page, "Authorize")
    await_text(page, "test double")
    sign_in(page, "authorize-1", ready["admin_user"], ready["admin_password"])
    await_text(page, "Allow access?")
    shot(page, "authorize-2-consent")
    press(page, "Allow")
    await_text(page, "Authorized.")
    follow(page, "Test Connection")
    await_text(page, "The connection works.")
    # Consent is asked the first time only, and whoever is signed in stays so.
    page.get(f"http://127.0.0.1:{port}/")
    follow(page, "Authorize")
    await_text(page, "Authorized.")
    # "If the connection fails, ensure your GoTo account has Admin permissions and try again."
    page.delete_all_cookies()
    page.get(center)
    page.delete_all_cookies()
    page.get(f"http://127.0.0.1:{port}/")
    follow(page, "Authorize")
    await_text(page, "Sign in")
    fill(page, emailAddress="auditor@main.com")
    press(page, "Next")
    await_text(page, "Account: auditor@main.com")
    fill(page, password="read only battery staple")
    press(page, "Sign In")
    await_text(page, "Allow access?")
    press(page, "Allow")
    await_text(page, "Authorized.")
    follow(page, "Test Connection")
    await_text(page, "The connection fails: 403")
    page.get(f"{ready['authorize_url']}?client_id=nobody")
    await_text(page, "no client of this client_id is registered")
    shot(page, "authorize-3-unknown-client")


# Step 2: an account, its domain, an organization.


def dig(name):
    host, port = ready["dns"].rsplit(":", 1)
    command = ["dig", f"@{host}", "-p", port, "+short", "+tries=1", "TXT", name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def verify(page):
    page.get(center)
    await_text(page, "Sign in to the Organization Center")
    follow(page, "Create one")
    await_text(page, "Create an account")
    shot(page, "verify-1-sign-up")
    fill(page, email="grace@navy", given_name="Grace", family_name="Hopper", password="a password of no worth")
    press(page, "Create account")
    await_text(page, "is one label")
    assert focused(page).get_attribute("id") == "email", "what is wrong has the focus"
    assert page.title.startswith("Problem: "), page.title
    shot(page, "verify-2-sign-up-mistake")
    fill(page, email="grace@main.com", password="a password of no worth")
    press(page, "Create account")
    await_text(page, "You have no organization yet.")
    await_text(page, "10 days left")
    shot(page, "verify-3-prompted")
    press(page, "Verify")
    await_text(page, "main.com is not verified.")
    await_text(page, "It did not count")
    shot(page, "verify-4-nothing-there-yet")
    # Method 1: the line of the page goes into the zone.
    name, value = text_of(page, "code.record").split(". IN TXT ")
    assert name == "main.com" and value == f'"{text_of(page, "code.value")}"', (name, value)
    wrong = value.strip('"').replace("goto-", "GoTo-")
    control("PUT", "/zone/main.com", {"txt": [wrong]})
    press(page, "Verify")
    await_text(page, "upper and lower case")
    shot(page, "verify-5-nearly")
    control("PUT", "/zone/main.com", {"txt": ["v=spf1 -all", value.strip('"')]})
    assert value in dig("main.com").splitlines(), dig("main.com")
    press(page, "Verify")
    await_text(page, "The organization main.com was created, and you are its admin.")
    await_text(page, "Admin (Read & Write)")
    shot(page, "verify-6-verified")
    assert not page.find_elements(By.XPATH, "//button[normalize-space()='Verify']"), "there is nothing left to verify"
    # Method 2, for a second domain: a file on its web server.
    fill(page, domain="localhost")
    press(page, "Add domain")
    await_text(page, "is one label")
    shot(page, "verify-7-no-domain")
    fill(page, domain="second.com")
    press(page, "Add domain")
    await_text(page, "The domain second.com was added.")
    shot(page, "verify-8-second")
    location, contents = text_of(page, "code.location"), text_of(page, "code.contents")
    assert location == "http://second.com/goto-verification-code.txt", location
    served = {"text": f"<p>{contents}</p>"}
    port = serve(0, {"/goto-verification-code.txt": lambda _: served["text"]})
    control("PUT", "/web/second.com", {"server": f"127.0.0.1:{port}"})
    press(page, "Verify")
    await_text(page, "second.com is not verified.")
    served["text"] = contents
    press(page, "Verify")
    await_text(page, "second.com is verified.")
    # What is not verified can be deleted; its code ends after ten days.
    fill(page, domain="third.com")
    press(page, "Add domain")
    await_text(page, "The domain third.com was added.")
    old = text_of(page, "code.value")
    control("POST", "/clock", {"advance": "11d"})
    page.get(center)
    await_text(page, "Sign in to the Organization Center")
    sign_in(page, "verify-9", "grace@main.com", "a password of no worth")
    await_text(page, "The old code ended")
    assert text_of(page, "code.value") != old
    shot(page, "verify-10-renewed")
    page.find_element(By.XPATH, "//summary[contains(., 'Delete this domain')]").click()
    shot(page, "verify-11-delete")
    press(page, "Delete domain")
    await_text(page, "The domain third.com was deleted.")
    press(page, "Sign out")
    await_text(page, "Sign in to the Organization Center")


# Every tab, as an admin and as an auditor, and by keyboard alone.


def people(count):
    """So many users by SCIM, every third suspended, and two groups."""
    ids = []
    for number in range(count):
        name = {"givenName": "Person", "familyName": f"Number {number}"}
        user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": f"person{number:03}@main.com", "name": name}
        user |= {"externalId": f"hr-{number}", "active": number % 3 != 0}
        status, made = scim("POST", "/Users", user)
        assert status == 201, made
        ids.append({"value": made["id"]})
    for name, members in [("Engineering", ids[:20]), ("Everybody <all>", ids)]:
        group = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": members}
        status, made = scim("POST", "/Groups", group)
        assert status == 201, made


def tour(page):
    people(60)
    page.get(urllib.parse.urljoin(center, "/"))
    await_text(page, "Sign in to the Organization Center")
    by_keyboard(page)
    users_tab(page)
    identity_tab(page)
    clients_tab(page)
    press(page, "Sign out")
    await_text(page, "Sign in to the Organization Center")
    auditor(page)
    page.get(center + "/nowhere")
    await_text(page, "There is no such page")
    shot(page, "tour-9-no-page")


def by_keyboard(page):
    """Signs in and comes to a tab without a mouse: the fields have the focus, the skip link comes first."""
    assert focused(page).get_attribute("id") == "emailAddress"
    focused(page).send_keys(ready["admin_user"], Keys.ENTER)
    await_text(page, "Account: " + ready["admin_user"])
    focused(page).send_keys(ready["admin_password"], Keys.ENTER)
    await_text(page, "Verified domains")
    shot(page, "tour-1-domains")
    page.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert focused(page).text == "Skip to the content", focused(page).text
    focused(page).send_keys(Keys.ENTER)
    assert page.current_url.endswith("#content"), page.current_url
    for _ in range(20):
        focused(page).send_keys(Keys.SHIFT, Keys.TAB)
        if focused(page).text == "Users":
            break
    focused(page).send_keys(Keys.ENTER)
    await_text(page, "Add a user")


def users_tab(page):
    shot(page, "tour-2-users")
    fill(page, given_name="Joan", family_name="Clarke", email="joan@elsewhere.com", password="x")
    choose(page, "role", "Admin (Read Only)")
    press(page, "Add user")
    await_text(page, "none of the organization's verified domains")
    assert Select(page.find_element(By.ID, "role")).first_selected_option.text == "Admin (Read Only)", "it is as it was filled in"
    shot(page, "tour-3-user-mistake")
    fill(page, email="joan@main.com", password="x")
    press(page, "Add user")
    await_text(page, "joan@main.com was added.")
    page.find_element(By.CSS_SELECTOR, "[aria-label='Edit joan@main.com']").click()
    await_text(page, "Back to all users")
    choose(page, "role", "Admin (Read & Write)")
    press(page, "Save")
    await_text(page, "joan@main.com was changed.")
    page.find_element(By.CSS_SELECTOR, "[aria-label='Edit joan@main.com']").click()
    await_text(page, "Back to all users")
    page.find_element(By.TAG_NAME, "summary").click()
    shot(page, "tour-4-user")
    press(page, "Delete user")
    await_text(page, "joan@main.com was deleted.")
    page.find_element(By.CSS_SELECTOR, f"[aria-label='Edit {ready['admin_user']}']").click()
    await_text(page, "You cannot delete your own account.")
    assert not page.find_element(By.ID, "role").is_enabled() and not page.find_elements(By.TAG_NAME, "summary")
    shot(page, "tour-5-self")


def identity_tab(page):
    follow(page, "Identity")
    await_text(page, "Users: 1 to 50 of 60")
    await_text(page, "Suspended")
    shot(page, "tour-6-identity")
    follow(page, "Next page")
    await_text(page, "Users: 51 to 60 of 60")
    fill(page, find="PERSON007")
    press(page, "Find")
    await_text(page, "Users: 1 in all")
    follow(page, "Groups (2)")
    await_text(page, "Everybody <all>")
    shot(page, "tour-7-groups")


def clients_tab(page):
    follow(page, "OAuth clients")
    await_text(page, "Register a client")
    fill(page, redirect_uris="/callback")
    press(page, "Register client")
    await_text(page, "is not absolute")
    fill(page, redirect_uris="https://client.example/callback")
    choose(page, "account", ready["admin_user"])
    press(page, "Register client")
    await_text(page, "It is shown this once")
    shot(page, "tour-8-client")
    client_id, secret = text_of(page, "#new-client-id"), text_of(page, "#new-client-secret")
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}).encode()
    status, tokens = send("POST", ready["token_url"], form)
    assert status == 200, tokens
    page.refresh()
    await_title(page, "OAuth clients")
    await_text(page, "Register a client")
    assert secret not in page.page_source, "the secret is shown once"
    page.find_element(By.CSS_SELECTOR, f"[aria-label='Edit client {client_id}']").click()
    await_text(page, "Back to all clients")
    fill(page, redirect_uris="https://client.example/other")
    press(page, "Save")
    await_text(page, "https://client.example/other")
    page.find_element(By.CSS_SELECTOR, f"[aria-label='Edit client {client_id}']").click()
    await_text(page, "Back to all clients")
    page.find_element(By.TAG_NAME, "summary").click()
    press(page, "Delete client")
    await_text(page, "was deleted")
    status, _ = send("GET", ready["scim_url"] + "/Users", Authorization=f"Bearer {tokens['access_token']}")
    assert status == 401, "its tokens ended with it"


def auditor(page):
    fill(page, emailAddress="auditor@main.com")
    press(page, "Next")
    await_text(page, "Account: auditor@main.com")
    fill(page, password="read only battery staple")
    press(page, "Sign In")
    await_text(page, "Admin (Read Only)")
    for tab in ["Domains", "Users", "Identity", "OAuth clients"]:
        follow(page, tab)
        await_title(page, tab)
        buttons = {one.text for one in page.find_elements(By.TAG_NAME, "button")}
        assert buttons <= {"Sign out", "Find"}, buttons


def main():
    page = browser()
    try:
        {"authorize": authorize, "verify": verify, "tour": tour}[task](page)
    except BaseException:
        page.save_screenshot(str(folder / f"{task}-failed.png"))
        print(page.current_url, page.page_source, file=sys.stderr)
        raise
    finally:
        page.quit()


main()
