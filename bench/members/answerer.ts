/**
 * The side of a pair that listens: it sends back what comes (`echo`), swallows so many bytes and
 * says so (`sink`), or lets others come and go (`door`).
 *
 * @module
 */
import { ownCpu, readOptions, say, told } from "./talk.ts";
import { listen, type Wire, type WireOptions } from "./wire.ts";

interface Options extends WireOptions {
  readonly task: "echo" | "sink" | "door";
  /** Bytes of a message (`echo`), or of all together (`sink`). */
  readonly size: number;
}

const options = readOptions<Options>();
const listener = await listen(options);
say({ port: listener.port });

const TASKS = {
  async echo() {
    const wire = await listener.accept();
    const message = new Uint8Array(options.size);
    for (;;) {
      await wire.receive(options.size);
      await wire.send(message);
    }
  },
  async sink() {
    const wire = await listener.accept();
    const before = ownCpu();
    for (let had = 0; had < options.size;) {
      const count = await wire.receiveSome();
      if (count === 0) throw new Error("the connection has ended");
      had += count;
    }
    await wire.send(new Uint8Array(1));
    say({ cpu: ownCpu() - before });
    await wait(wire);
  },
  async door() {
    void (async () => {
      for await (const _ of told()) say({ cpu: ownCpu() });
    })();
    for (;;) {
      const wire = await listener.accept();
      void wait(wire);
    }
  },
};

/** Until the other side has left. */
async function wait(wire: Wire): Promise<void> {
  await wire.receiveSome().catch(() => 0);
  await wire.close().catch(() => {});
}

await TASKS[options.task]();
Deno.exit(0);
