import assert from "node:assert/strict";
import { formatPublicKeyLine } from "../../../lib/identity/mod.ts";
import { openGuestList } from "../../../lib/server/door/guest_list_file.ts";
import { key, temporaryFolder } from "../../support/doubles.ts";

Deno.test("guest list file: without --allow there is no list", async () => {
  assert.equal(await openGuestList(undefined, () => {}), undefined);
});

Deno.test("guest list file: the list is read at the start, and lines of no use are told of", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/guests`;
  await Deno.writeTextFile(path, `${formatPublicKeyLine(key(1))} Ada\nssh-rsa AAAA somebody\n`);
  const told: string[] = [];
  const guests = await openGuestList(path, (text) => void told.push(text));
  assert.deepEqual(await guests?.find(key(1)), { name: "Ada", isOperator: false });
  assert.equal(await guests?.find(key(2)), undefined);
  assert.equal(told.length, 1);
  assert.ok(told[0].startsWith(`${path}, line 2: `), told[0]);
  // It is edited while the server runs.
  await Deno.writeTextFile(path, `${formatPublicKeyLine(key(2))} Bob, the second\n`);
  assert.equal(await guests?.find(key(1)), undefined);
  assert.deepEqual(await guests?.find(key(2)), { name: "Bob, the second", isOperator: false });
  // While an editor has it in hand, the last good list holds.
  await Deno.remove(path);
  assert.deepEqual(await guests?.find(key(2)), { name: "Bob, the second", isOperator: false });
  assert.equal(await guests?.find(key(1)), undefined);
  assert.equal(told.length, 2);
});

Deno.test("guest list file: a list that is not there, or broken, keeps the server from opening", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/guests`;
  // Else a mistyped name would be a list with nobody on it, or worse, none.
  await assert.rejects(openGuestList(path, () => {}), {
    code: "bad-file",
    message: new RegExp(`^there is no file ${path}; `),
  });
  await Deno.writeTextFile(path, "# guests\nx25519 nonsense!\n");
  await assert.rejects(openGuestList(path, () => {}), {
    code: "bad-file",
    message: new RegExp(`^${path}, line 2: `),
  });
  await assert.rejects(openGuestList(folder.path, () => {}), { code: "bad-file" });
});
