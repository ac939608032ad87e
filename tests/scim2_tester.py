"""Runs every check of the PyPI package scim2-tester against a SCIM server and prints what it found.

    python tests/scim2_tester.py SCIM_URL TOKEN [--known TEXT] [--typed-values]

Every check has to succeed, or be skipped with a reason that is printed. The exit code is 1 otherwise.

--known TEXT     a failure whose reason holds TEXT is known; if there is none, the exit code is 1 too (repeatable)
--typed-values   the package fills attributes of the types decimal and dateTime with text that its own models refuse;
                 give it numbers and dates for these, and change nothing else
"""

import argparse
import datetime
import random
import sys

# This file has the package's name: as long as its folder is searched first, it would import itself.
sys.path.pop(0)

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server, checkers, filling
from scim2_tester.checkers import patch_add, patch_replace


def give_typed_values():
    """Lets the package fill a decimal with a number and a dateTime with a date."""
    original = filling.generate_random_value

    def generate(context, path, mutability=None, required=None):
        value = original(context, path, mutability=mutability, required=required)
        binding = path.resolve()
        if value is None or binding is None:
            return value
        if binding.target_type is float:
            return random.randint(0, 1000) / 2
        if binding.target_type is datetime.datetime:
            start = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
            return start + datetime.timedelta(minutes=random.randint(0, 500_000))
        return value

    for module in (filling, patch_add, patch_replace):
        module.generate_random_value = generate


def never_run(results):
    """The checks that the package has and does not run by itself."""
    ran = {result.title for result in results}
    return sorted(
        name
        for name in checkers.__all__
        if hasattr(getattr(checkers, name), "__wrapped__") and name not in ran
    )


def judge(results, known):
    """Prints what is not a success; whether all is well."""
    counts = {}
    met = set()
    well = True
    for result in results:
        status, reason = result.status, str(result.reason)
        found = [text for text in known if text in reason]
        name = status.name
        if status not in (Status.SUCCESS, Status.SKIPPED):
            name = f"KNOWN {status.name}" if found else status.name
            well = well and bool(found)
            met.update(found)
        counts[name] = counts.get(name, 0) + 1
        if status is not Status.SUCCESS:
            print(f"{name} {result.title} {result.resource_type or ''}: {reason}")
    for name in never_run(results):
        print(f"NOT RUN BY THE PACKAGE {name}")
    for text in known:
        if text not in met:
            print(f"STALE: nothing fails any more with {text!r}")
            well = False
    print(counts)
    return well and counts.get("SUCCESS", 0) > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--known", action="append", default=[])
    parser.add_argument("--typed-values", action="store_true")
    said = parser.parse_args()
    if said.typed_values:
        give_typed_values()
    http = Client(base_url=said.url, headers={"Authorization": f"Bearer {said.token}"}, timeout=30)
    return 0 if judge(check_server(SyncSCIMClient(http)), said.known) else 1


if __name__ == "__main__":
    sys.exit(main())
