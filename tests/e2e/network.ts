/**
 * What a conversation has to outlive: a network that is cut, and a server that is killed.
 *
 * @module
 */
import type { Server } from "../support/programs.ts";
import type { Home } from "./home.ts";
import { HEADLESS } from "./party.ts";
import { Proxy } from "./proxy.ts";

/** A network between clients and a server, which is cut when the test says so. */
export class Network implements AsyncDisposable {
  readonly #proxy: Proxy;
  #cuts: (() => void)[] = [];
  #passage = Promise.withResolvers<void>();

  /** @param port Where the server listens on 127.0.0.1. */
  constructor(port: number) {
    this.#proxy = new Proxy(port);
    this.#proxy.attack = async ({ bytes, index }, wire) => {
      if (index === 0) this.#cuts.push(() => wire.cut());
      await this.#passage.promise;
      return [bytes];
    };
    this.#passage.resolve();
  }

  /** Where clients connect to. */
  get address(): string {
    return this.#proxy.address;
  }

  /** Cuts all connections that there are. */
  cut(): void {
    for (const cut of this.#cuts) cut();
    this.#cuts = [];
  }

  /** Cuts all connections that there are, and carries nothing more until it is mended. */
  fail(): void {
    this.#passage = Promise.withResolvers();
    this.cut();
  }

  /** Carries everything again, also what was sent since it has failed. */
  mend(): void {
    this.#passage.resolve();
  }

  /** Ends it; the programs on both sides have to be gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.mend();
    await this.#proxy[Symbol.asyncDispose]();
  }
}

/**
 * Kills a server, and starts it again.
 *
 * @param address Where clients look for it: where the first one listened. Each has another port besides.
 */
export async function restart(
  home: Home,
  server: Server,
  address: string,
  args: readonly string[] = [],
): Promise<Server> {
  server.signal("SIGKILL");
  await server.exited;
  return await home.server([...HEADLESS, "--listen", address, ...args]);
}
