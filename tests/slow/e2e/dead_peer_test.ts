import assert from "node:assert/strict";
import { onlySentence } from "../../e2e/home.ts";
import { done, Party, seen } from "../../e2e/party.ts";

/** A program that is stopped keeps its connection, and does nothing any more. */
Deno.test({
  name:
    "dead peer: who is silent for too long is taken to be gone, whoever it is, and may come back",
  ignore: Deno.build.os === "windows",
  async fn() {
    const ofClient = async () => {
      await using party = await Party.host();
      const [ann, bob] = await party.joinAll(["ann", "bob"]);
      bob.signal("SIGSTOP");
      await seen([party.server, ann], "bob", "away");
      const { reason } = ann.events("member").find(({ change }) => change === "away") ?? {};
      assert.match(reason ?? "", /heard for \d+ seconds/);
      // The others have noticed nothing else.
      await done(ann, "say", { text: "still here" });
      await party.server.waitForText("still here");
      assert.deepEqual(ann.events("closed"), []);
      bob.signal("SIGCONT");
      await bob.waitForText("still here");
      await seen([party.server, ann], "bob", "back");
      await done(bob, "say", { text: "so am I" });
      await ann.waitForText("so am I");
      assert.ok(ann.events("member").every(({ change }) => change !== "left"));
    };
    const ofServer = async () => {
      await using party = await Party.open();
      const ann = await party.join("ann", ["--no-reconnect"]);
      const bob = await party.join("bob");
      await ann.write("is anybody there?\n");
      await bob.waitForText("is anybody there?");
      party.server.signal("SIGSTOP");
      assert.equal(await ann.status, 3);
      assert.match(onlySentence(ann.stderr.text), /^the server is gone: nothing was heard/);
      assert.deepEqual(ann.events("error").map(({ code }) => code), ["timed-out"]);
      const { reason } = await bob.waitForEvent("reconnecting");
      assert.match(reason, /^the server is gone: nothing was heard/);
      await bob.write("are you back?\n");
      party.server.signal("SIGCONT");
      await bob.waitForEvent("reconnected");
      await bob.waitForEvent("delivered");
    };
    await Promise.all([ofClient(), ofServer()]);
  },
});
