import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };

/** A project of its own that uses this one as a package: where it is, and how to run Deno in it. */
class Project implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param files Their texts by name. */
  static async create(files: Readonly<Record<string, string>>): Promise<Project> {
    const folder = await Deno.makeTempDir({ prefix: "x25519-chat-test-" });
    const specifier = `jsr:@x25519-tcp-chat/x25519-tcp-chat@${config.version}`;
    const settings = {
      links: [new URL("../../", import.meta.url).pathname],
      imports: { chat: specifier, "chat/": `${specifier.replace("jsr:", "jsr:/")}/` },
      lock: false,
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(settings));
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    return new Project(folder);
  }

  async deno(...args: string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: this.#folder,
      // Nothing answers there: the package comes from this folder, and from nowhere else.
      env: { JSR_URL: "http://127.0.0.1:1/", NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

Deno.test("exports: another project connects, and not without deciding about the key", async () => {
  const connect = (options: string) => `
    import { acceptAnyone, connectSecure, generateX25519KeyPair, NetworkError } from "chat";
    import { HandshakeState } from "chat/noise";
    console.log(acceptAnyone(), typeof HandshakeState);
    const staticKeyPair = await generateX25519KeyPair();
    try {
      await connectSecure({ hostname: "127.0.0.1", port: 1, staticKeyPair, ${options} });
    } catch (error) {
      console.log(error instanceof NetworkError && error.code);
    }
  `;
  await using project = await Project.create({
    "decides.ts": connect("acceptPeer: acceptAnyone"),
    "forgets.ts": connect(""),
  });
  const good = await project.deno("run", "--check", "--allow-net=127.0.0.1", "decides.ts");
  assert.equal(good.stdout, "true function\nconnection-refused\n", good.stderr);
  const bad = await project.deno("check", "forgets.ts");
  assert.equal(bad.success, false);
  assert.match(bad.stderr, /Property 'acceptPeer' is missing/);
});
