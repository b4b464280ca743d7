import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import { personColour } from "../../../lib/terminal/sentences/person_colour.ts";
import { Pty, ptyAvailable } from "../../support/pty.ts";

Deno.test("createPaint: a role begins and ends its own colour", () => {
  const paint = createPaint("16");
  assert.equal(paint.self("ada"), "\x1b[1;32mada\x1b[22;39m");
  assert.equal(paint.mention("ada"), "\x1b[7mada\x1b[27m");
  assert.equal(paint.dim("12:00"), "\x1b[2m12:00\x1b[22m");
  assert.equal(paint.error(""), "");
});

Deno.test("createPaint: a person has the colour of their fingerprint, as far as there are colours", () => {
  for (const depth of ["16", "256", "true"] as const) {
    const colour = personColour("SHA256:x", depth);
    const paint = createPaint(depth);
    assert.equal(paint.person("ada", "SHA256:x"), `\x1b[${colour}mada\x1b[39m`);
    assert.equal(paint.person("", "SHA256:x"), "");
  }
});

Deno.test("createPaint: bytes of an explanation have the colour of their role", () => {
  const paint = createPaint("256");
  const painted = (["public key", "secret", "tag"] as const).map((role) => paint.field("ab", role));
  assert.equal(new Set(painted).size, 3);
  for (const text of painted) assert.match(text, /^\x1b\[\d+mab\x1b\[39m$/);
});

Deno.test("createPaint: without colour every text is as it was", () => {
  for (const role of Object.values(createPaint("none"))) {
    assert.equal(role("text", "SHA256:x"), "text");
  }
});

const PROGRAM = fileURLToPath(new URL("./fixtures/paint_program.ts", import.meta.url));
const OUTPUT = "\x1b[33moutput\x1b[39m";
const COMPLAINT = "\x1b[1;31mcomplaint\x1b[22;39m";

const CASES = [
  { what: "a terminal", shell: `"$@"`, noColor: "", output: OUTPUT, complaint: COMPLAINT },
  { what: "NO_COLOR", shell: `"$@"`, noColor: "1", output: "output", complaint: "complaint" },
  {
    what: "a pipe for standard output",
    shell: `"$@" | cat`,
    noColor: "",
    output: "output",
    complaint: COMPLAINT,
  },
  {
    what: "a pipe for standard error",
    shell: `{ "$@" 2>&1 >&3 | cat; } 3>&1`,
    noColor: "",
    output: OUTPUT,
    complaint: "complaint",
  },
];

for (const { what, shell, noColor, output, complaint } of CASES) {
  Deno.test({
    name: `paintFor: respects ${what}, without any permission`,
    ignore: !ptyAvailable,
    async fn() {
      const deno = [Deno.execPath(), "run", "--quiet", "--no-lock", "--no-prompt", PROGRAM];
      await using pty = new Pty(["sh", "-c", shell, "sh", ...deno], { env: { NO_COLOR: noColor } });
      await pty.waitFor((screen) => screen.includes("output") && screen.includes("complaint"));
      assert.equal(await pty.status, 0);
      assert.ok(pty.output.includes(`${output}\r\n`), JSON.stringify(pty.output));
      assert.ok(pty.output.includes(`${complaint}\r\n`), JSON.stringify(pty.output));
    },
  });
}
