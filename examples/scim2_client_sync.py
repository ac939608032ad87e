"""A provisioning job made of the PyPI package scim2-client, of the kind people write for themselves.

It reads the driver contract of `goto-double conform` and brings GoTo in step with the source directory:

    goto-double conform -- python examples/scim2_client_sync.py
"""

import json
import os
import pathlib
import sys

from httpx2 import Client
from scim2_client import SCIMClientException
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import EnterpriseUser, Group, PatchOp, PatchOperation, SCIMException, User

FullUser = User[EnterpriseUser]


def setting(name):
    return os.environ.get(f"GOTO_DOUBLE_{name}", "")


def quoted(value):
    return json.dumps(value, ensure_ascii=False)


def wanted_user(person):
    extension = EnterpriseUser(
        department=person.get("department") or None,
        employee_number=person.get("employeeNumber") or None,
        cost_center=person.get("costCenter") or None,
        division=person.get("division") or None,
    )
    user = FullUser(
        external_id=person["externalId"],
        user_name=person["userName"],
        active=person["active"],
        name=FullUser.Name(given_name=person["givenName"], family_name=person["familyName"]),
    )
    user[EnterpriseUser] = extension
    return user


def differences(person, before):
    """The paths whose values changed since they were last written."""
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"
    paths = {"userName": "userName", "active": "active", "givenName": "name.givenName", "familyName": "name.familyName"}
    paths |= {name: enterprise + name for name in ("department", "employeeNumber", "costCenter", "division")}
    return {path: person.get(key) for key, path in paths.items() if person.get(key) != before.get(key)}


class Job:
    def __init__(self, scim, memory):
        self.scim, self.memory, self.failures = scim, memory, 0

    def find(self, model, attribute, value):
        """The id of the one resource that has this value, or none."""
        found = self.scim.query(model, query_parameters={"filter": f"{attribute} eq {quoted(value)}"})
        rows = [row for row in found.resources or [] if str(getattr(row, "user_name" if attribute == "userName" else "display_name")).lower() == value.lower()]
        if len(rows) > 1:
            raise RuntimeError(f"{len(rows)} rows for {value}")
        return rows[0].id if rows else None

    def change(self, model, id, changes):
        operations = [PatchOperation(op="replace", path=path, value=value) for path, value in changes.items()]
        self.scim.modify(model, id, PatchOp[model](operations=operations))

    def user(self, person):
        known = self.memory["users"].get(person["externalId"])
        if known is None:
            id = self.find(FullUser, "userName", person["userName"])
            if id is None:
                id = self.scim.create(wanted_user(person)).id
            else:
                self.change(FullUser, id, differences(person, {}))
        else:
            id = known["id"]
            if changes := differences(person, known["last"]):
                self.change(FullUser, id, changes)
        self.memory["users"][person["externalId"]] = {"id": id, "last": person}

    def leaver(self, key):
        known = self.memory["users"][key]
        if known["last"]["active"]:
            self.change(FullUser, known["id"], {"active": False})
            known["last"]["active"] = False

    def group(self, group):
        known = self.memory["groups"].get(group["externalId"])
        id = known["id"] if known else self.find(Group, "displayName", group["displayName"])
        if id is None:
            id = self.scim.create(Group(external_id=group["externalId"], display_name=group["displayName"])).id
        known = self.memory["groups"].setdefault(group["externalId"], {"id": id, "name": group["displayName"], "members": []})
        if known["name"] != group["displayName"]:
            self.change(Group, id, {"displayName": group["displayName"]})
            known["name"] = group["displayName"]
        members = [self.memory["users"][key]["id"] for key in group["members"] if key in self.memory["users"]]
        if added := [{"value": member} for member in members if member not in known["members"]]:
            self.scim.modify(Group, id, PatchOp[Group](operations=[PatchOperation(op="add", path="members", value=added)]))
        for member in [member for member in known["members"] if member not in members]:
            path = f"members[value eq {quoted(member)}]"
            self.scim.modify(Group, id, PatchOp[Group](operations=[PatchOperation(op="remove", path=path)]))
        known["members"] = members

    def each(self, step, subjects):
        for subject in subjects:
            try:
                step(subject)
            except (SCIMClientException, SCIMException, RuntimeError) as error:
                self.failures += 1
                print(f"{subject}: {error!r}", file=sys.stderr)


def main():
    source = json.loads(pathlib.Path(setting("SOURCE")).read_text())
    store = pathlib.Path(setting("STATE_DIR")) / "memory.json"
    memory = json.loads(store.read_text()) if store.exists() else {"users": {}, "groups": {}}
    http = Client(base_url=setting("SCIM_URL"), headers={"Authorization": f"Bearer {setting('TOKEN')}"}, timeout=5)
    scim = SyncSCIMClient(http)
    scim.discover()
    job = Job(scim, memory)
    present = {person["externalId"] for person in source["users"]}
    try:
        job.each(job.user, source["users"])
        job.each(job.leaver, [key for key in memory["users"] if key not in present])
        job.each(job.group, source["groups"])
    finally:
        store.write_text(json.dumps(memory))
    return 1 if job.failures else 0


if __name__ == "__main__":
    sys.exit(main())
