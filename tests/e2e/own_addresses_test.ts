import assert from "node:assert/strict";
import { parseInvitation } from "../../lib/identity/mod.ts";
import { ownAddresses } from "../../lib/server/door/own_addresses.ts";
import { EXECUTABLES, programCommand } from "../support/programs.ts";
import { Pty, ptyAvailable } from "../support/pty.ts";
import { Home, onlySentence, PERMISSIONS } from "./home.ts";

const ANY = ["--listen", "0.0.0.0:0", "--invite-only"];
const SEEING = [...PERMISSIONS, "--allow-sys=networkInterfaces"];

function serverOnTerminal(home: Home, permissions: readonly string[], args: readonly string[]) {
  const { command, env } = programCommand("server", permissions);
  return new Pty([...command, ...args, "--home", home.folder], {
    env: { ...env, NO_COLOR: "1" },
    columns: 100,
    timeout: 60_000,
  });
}

/** A screen as one text, however its rows were wrapped. */
function flat(rows: readonly string[]): string {
  return rows.map((row) => row.trim()).join(" ");
}

Deno.test({
  name: "own addresses: /invite offers them, with the port on which the server listens" +
    (ptyAvailable ? "" : " (ignored: no util-linux script here)"),
  ignore: !ptyAvailable,
  async fn() {
    await using home = new Home();
    await using server = serverOnTerminal(home, SEEING, ANY);
    await server.waitFor(/^host:/m, "the prompt");
    const [, port = ""] = /0\.0\.0\.0:(\d+)/.exec(server.output) ?? [];
    const found = ownAddresses({ hostname: "0.0.0.0", port: Number(port) }) ?? [];
    await server.type("/invite 24h single-use\r");
    if (found.length === 1) {
      await server.waitFor((rows) => flat(rows).includes(`It names ${found[0]?.hostname}:${port}`));
    } else if (found.length === 0) {
      await server.waitFor((rows) => flat(rows).includes("/invite HOST:PORT 24h single-use"));
    } else {
      const ready = `/invite ${found[0]?.hostname}:${port} 24h single-use`;
      await server.waitFor((rows) => flat(rows).includes(ready), ready);
    }
    await server.type("/invite single-use 127.0.0.1 24h\r");
    const local = new RegExp(`x25519-chat://127\\.0\\.0\\.1:${port}/[\\w-]{71}`);
    await server.waitFor(() => local.test(server.output), "an invitation to this machine");
    const [line = ""] = local.exec(server.output) ?? [];
    assert.equal(parseInvitation(line).address, `127.0.0.1:${port}`);
    await using guest = new Home();
    const joined = await guest.runClient([line]);
    assert.equal(joined.status, 0, joined.stderr);
    await server.type("/quit\r");
    assert.equal(await server.status, 0);
  },
});

Deno.test({
  name: "own addresses: without the permission nobody is asked, and it is said what to type" +
    (ptyAvailable ? "" : " (ignored: no util-linux script here)"),
  ignore: !ptyAvailable || EXECUTABLES !== undefined,
  async fn() {
    await using home = new Home();
    await using server = serverOnTerminal(home, PERMISSIONS, ANY);
    await server.waitFor(/^host:/m, "the prompt");
    await server.type("/invite 24h\r");
    await server.waitFor((rows) =>
      /\(with --allow-sys=networkInterfaces they are listed here\): \/invite HOST:PORT 24h/.test(
        flat(rows),
      )
    );
    assert.doesNotMatch(server.output, /Deno requests|Allow\?/);
    await server.type("/quit\r");
    assert.equal(await server.status, 0);
  },
});

Deno.test({
  name: "own addresses: --invite and the task say which flag to add",
  ignore: EXECUTABLES !== undefined,
  async fn() {
    await using home = new Home();
    const start = await home.run("server", [...ANY, "--invite"]);
    assert.equal(start.status, 2);
    assert.match(
      onlySentence(start.stderr),
      /; with|\(with --allow-sys=\S+ they .*--public HOST:PORT$/,
    );
    const task = await home.run("server", ["invite", "--listen", "0.0.0.0:4711"], {
      permissions: SEEING,
    });
    assert.equal(task.status, 2);
    const [first] = ownAddresses({ hostname: "::", port: 4711 }) ?? [];
    const sentence = onlySentence(task.stderr);
    const where = first === undefined ? "HOST:PORT" : first.hostname;
    assert.ok(/server\.ts invite --public /.test(sentence) && sentence.includes(where), sentence);
  },
});
