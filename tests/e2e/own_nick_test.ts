import assert from "node:assert/strict";
import { programCommand, type ProgramName } from "../support/programs.ts";
import { Pty, ptyAvailable } from "../support/pty.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { done } from "./party.ts";

const noTerminal = ptyAvailable ? "" : " (ignored: no util-linux script here)";

/** A program on a terminal, whose user the system calls so. */
function terminal(home: Home, program: ProgramName, user: string, args: readonly string[]): Pty {
  const { command, env } = programCommand(program, PERMISSIONS);
  return new Pty([...command, ...args, "--home", home.folder], {
    env: { ...env, NO_COLOR: "1", USER: user },
    columns: 100,
    timeout: 60_000,
  });
}

Deno.test({
  name:
    `own nick: at first it is the user's name, and then the last one that was used${noTerminal}`,
  ignore: !ptyAvailable,
  async fn() {
    await using host = new Home();
    await using guest = new Home();
    await using server = await host.server(["--json"], { stdin: "piped" });
    const visits: [args: readonly string[], nick: string, types: string][] = [
      [[], "john.doe", ""],
      [["--nick", "ann"], "ann", ""],
      [[], "ann", "/nick zoe\r"],
      [[], "zoe", "/nick admin\r"],
      [[], "zoe", ""],
    ];
    for (const [args, nick, types] of visits) {
      const given = ["--accept-new", server.address, ...args];
      await using client = terminal(guest, "client", "john.doe", given);
      await client.waitFor(
        new RegExp(`^${nick.replace(".", "\\.")}:`, "m"),
        `the prompt of ${nick}`,
      );
      if (types !== "") {
        await client.type(types);
        await client.waitFor(types.includes("zoe") ? /^zoe:/m : /choose another/, "the answer");
      }
      await client.type("/quit\r");
      assert.equal(await client.status, 0);
    }
    assert.equal(await guest.read("client_nick"), "zoe\n");
  },
});

Deno.test({
  name: `own nick: the person at the server has one of their own${noTerminal}`,
  ignore: !ptyAvailable,
  async fn() {
    await using home = new Home();
    const visits: [user: string, nick: string, types: string][] = [
      ["root", "host", ""],
      ["OFFICE\\John Smith", "John_Smith", "/nick chair\r"],
      ["ann", "chair", ""],
    ];
    for (const [user, nick, types] of visits) {
      await using server = terminal(home, "server", user, ["--listen", "127.0.0.1:0"]);
      await server.waitFor(new RegExp(`^${nick}:`, "m"), `the prompt of ${nick}`);
      if (types !== "") {
        await server.type(types);
        await server.waitFor(/^chair:/m);
      }
      await server.type("/quit\r");
      assert.equal(await server.status, 0);
    }
    assert.equal(await home.read("server_nick"), "chair\n");
  },
});

Deno.test("own nick: a robot's is not remembered, and a name that is not allowed stops nobody", async () => {
  await using host = new Home();
  await using guest = new Home();
  await using server = await host.server(["--json", "--nick", "chair"], { stdin: "piped" });
  const visit = async (args: readonly string[], user = "") => {
    const env = { USER: user };
    const all = [server.address, "--accept-new", "--json", ...args];
    const client = guest.client(all, { env });
    const { you } = await client.waitForEvent("connected");
    return { client, nick: you.nick };
  };
  {
    const { client } = await visit(["--nick", "clock"]);
    await done(client, "nick", { name: "clock2" });
    await client[Symbol.asyncDispose]();
  }
  for (const [user, nick] of [["ann", "ann"], ["root", "guest"], ["", "guest"]]) {
    const visited = await visit([], user);
    assert.equal(visited.nick.replace(/-\d+$/, ""), nick);
    await visited.client[Symbol.asyncDispose]();
  }
  await guest.write("client_nick", "admin\n");
  const visited = await visit([], "bea");
  assert.equal(visited.nick, "bea");
  await visited.client[Symbol.asyncDispose]();
  assert.equal(await guest.read("client_nick"), "admin\n");
  await assert.rejects(host.read("server_nick"), Deno.errors.NotFound);
});
