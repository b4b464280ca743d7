import assert from "node:assert/strict";
import { refuseForeignFile } from "../../../lib/identity/files/strict_modes.ts";
import { ON_WINDOWS, usageError } from "../fixtures/support.ts";

Deno.test({
  name: "strict modes: a user is told how to take a file over, and root who should use it",
  ignore: ON_WINDOWS,
  async fn() {
    const { uid } = Deno;
    const info = { mode: 0o100600, uid: 12345, gid: 12345 };
    const path = "/home/ann/it's";
    const what = `${path} belongs to another user of this computer`;
    try {
      Deno.uid = () => 1000;
      await assert.rejects(
        refuseForeignFile(path, path, info),
        usageError(
          "bad-file",
          `${what}; if it is meant for you, run: sudo chown "$(id -u)" '/home/ann/it'\\''s'`,
        ),
      );
    } finally {
      Deno.uid = uid;
    }
  },
});
