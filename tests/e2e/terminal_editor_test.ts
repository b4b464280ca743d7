import assert from "node:assert/strict";
import { EXECUTABLES } from "../support/programs.ts";
import { Home, PERMISSIONS } from "./home.ts";
import { Party } from "./party.ts";
import { RawMember } from "./raw.ts";
import { joinOnTerminal, terminalTest } from "./terminals.ts";

/** As long as a message may be that is shown whole, in characters. */
const LONG = 16_000;

terminalTest("editor: what is said meanwhile is read, and too much of it is left out", async () => {
  await using home = new Home();
  const editor = home.beside("editor");
  await Deno.writeTextFile(editor, "#!/bin/sh\necho editing\nread -r answer\n", { mode: 0o700 });
  await using party = await Party.open(["--max-queue", "262144"]);
  await using ann = await joinOnTerminal(party.server.address, "ann", ["--home", home.folder], {
    permissions: [...PERMISSIONS, `--allow-run=${editor}`],
    env: { VISUAL: "", EDITOR: `'${editor}'` },
  });
  await using eve = await RawMember.join(party.server, "eve");
  await ann.waitFor("eve joined.");
  await ann.type("/editor\r");
  await ann.waitFor("editing");
  // More than all that could wait on its way to a client that does not read.
  for (let count = 1; count <= 400; count++) await eve.say(`${count} ${"x".repeat(LONG)}`);
  // It rings for a private message at once, whoever has the terminal.
  const [me] = eve.member.others;
  await eve.say("the end", me);
  const rings = () => ann.output.slice(ann.output.indexOf("editing")).includes("\x07");
  await ann.waitFor(rings, "the bell, when all was read");
  assert.doesNotMatch(ann.screen().join("\n"), /xxx/, "the terminal is the editor's");
  await ann.type("\r");
  await ann.waitFor(/^\d\d:\d\d eve \(to you alone\): the end\nann: ?$/m);
  // So much has scrolled out of the window's own memory.
  const [, lines, first] =
    /(\d+) lines left out here: .*? \/history shows them\.\r+\n[^\n]*? eve: (\d+) x/.exec(
      ann.output,
    ) ??
      [];
  assert.ok(Number(lines) > 0);
  // The line that was entered is among them.
  assert.equal(Number(first), Number(lines), "the oldest are left out, and no others");
  assert.match(ann.output, / eve: 400 x/);
  await eve.leave();
}, EXECUTABLES === undefined ? undefined : "an executable has its permissions built in");
