import assert from "node:assert/strict";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { openHistory } from "../../lib/server/open_history.ts";
import type { OwnIdentity } from "../../lib/trust/own_identity.ts";
import { ALL, DAY, entry, texts } from "../history/support.ts";
import { folderTest, usageError } from "../identity/fixtures/support.ts";

const LASTING: OwnIdentity = {
  keyPair: await generateX25519KeyPair(),
  file: "/somewhere/identity.pem",
  format: "pkcs8",
  isEncrypted: false,
  notice: undefined,
};

Deno.test("open history: without the flag there is none", async () => {
  const flags = { history: undefined, keep: undefined, keepSize: undefined };
  assert.equal(await openHistory(flags, { ...LASTING, file: undefined }), undefined);
});

folderTest(
  "open history: under the server's identity, as long as the flags say",
  async (folder) => {
    const flags = { history: `${folder}/room.db`, keep: undefined, keepSize: undefined };
    let log = await openHistory(flags, LASTING) ?? assert.fail();
    await log.append([entry("long ago")]);
    await log.append([entry("just now", undefined, Date.now())]);
    await log.close();
    log = await openHistory({ ...flags, keep: DAY }, LASTING) ?? assert.fail();
    assert.deepEqual(texts(await log.readAfter(0, ALL)), ["just now"]);
    await log.close();
  },
);

folderTest("open history: an identity that lasts for this run is of no use", async (folder) => {
  const flags = { history: `${folder}/room.db`, keep: undefined, keepSize: undefined };
  await assert.rejects(
    openHistory(flags, { ...LASTING, file: undefined }),
    usageError(
      "permission",
      "a history needs a saved identity, but saving is off; run with --allow-read " +
        "--allow-write --allow-env, or name its file with --identity FILE",
    ),
  );
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});
