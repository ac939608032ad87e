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
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"
PATHS = {
    "userName": "userName",
    "active": "active",
    "givenName": "name.givenName",
    "familyName": "name.familyName",
    "department": ENTERPRISE + "department",
    "employeeNumber": ENTERPRISE + "employeeNumber",
    "costCenter": ENTERPRISE + "costCenter",
    "division": ENTERPRISE + "division",
}


def setting(name):
    return os.environ[f"GOTO_DOUBLE_{name}"]


def wanted_user(person):
    user = FullUser(external_id=person["externalId"])
    for field, path in PATHS.items():
        if person.get(field) is not None:
            user[path] = person[field]
    return user


def differences(person, before):
    """What has to be written so that a person who was `before` becomes `person`."""
    changed = [field for field in PATHS if person.get(field) != before.get(field)]
    return [
        PatchOperation(op="remove", path=PATHS[field])
        if person.get(field) is None
        else PatchOperation(op="replace", path=PATHS[field], value=person[field])
        for field in changed
    ]


class Job:
    def __init__(self, scim, memory):
        self.scim, self.memory, self.failures = scim, memory, 0

    def find(self, model, attribute, value):
        """The id of the one resource that has this value, or none."""
        literal = json.dumps(value, ensure_ascii=False)
        found = self.scim.query(model, query_parameters={"filter": f"{attribute} eq {literal}"})
        rows = [row for row in found.resources or [] if row[attribute].lower() == value.lower()]
        if len(rows) > 1:
            raise LookupError(f"{len(rows)} rows for {value}")
        return rows[0].id if rows else None

    def change(self, model, id, operations):
        if operations:
            self.scim.modify(model, id, PatchOp[model](operations=operations))

    def user(self, person):
        known = self.memory["users"].get(person["externalId"])
        if known:
            id = known["id"]
            self.change(FullUser, id, differences(person, known["last"]))
        elif id := self.find(FullUser, "userName", person["userName"]):
            self.change(FullUser, id, differences(person, {}))
        else:
            id = self.scim.create(wanted_user(person)).id
        self.memory["users"][person["externalId"]] = {"id": id, "last": person}

    def leaver(self, key):
        known = self.memory["users"][key]
        if known["last"]["active"]:
            self.change(FullUser, known["id"], [PatchOperation(op="replace", path="active", value=False)])
            known["last"]["active"] = False

    def group(self, group):
        key, name = group["externalId"], group["displayName"]
        known = self.memory["groups"].get(key)
        if not known:
            id = self.find(Group, "displayName", name)
            id = id or self.scim.create(Group(external_id=key, display_name=name)).id
            known = self.memory["groups"][key] = {"id": id, "name": name, "members": []}
        if known["name"] != name:
            self.change(Group, known["id"], [PatchOperation(op="replace", path="displayName", value=name)])
            known["name"] = name
        members = [self.memory["users"][key]["id"] for key in group["members"] if key in self.memory["users"]]
        joined = [{"value": id} for id in members if id not in known["members"]]
        operations = [PatchOperation(op="add", path="members", value=joined)] if joined else []
        left = [id for id in known["members"] if id not in members]
        operations += [PatchOperation(op="remove", path=f'members[value eq "{id}"]') for id in left]
        self.change(Group, known["id"], operations)
        known["members"] = members

    def dropped_group(self, key):
        self.scim.delete(Group, self.memory["groups"][key]["id"])
        del self.memory["groups"][key]

    def each(self, step, subjects):
        """One subject that fails is reported, and the others are served."""
        for subject in subjects:
            try:
                step(subject)
            except (SCIMClientException, SCIMException, LookupError) as error:
                self.failures += 1
                print(f"{step.__name__} {subject}: {error!r}", file=sys.stderr)


def main():
    source = json.loads(pathlib.Path(setting("SOURCE")).read_text())
    store = pathlib.Path(setting("STATE_DIR")) / "memory.json"
    memory = json.loads(store.read_text()) if store.exists() else {"users": {}, "groups": {}}
    http = Client(
        base_url=setting("SCIM_URL"),
        headers={"Authorization": f"Bearer {setting('TOKEN')}"},
        timeout=5,
    )
    scim = SyncSCIMClient(http)
    scim.discover()
    job = Job(scim, memory)
    users = {person["externalId"] for person in source["users"]}
    groups = {group["externalId"] for group in source["groups"]}
    try:
        job.each(job.user, source["users"])
        job.each(job.leaver, [key for key in memory["users"] if key not in users])
        job.each(job.group, source["groups"])
        job.each(job.dropped_group, [key for key in memory["groups"] if key not in groups])
    finally:
        store.write_text(json.dumps(memory))
    return 1 if job.failures else 0


if __name__ == "__main__":
    sys.exit(main())
