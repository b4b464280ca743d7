import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { leastPermissions } from "../../scripts/least_permissions.ts";
import { temporaryFolder } from "../support/doubles.ts";
import { parseClientFlags } from "../../lib/program/flags/client_flags.ts";
import { parseServerFlags } from "../../lib/program/flags/server_flags.ts";
import { EXPERIMENTS } from "../../lab/experiments.ts";
import { parseInvitation } from "../../lib/identity/mod.ts";
import { codeLines, readPage, readUserPages } from "./pages.ts";

const pages = await readUserPages();
const readme = await readPage("README.md");
const { tasks }: { tasks: Record<string, unknown> } = JSON.parse(
  (await readPage("deno.json")).text,
);

/** How the pages start the programs: the short form for trying, and the parts of the least one. */
const PERMISSION =
  /^(?:-NRWE|--frozen|--no-prompt|--allow-net|--allow-run=vi|--allow-env=[A-Z0-9_,]+|--allow-sys=networkInterfaces|--allow-(?:read|write)="[^"]+")$/;

/** The words of a command, without what a shell keeps for itself. */
function words(line: string): readonly string[] {
  const [command = ""] = line.replace(/\s#\s.*$/, "").split(/\s[<>]\s|\s\|\s(?!deno)/);
  return command.replace(/^.*\| /, "").trim().split(/\s+/)
    .map((word) => word.replaceAll(/^'|'$/g, ""));
}

/** Fails unless a program or task takes what a page says behind its name. */
function check(line: string): void {
  const [deno, verb, ...rest] = words(line);
  if (deno !== "deno") return;
  if (verb === "task") {
    const [name = "", ...args] = rest;
    assert.ok(name in tasks, `${line}: there is no such task`);
    const experiments = ["all", ...EXPERIMENTS.map((experiment) => experiment.name)];
    for (const arg of name === "lab" ? args : []) {
      assert.ok(arg.startsWith("--") || experiments.includes(arg), line);
    }
    return;
  }
  assert.equal(verb, "run", line);
  const start = rest.findIndex((word) => /^(server|client)\.ts$/.test(word));
  for (const permission of rest.slice(0, start)) assert.match(permission, PERMISSION);
  const args = rest.slice(start + 1);
  if (rest[start] === "server.ts") parseServerFlags(args);
  else if (rest[start] === "client.ts") parseClientFlags(args);
  else assert.fail(`${line}: neither program is started`);
}

Deno.test("examples: the programs and tasks take every command that the pages show", () => {
  let count = 0;
  for (const { path, text } of pages) {
    for (const line of codeLines(text, "sh")) {
      assert.doesNotThrow(() => check(line), `${path}: ${line}`);
      count++;
    }
  }
  assert.ok(count >= 20);
});

Deno.test("examples: the two commands of the front page stand in its picture", async () => {
  const { text: picture } = await readPage("docs/session.svg");
  for (const program of ["server.ts", "client.ts"]) {
    const command = `deno run -NRWE ${program}`;
    assert.ok(readme.text.includes(`\n${command} `), command);
    assert.ok(picture.includes(`$ ${command}`), command);
  }
});

Deno.test({
  name: "examples: the least permissions of the page are those of the task, and enough",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { text } = await readPage("docs/install.md");
    const [line = ""] = codeLines(text, "sh").filter((line) => line.includes("--allow-read="));
    using home = temporaryFolder();
    const folder = `${home.path}/.config/x25519-chat`;
    const flags = line.replaceAll("$HOME", home.path).replaceAll('"', "").split(" ").slice(3, -1);
    const least = leastPermissions("server", ["--home", folder]);
    assert.deepEqual(flags.toSorted(), least.toSorted());
    const { PATH = "", DENO_DIR = `${Deno.env.get("HOME")}/.cache/deno` } = Deno.env.toObject();
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${line.replace(/^deno /, `"${Deno.execPath()}" `)} id --json`],
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      env: { HOME: home.path, PATH, DENO_DIR },
      clearEnv: true,
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.equal(
      JSON.parse(new TextDecoder().decode(stdout)).file,
      `${folder}/server.pem`,
    );
  },
});

Deno.test("examples: each task that the pages name is there", async () => {
  for (const { path, text } of [...pages, await readPage("CONTRIBUTING.md")]) {
    for (const [, name] of text.matchAll(/deno(?:@[\d.]+)? task ([a-z:-]+)/g)) {
      assert.ok(name in tasks, `${path}: there is no task ${name}`);
    }
  }
});

Deno.test("examples: the invitations that the pages show can be read", () => {
  let count = 0;
  for (const { text } of pages) {
    for (const [invitation] of text.matchAll(/x25519-chat:\/\/\S+/g)) {
      assert.equal(parseInvitation(invitation).secret.length, 16);
      count++;
    }
  }
  assert.ok(count >= 2);
});

Deno.test("the front page has fewer than 200 lines", () => {
  assert.ok(readme.text.split("\n").length <= 200);
});
