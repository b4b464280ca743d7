import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { editText } from "../../../lib/terminal/prompt/external_editor.ts";

/** A home whose editor is a shell script, which gets the file as `$1`. */
class Desk implements Disposable {
  readonly home = Deno.makeTempDirSync();
  readonly #before = Deno.env.get("VISUAL");

  constructor(script: string) {
    const editor = `${this.home}/editor`;
    Deno.writeTextFileSync(editor, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    Deno.env.set("VISUAL", `'${editor}'`);
  }

  edit(text: string): Promise<string> {
    return editText(text, { home: this.home, name: "client" });
  }

  /** Edits a text, which fails, and returns the sentence that says so. */
  async fail(text: string): Promise<string> {
    let sentence = "";
    await assert.rejects(this.edit(text), (error) => {
      assert.ok(error instanceof UsageError);
      sentence = error.message;
      return true;
    });
    return sentence;
  }

  /** The folders of texts that are there. */
  get folders(): string[] {
    const names = Array.from(Deno.readDirSync(this.home), ({ name }) => name);
    return names.filter((name) => name.startsWith("draft"));
  }

  [Symbol.dispose]() {
    if (this.#before === undefined) Deno.env.delete("VISUAL");
    else Deno.env.set("VISUAL", this.#before);
    for (const name of this.folders) Deno.chmodSync(`${this.home}/${name}`, 0o700);
    Deno.removeSync(this.home, { recursive: true });
  }
}

/** Where a sentence says that the text is. */
function placeIn(sentence: string): string {
  return /; what you saved is in (.+)$/.exec(sentence)?.[1] ?? "";
}

Deno.test("editor: what was saved comes back, and nothing stays", async () => {
  using desk = new Desk(`echo more >> "$1"`);
  assert.equal(await desk.edit("text"), "text\nmore");
  assert.deepEqual(desk.folders, []);
});

Deno.test("editor: one that fails after it has saved leaves the text, and says where", async () => {
  using desk = new Desk(`echo more >> "$1"; exit 3`);
  const sentence = await desk.fail("text");
  assert.match(sentence, /ended with status 3; /);
  assert.equal(await Deno.readTextFile(placeIn(sentence)), "text\nmore\n");
});

Deno.test("editor: as many bytes may be another text", async () => {
  using desk = new Desk(`echo TEXT > "$1"; exit 3`);
  assert.equal(await Deno.readTextFile(placeIn(await desk.fail("text"))), "TEXT\n");
});

Deno.test("editor: a text that cannot be taken is left, and the sentence says where", async () => {
  const scripts = {
    "too large": `head -c 1048577 /dev/zero > "$1"`,
    "UTF-16": `printf '\\377\\376a\\000' > "$1"`,
    "for others to write": `echo more >> "$1"; chmod 666 "$1"`,
  };
  for (const [what, script] of Object.entries(scripts)) {
    using desk = new Desk(script);
    const path = placeIn(await desk.fail("text"));
    assert.ok((await Deno.stat(path)).size > 0, what);
  }
});

Deno.test("editor: one that fails and has saved nothing leaves nothing", async () => {
  using desk = new Desk("exit 3");
  assert.match(await desk.fail("text"), /ended with status 3$/);
  assert.deepEqual(desk.folders, []);
  using other = new Desk(`rm "$1"`);
  assert.match(await other.fail("text"), /left no text$/);
  assert.deepEqual(other.folders, []);
});

Deno.test("editor: a folder that cannot be removed does not cost the text", async () => {
  const remove = Deno.remove;
  using desk = new Desk(`echo more >> "$1"`);
  Deno.remove = () => Promise.reject(new Deno.errors.PermissionDenied("no"));
  try {
    assert.equal(await desk.edit("text"), "text\nmore");
  } finally {
    Deno.remove = remove;
  }
});
