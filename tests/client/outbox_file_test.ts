import assert from "node:assert/strict";
import { encodeText, type NewRequest, UnansweredRequests } from "../../lib/chat/mod.ts";
import { OutboxFile } from "../../lib/client/outbox_file.ts";
import { CLIENT_KEYS, failure, SERVER_KEYS } from "../channel/support.ts";
import { idOf, keyOf } from "../chat/support.ts";
import { temporaryFolder } from "../support/doubles.ts";

const SERVER = SERVER_KEYS.publicKey;
const PRIVATE_KEY = CLIENT_KEYS.privateKey;

const REQUESTS: readonly NewRequest[] = [
  { type: "send", body: encodeText("the eagle has landed") },
  { type: "send", body: encodeText("for you"), to: { nick: "bob", key: keyOf(2) } },
  { type: "topic", topic: "lunch" },
  { type: "moderate", action: "kick", target: keyOf(3), reason: "why", seconds: 0 },
];

/** These requests, as a client has them. */
function unanswered(requests: readonly NewRequest[], from = 1) {
  const all = new UnansweredRequests();
  requests.forEach((request, index) =>
    all.add(request, { id: idOf(from + index), time: 1000 + index })
  );
  return all.all;
}

const nothing = { added: [], removed: [], isSent: true };

Deno.test("outbox file: what was kept is there again, in its order, until it is answered", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/box`;
  const first = await OutboxFile.open(path, PRIVATE_KEY);
  const { visit, kept } = first.begin(SERVER);
  assert.deepEqual([visit.length, kept], [16, []]);
  first.change({ ...nothing, added: unanswered(REQUESTS.slice(0, 2)) });
  first.change({ ...nothing, added: unanswered(REQUESTS.slice(2), 3), isSent: false });
  first.change({ ...nothing, removed: [idOf(2), idOf(99)] });
  first.close();

  const second = await OutboxFile.open(path, PRIVATE_KEY);
  const again = second.begin(SERVER);
  assert.deepEqual(again.visit, visit);
  assert.deepEqual(again.kept, [
    { id: idOf(1), request: REQUESTS[0], time: 1000, wasSent: true },
    { id: idOf(3), request: REQUESTS[2], time: 1000, wasSent: false },
    { id: idOf(4), request: REQUESTS[3], time: 1001, wasSent: false },
  ]);
  second.change({ added: unanswered(REQUESTS.slice(0, 1), 5), removed: [idOf(1)], isSent: false });
  second.markSent();
  second.close();

  const third = await OutboxFile.open(path, PRIVATE_KEY);
  assert.deepEqual(
    third.begin(SERVER).kept.map(({ id, wasSent }) => [id[0], wasSent]),
    [[3, true], [4, true], [5, true]],
  );
  third.close();
});

Deno.test("outbox file: nothing of it can be read without the identity", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/box`;
  const file = await OutboxFile.open(path, PRIVATE_KEY);
  file.begin(SERVER);
  file.change({ ...nothing, added: unanswered(REQUESTS) });
  file.close();
  const bytes = await Deno.readFile(path);
  const text = new TextDecoder("latin1").decode(bytes);
  for (const word of ["eagle", "lunch", "bob"]) assert.ok(!text.includes(word), word);
  const other = OutboxFile.open(path, SERVER_KEYS.privateKey);
  assert.equal(await failure(other), "UsageError/bad-file");
});

Deno.test("outbox file: it is for one server, as long as something is kept for it", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/box`;
  const file = await OutboxFile.open(path, PRIVATE_KEY);
  const { visit } = file.begin(SERVER);
  file.change({ ...nothing, added: unanswered(REQUESTS.slice(0, 1)) });
  file.close();
  const other = await OutboxFile.open(path, PRIVATE_KEY);
  assert.throws(() => other.begin(keyOf(9)), {
    code: "bad-file",
    message: `${path} keeps messages for another server; name another file with --outbox`,
  });
  assert.equal(other.begin(SERVER).kept.length, 1);
  other.change({ ...nothing, removed: [idOf(1)] });
  assert.notDeepEqual(other.begin(keyOf(9)).visit, visit);
  other.close();
});

Deno.test("outbox file: two clients do not share one", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/box`;
  const file = await OutboxFile.open(path, PRIVATE_KEY);
  await assert.rejects(OutboxFile.open(path, PRIVATE_KEY), {
    code: "bad-file",
    message: `${path} is in use by a running client; end that first`,
  });
  file.close();
});

Deno.test("outbox file: what another program has put there is refused", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/box`;
  await Deno.writeTextFile(path, "a letter", { mode: 0o600 });
  await assert.rejects(OutboxFile.open(path, PRIVATE_KEY), { code: "bad-file" });
});
