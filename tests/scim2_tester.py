"""Runs every check of the PyPI package scim2-tester against a SCIM server and prints what it found.

    python tests/scim2_tester.py SCIM_URL TOKEN
"""

import sys

# This file has the package's name: as long as its folder is searched first, it would import itself.
sys.path.pop(0)

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server


def main(url, token):
    http = Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    results = check_server(SyncSCIMClient(http))
    counts = {}
    for result in results:
        counts[result.status.name] = counts.get(result.status.name, 0) + 1
        if result.status not in (Status.SUCCESS, Status.SKIPPED):
            print(f"{result.status.name} {result.title} {result.resource_type or ''}: {result.reason}")
    print(counts)
    fine = {"SUCCESS", "SKIPPED", "ACCEPTABLE", "COMPLIANT"}
    return 0 if counts.get("SUCCESS") and set(counts) <= fine else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
