import assert from "node:assert/strict";
import type { SecureChannel } from "../../../lib/channel/mod.ts";
import { meetServer } from "../../../lib/client/meeting/meet_server.ts";
import { AuthenticationError, NetworkError, UsageError } from "../../../lib/errors.ts";
import { establish } from "../../channel/support.ts";
import { memoryPair } from "../../support/wire.ts";

const UNKNOWN = new AuthenticationError("key-unknown", "the key is not known here");

interface Options {
  /** What each try to connect comes to. */
  readonly tries: readonly (SecureChannel | Error)[];
  readonly isUndecided?: boolean;
  readonly decided?: Error;
  readonly remembered?: Error;
}

/** What happens in which order when a server is met. */
async function meet({ tries, isUndecided = false, decided, remembered }: Options): Promise<{
  calls: readonly string[];
  result: unknown;
}> {
  const calls: string[] = [];
  let count = 0;
  const result = await meetServer({
    address: { hostname: "192.0.2.1", port: 12345 },
    trust: {
      isUndecided,
      decide() {
        calls.push("ask");
        return decided === undefined ? Promise.resolve() : Promise.reject(decided);
      },
      remember(key) {
        calls.push(`remember ${key.length} bytes`);
        return remembered === undefined ? Promise.resolve() : Promise.reject(remembered);
      },
    },
    connect() {
      calls.push("connect");
      const outcome = tries[count++];
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    warn: (text) => Promise.resolve(void calls.push(`warn ${text}`)),
  }).catch((error) => error);
  return { calls, result };
}

Deno.test("meet: a server whose key is accepted is connected to once, and remembered", async () => {
  const { client, server } = await establish({ transports: memoryPair() });
  const { calls, result } = await meet({ tries: [client] });
  assert.equal(result, client);
  assert.deepEqual(calls, ["connect", "remember 32 bytes"]);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("meet: about an unknown key a person is asked while nothing is connected", async () => {
  const { client, server } = await establish({ transports: memoryPair() });
  const { calls, result } = await meet({ tries: [UNKNOWN, client], isUndecided: true });
  assert.equal(result, client);
  assert.deepEqual(calls, ["connect", "ask", "connect", "remember 32 bytes"]);
  await Promise.all([client.close(), server.close()]);
});

Deno.test("meet: an unknown key that is not accepted is not connected to again", async () => {
  const refused = new AuthenticationError("key-unknown", "you did not accept it");
  const { calls, result } = await meet({ tries: [UNKNOWN], isUndecided: true, decided: refused });
  assert.equal(result, refused);
  assert.deepEqual(calls, ["connect", "ask"]);
});

Deno.test("meet: about anything else that goes wrong nobody is asked", async () => {
  const changed = new AuthenticationError("key-changed", "THE KEY HAS CHANGED");
  for (const error of [changed, new NetworkError("timed-out", "nobody answers")]) {
    const { calls, result } = await meet({ tries: [error] });
    assert.equal(result, error);
    assert.deepEqual(calls, ["connect"]);
  }
});

Deno.test("meet: a key that cannot be saved is told of; one that has changed meanwhile ends it", async () => {
  const { client, server } = await establish({ transports: memoryPair() });
  const full = new UsageError("bad-file", "the disk is full");
  const { calls, result } = await meet({ tries: [client], remembered: full });
  assert.equal(result, client);
  assert.match(calls[2], /^warn .*the disk is full$/);
  const changed = new AuthenticationError("key-changed", "THE KEY HAS CHANGED");
  assert.equal((await meet({ tries: [client], remembered: changed })).result, changed);
  await Promise.all([client.close(), server.close()]);
});
