import assert from "node:assert/strict";
import { encodeBase64 } from "../../lib/identity/base64.ts";
import { memoryStore } from "../../lib/identity/mod.ts";
import { IgnoredPeople } from "../../lib/trust/ignored_people.ts";
import { key, print } from "../support/doubles.ts";

Deno.test("ignored people: under another name, a key is never missing in between", async () => {
  const line = (nick: string) => `${nick} x25519 ${encodeBase64(key(2))}`;
  const store = memoryStore("ignored_keys", `# mine\n${line("Bob")}\n${line("bob2")}\n`);
  const texts: string[] = [];
  const people = await IgnoredPeople.open({
    ...store,
    async update(edit) {
      await store.update(edit);
      texts.push(await store.read());
    },
  });
  await people.add({ nick: "rob", key: key(2) });
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? "", /^# mine\nrob x25519 \S+ \S+\n$/);
  assert.deepEqual([...people.names], [[print(2), "rob"]]);
});
