"""Goes through the authorization code grant with PKCE by the PyPI package Authlib, then refreshes, asks and revokes.

    python tests/oauth_client.py METADATA_URL SCIM_URL CLIENT_ID CLIENT_SECRET REDIRECT_URI USER PASSWORD [--public]

The pages in between are filled in as a browser would: cookies are kept, forms are sent with what stands in them.
With --public the client has no secret. It prints what each step brought as one JSON object.
"""

import json
import sys
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session

SCOPE = "identity:scim.org"


class Form(HTMLParser):
    """The first form of a page."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.fields = {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = attributes["action"]
        if tag == "input" and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value", "")


def sent(browser, page, **typed):
    form = Form(page.text)
    return browser.post(urljoin(page.url, form.action), data={**form.fields, **typed}, allow_redirects=False)


def followed(browser, answer, redirect_uri):
    """Goes on to where the browser is sent, until that is the client."""
    while answer.is_redirect and not answer.headers["Location"].startswith(redirect_uri):
        answer = browser.get(answer.headers["Location"], allow_redirects=False)
    return answer


def signed_in(url, redirect_uri, user, password):
    browser = requests.Session()
    page = followed(browser, browser.get(url, allow_redirects=False), redirect_uri)
    page = sent(browser, page, emailAddress=user)
    page = followed(browser, sent(browser, page, password=password), redirect_uri)
    if not page.is_redirect:
        page = followed(browser, sent(browser, page, decision="allow"), redirect_uri)
    return page.headers["Location"]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--public"]
    public = "--public" in sys.argv
    metadata_url, scim_url, client_id, secret, redirect_uri, user, password = arguments
    metadata = requests.get(metadata_url).json()
    saved = []
    client = OAuth2Session(
        client_id,
        None if public else secret,
        scope=SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
        token_endpoint_auth_method="none" if public else "client_secret_basic",
        update_token=lambda token, **_: saved.append(token),
    )
    verifier = "v" * 48
    url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    back = signed_in(url, redirect_uri, user, password)
    assert parse_qs(urlsplit(back).query)["state"] == [state]
    token = client.fetch_token(metadata["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state)
    first = client.get(scim_url + "/Users").status_code
    refreshed = client.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    second = client.get(scim_url + "/Users").status_code
    # A token whose time is over is refreshed by the package itself, before the request.
    client.token["expires_at"] = 1
    third = client.get(scim_url + "/Users").status_code
    active = None
    if not public:
        answer = client.introspect_token(metadata["introspection_endpoint"], token=client.token["access_token"])
        active = answer.json()["active"]
    client.revoke_token(metadata["revocation_endpoint"], token=token["refresh_token"])
    last = requests.get(scim_url + "/Users", headers={"Authorization": "Bearer " + client.token["access_token"]})
    print(json.dumps({
        "principal": token["principal"],
        "another": refreshed["access_token"] != token["access_token"],
        "statuses": [first, second, third, last.status_code],
        "saved": len(saved),
        "active": active,
    }))


main()
