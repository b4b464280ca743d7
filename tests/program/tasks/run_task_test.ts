import assert from "node:assert/strict";
import { generateX25519KeyPair } from "../../../lib/crypto/mod.ts";
import { fileStore, fingerprint, KeyBook, parseInvitation } from "../../../lib/identity/mod.ts";
import { parseClientFlags } from "../../../lib/program/flags/client_flags.ts";
import { TaskRequest } from "../../../lib/program/flags/flags.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { runTask } from "../../../lib/program/tasks/run_task.ts";
import { capture, key, print, temporaryFolder } from "../../support/doubles.ts";

const DAY = "2026-01-02";

/** A folder in which tasks are done, one after the other. */
class Home implements Disposable {
  readonly #folder = temporaryFolder();

  get path(): string {
    return `${this.#folder.path}/home`;
  }

  /** Puts a file into it. */
  async write(name: string, text: string): Promise<void> {
    await Deno.mkdir(this.path, { recursive: true });
    await Deno.writeTextFile(`${this.path}/${name}`, text, { mode: 0o600 });
  }

  /** A file in it. */
  read(name: string): Promise<string> {
    return Deno.readTextFile(`${this.path}/${name}`);
  }

  /** What a task of the server writes to standard output. */
  server(...args: readonly string[]): Promise<string> {
    return run(parseServerFlags(["--home", this.path, ...args]));
  }

