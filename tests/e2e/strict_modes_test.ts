import assert from "node:assert/strict";
import { Home, onlySentence } from "./home.ts";

const hasModes = Deno.build.os !== "windows";

Deno.test({
  name: "strict modes: a home that others may write is refused by both programs",
  ignore: !hasModes,
  async fn() {
    await using home = new Home();
    await home.publicKey();
    await Deno.chmod(home.folder, 0o777);
    const command = `chmod go-w ${home.folder}`;
    const sentence =
      `the folder ${home.folder} is writable by other users of this computer; run: ${command}`;
    const runs = await Promise.all([
      home.run("server", ["--listen", "127.0.0.1:0"]),
      home.run("server", ["invitations"]),
      home.runClient(["127.0.0.1:1"]),
      home.runClient(["id"]),
    ]);
    for (const { status, stdout, stderr } of runs) {
      assert.deepEqual([status, stdout, onlySentence(stderr)], [2, "", sentence]);
    }
    await Deno.chmod(home.folder, 0o755);
    assert.equal((await home.runClient(["id"])).status, 0);
  },
});

Deno.test({
  name: "strict modes: a file of somebody else is refused, whichever it is",
  ignore: !hasModes || Deno.uid() !== 0,
  async fn() {
    await using home = new Home();
    await home.publicKey();
    const cases = [
      ["server", "banned_keys", []],
      ["server", "invitations", ["--invite-only"]],
      ["server", "guests", ["--allow", home.path("guests")]],
      ["client", "known_hosts", ["forget", "127.0.0.1:1"]],
      ["client", "verified_keys", ["127.0.0.1:1"]],
      ["client", "invitation", ["--invite-file", home.path("invitation")]],
      ["client", "identity.pem", ["127.0.0.1:1"]],
    ] as const;
    for (const [program, name, flags] of cases) {
      const path = home.path(name);
      if (name !== "identity.pem") await home.write(name, "");
      await Deno.chown(path, 12345, 12345);
      const address = program === "server" ? ["--listen", "127.0.0.1:0"] : [];
      const { status, stderr } = await home.run(program, [...address, ...flags]);
      const ways = "sudo -u '#12345', or docker run -u 12345";
      assert.equal(
        onlySentence(stderr),
        `${path} belongs to another user of this computer; run this program as that user: ${ways}`,
      );
      assert.equal(status, 2);
      await Deno.chown(path, 0, 0);
    }
  },
});
