import assert from "node:assert/strict";
import { type Resolver, tcpConnect } from "../../../lib/channel/tcp/dial.ts";
import { NetworkError } from "../../../lib/errors.ts";

/** Longer than any test takes, in milliseconds. */
const PATIENT = 60_000;

/** Whether this machine has the address `::1`. */
const hasIpv6 = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

/** A resolver that knows the addresses of every name. */
function knows(addresses: readonly string[] | undefined): Resolver & { asked: string[] } {
  const asked: string[] = [];
  return { asked, lookUp: (name) => (asked.push(name), Promise.resolve(addresses)) };
}

/** Connects by a name, and says which address answered. */
async function reach(name: string, port: number, resolver: Resolver): Promise<string> {
  const transport = await tcpConnect({ hostname: name, port }, PATIENT, undefined, resolver, 0);
  transport.close();
  return transport.remoteHostname ?? "";
}

Deno.test("dial: every address of a name is tried, until one answers", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const addresses = ["127.0.0.9", "127.0.0.8", "127.0.0.1"];
  assert.equal(await reach("chat.test", port, knows(addresses)), "127.0.0.1");
});

Deno.test({
  name: "dial: both families are tried, whichever comes first" +
    (hasIpv6 ? "" : " (ignored: this machine has no ::1)"),
  ignore: !hasIpv6,
  async fn() {
    for (const hostname of ["127.0.0.1", "::1"]) {
      using listener = Deno.listen({ hostname, port: 0 });
      const { port } = listener.addr;
      for (const addresses of [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]]) {
        assert.equal(await reach("chat.test", port, knows(addresses)), hostname);
      }
    }
  },
});

Deno.test("dial: if no address answers, one sentence says so for all", async () => {
  const { port } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr;
  })();
  const addresses = ["127.0.0.8", "127.0.0.9"];
  await assert.rejects(reach("chat.test", port, knows(addresses)), {
    name: "NetworkError",
    code: "connection-refused",
    message: `no server is listening at chat.test:${port} (tried 127.0.0.8, 127.0.0.9)`,
  });
  await assert.rejects(reach("127.0.0.1", port, knows([])), {
    message: `no server is listening at 127.0.0.1:${port}`,
  });
});

Deno.test("dial: a name is looked up in the form that DNS has, and an address is not", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const resolver = knows(["127.0.0.1"]);
  await reach("Müller.test", port, resolver);
  await reach("127.0.0.1", port, resolver);
  await reach("127.1", port, resolver);
  assert.deepEqual(resolver.asked, ["xn--mller-kva.test"]);
  await assert.rejects(reach("a..b", port, resolver), { code: "name-not-found" });
});

Deno.test("dial: where a name's addresses cannot be had or used, the system connects by name", async () => {
  using listener = Deno.listen({ hostname: "localhost", port: 0 });
  const { hostname, port } = listener.addr;
  for (const addresses of [undefined, [], ["fe80::1"], ["febf::1", "FE80::2"]]) {
    assert.equal(await reach("localhost", port, knows(addresses)), hostname);
  }
});

Deno.test("dial: what the resolver says is passed on, and it is not waited for too long", async () => {
  const error = new NetworkError("name-not-found", "there is no host named chat.test");
  await assert.rejects(reach("chat.test", 1, { lookUp: () => Promise.reject(error) }), error);
  const silent: Resolver = { lookUp: () => new Promise(() => {}) };
  await assert.rejects(tcpConnect({ hostname: "chat.test", port: 1 }, 1, undefined, silent), {
    code: "timed-out",
    message: "chat.test:1 does not answer",
  });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  const address = { hostname: "chat.test", port: 1 };
  await assert.rejects(tcpConnect(address, PATIENT, signal, silent), reason);
});

Deno.test("dial: the system's own resolver", async () => {
  using listener = Deno.listen({ hostname: "localhost", port: 0 });
  const { hostname, port } = listener.addr;
  const transport = await tcpConnect({ hostname: "LOCALHOST", port }, PATIENT, undefined);
  transport.close();
  assert.equal(transport.remoteHostname, hostname);
});

Deno.test({
  name: "dial: with permission for one name alone, that name can be reached",
  permissions: { net: ["localhost"] },
  async fn() {
    using listener = Deno.listen({ hostname: "localhost", port: 0 });
    const { hostname, port } = listener.addr;
    const transport = await tcpConnect({ hostname: "localhost", port }, PATIENT, undefined);
    transport.close();
    assert.equal(transport.remoteHostname, hostname);
  },
});

Deno.test({
  name: "dial: without permission the sentence says which one is missing",
  permissions: { net: ["127.0.0.1:1"] },
  async fn() {
    const connecting = tcpConnect({ hostname: "127.0.0.1", port: 2 }, PATIENT, undefined);
    await assert.rejects(connecting, { code: "permission", message: /--allow-net/ });
  },
});
