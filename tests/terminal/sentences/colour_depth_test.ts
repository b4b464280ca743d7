import assert from "node:assert/strict";
import {
  type ColourDepth,
  colourDepth,
  isDumbTerminal,
} from "../../../lib/terminal/sentences/colour_depth.ts";

const CASES: readonly (readonly [environment: Record<string, string>, depth: ColourDepth])[] = [
  [{}, "16"],
  [{ TERM: "xterm" }, "16"],
  [{ TERM: "xterm-256color" }, "256"],
  [{ TERM: "screen-256color", COLORTERM: "" }, "256"],
  [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "true"],
  [{ COLORTERM: "24bit" }, "true"],
  [{ COLORTERM: "yes" }, "16"],
  [{ TERM: "dumb", COLORTERM: "truecolor" }, "none"],
];

for (const [environment, depth] of CASES) {
  Deno.test(`colourDepth: ${JSON.stringify(environment)} has ${depth}`, () => {
    const read = (name: string) => environment[name];
    assert.equal(colourDepth(read, false), depth);
    assert.equal(colourDepth(read, true), "none", "NO_COLOR wins");
    assert.equal(isDumbTerminal(read), environment.TERM === "dumb");
  });
}

const MODULE = new URL("../../../lib/terminal/sentences/colour_depth.ts", import.meta.url).href;

async function depthWith(...permissions: string[]): Promise<string> {
  const script = `data:text/javascript,${
    encodeURIComponent(
      `import { colourDepth } from ${JSON.stringify(MODULE)}; console.log(colourDepth());`,
    )
  }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--no-prompt", ...permissions, script],
    env: { COLORTERM: "truecolor", TERM: "xterm-256color", NO_COLOR: "" },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("colourDepth: reads only what it may read, and asks for nothing", async () => {
  assert.equal(await depthWith(), "16");
  assert.equal(await depthWith("--allow-env"), "true");
  assert.equal(await depthWith("--allow-env=TERM"), "256");
  assert.equal(await depthWith("--allow-env=COLORTERM"), "true");
  assert.equal(await depthWith("--allow-env", "--deny-env=COLORTERM"), "256");
});