  /** The same of the client. */
  client(...args: readonly string[]): Promise<string> {
    return run(parseClientFlags(["--home", this.path, ...args]));
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

async function run(parsed: unknown): Promise<string> {
  assert.ok(parsed instanceof TaskRequest);
  using stdout = capture("stdout");
  await runTask(parsed);
  return stdout.text;
}

/** The text of a notice, in JSON. */
function notice(text: string): string {
  return `${JSON.stringify({ event: "notice", text })}\n`;
}

Deno.test("bans: a line for each, or that there is nobody", async () => {
  using home = new Home();
  assert.equal(await home.server("bans"), "nobody is banned\n");
  await home.write("banned_keys", `# bans\n${print(1)} ${DAY} eve spam\n${print(2)} ${DAY} -\n`);
  const text = `${print(1)}  ${DAY}  eve  spam\n${print(2)}  ${DAY}`;
  assert.equal(await home.server("bans"), `${text}\n`);
  assert.equal(await home.server("bans", "--json"), notice(text));
});

Deno.test("bans: what stands in the file does nothing to a terminal", async () => {
  using home = new Home();
  await home.write("banned_keys", `${print(1)} ${DAY} eve \u202espam\u2066\n`);
  assert.equal(await home.server("bans"), `${print(1)}  ${DAY}  eve  <U+202E>spam<U+2066>\n`);
});

Deno.test("unban: by name or fingerprint, and the file keeps the rest", async () => {
  using home = new Home();
  const rest = `# bans\n${print(3)} ${DAY} bob\n`;
  await home.write("banned_keys", `${rest}${print(1)} ${DAY} eve spam\n${print(2)} ${DAY} -\n`);
  assert.equal(await home.server("unban", "eve"), "eve is no longer banned\n");
  const text = `${print(2)} is no longer banned`;
  assert.equal(await home.server("unban", print(2), "--json"), notice(text));
  assert.equal(await home.read("banned_keys"), rest);
});

Deno.test("unban: whoever is not meant stays out", async () => {
  using home = new Home();
  const text = `${print(1)} ${DAY} eve\n${print(2)} ${DAY} eve\n${print(3)} ${DAY} -\n`;
  await home.write("banned_keys", text);
  await assert.rejects(home.server("unban", "eve"), {
    code: "usage",
    message: /called eve; give the fingerprint$/,
  });
  for (const whom of ["", "-", "ada", print(9)]) {
    await assert.rejects(home.server("unban", whom), { code: "usage" }, whom);
  }
  assert.equal(await home.read("banned_keys"), text);
});

Deno.test("bans and unban: a line that cannot be read is an error, and nothing is changed", async () => {
  using home = new Home();
  const text = `${print(1)} ${DAY} eve\neve\n`;
  await home.write("banned_keys", text);
  for (const args of [["bans"], ["unban", "eve"], ["unban", print(1)]]) {
    await assert.rejects(home.server(...args), {
      code: "bad-file",
      message: new RegExp(`^${home.path}/banned_keys, line 2: `),
    });
  }
  assert.equal(await home.read("banned_keys"), text);
});

Deno.test("invite: an invitation to the server whose identity it is, that revoke ends", async () => {
  using home = new Home();
  const args = ["invite", "--public", "Chat.Example:9"];
  const { publicKey } = JSON.parse(await home.server("id", "--json"));
  const event = JSON.parse(
    await home.server(...args, "--expires", "24h", "--single-use", "--json"),
  );
  assert.deepEqual([event.event, event.singleUse], ["invitation", true]);
  const { address, serverKey } = parseInvitation(event.invite);
  assert.equal(address, "chat.example:9");
  assert.equal(`x25519 ${btoa(String.fromCharCode(...serverKey))}`, publicKey);
  const listed = await home.server("invitations");
  assert.match(
    listed,
    new RegExp(`^${event.id}  open, single-use, made .* UTC, until ${event.expires.slice(0, 10)} `),
  );
  assert.equal(
    await home.server("revoke", event.id),
    `invitation ${event.id} is revoked\n`,
  );
  assert.match(await home.server("invitations"), new RegExp(`^${event.id}  revoked `));
});

Deno.test("invite: for people the invitation stands on a line by itself", async () => {
  using home = new Home();
  const shown = await home.server("invite", "--public", "chat.example:9");
  const [terms, line, end, ...more] = shown.split("\n");
  assert.match(terms, /^Invitation \S+, .*until you revoke it\./);
  assert.equal(parseInvitation(line).address, "chat.example:9");
  assert.deepEqual([end, more], ["", []]);
});

Deno.test("invitations and revoke: what there is, and the end of one", async () => {
  using home = new Home();
  assert.equal(await home.server("invitations"), "there are no invitations\n");
  await assert.rejects(home.server("revoke", "0123abcd"), {
    code: "usage",
    message: /^there is no open invitation "0123abcd"; /,
  });
});

Deno.test("id: makes an identity once, and shows it from then on", async () => {
  using home = new Home();
  const shown = await home.client("id");
  assert.match(
    shown,
    /^Fingerprint: SHA256:\S{43}\nPublic key: {2}x25519 \S{44}\nFile: {8}\S+identity\.pem\n$/,
  );
  assert.match(await home.server("id"), /^File: {8}\S+server\.pem$/m);
  assert.notEqual((await home.server("id")).split("\n")[0], shown.split("\n")[0]);
  const { publicKey, ...others } = JSON.parse(await home.client("id", "--json"));
  assert.equal(`${publicKey}\n`, await home.client("id", "--export-public"));
  assert.deepEqual(others, {
    event: "identity",
    fingerprint: shown.slice("Fingerprint: ".length).split("\n")[0],
    file: `${home.path}/identity.pem`,
    format: "pkcs8",
    encrypted: false,
  });
});

Deno.test("forget: a server by its address, and a person by name", async () => {
  using home = new Home();
  await home.write("known_hosts", "");
  const { publicKey } = await generateX25519KeyPair();
  const books = ["known_hosts", "verified_keys"].map((name) =>
    new KeyBook(fileStore(`${home.path}/${name}`))
  );
  await books[0].add("chat.example:99", publicKey, DAY);
  await books[1].add("ada", key(1), DAY);
  assert.equal(await home.client("forget", "ada"), `Forgot ada, ${print(1)}\n`);
  assert.equal(
    await home.client("forget", "Chat.Example:99", "--json"),
    notice(`Forgot chat.example:99, ${fingerprint(publicKey)}`),
  );
  for (const book of books) assert.deepEqual(await book.entries(), []);
  await assert.rejects(home.client("forget", "ada"), { code: "usage" });
});

Deno.test({
  name:
    "tasks: without permission to keep files there is nothing to list or to end, and why is said",
  permissions: { read: false, write: false, env: false },
  async fn() {
    const cases: readonly (readonly [args: string[], what: string])[] = [
      [["bans"], "there are no saved bans"],
      [["unban", "eve"], "there are no saved bans"],
      [["invite", "--public", "a:1"], "there are no saved invitations"],
      [["invitations"], "there are no saved invitations"],
      [["revoke", "0123abcd"], "there are no saved invitations"],
      [["id"], "there is no saved identity"],
    ];
    for (const [args, what] of cases) {
      for (const home of [[], ["--home", "/somewhere"]]) {
        await assert.rejects(run(parseServerFlags([...home, ...args])), {
          code: "permission",
          message: new RegExp(`^${what}: saving is off; run with --allow-read `),
        });
      }
    }
  },
});
