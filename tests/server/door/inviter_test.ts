import assert from "node:assert/strict";
import { InvitationList, memoryStore, parseInvitation } from "../../../lib/identity/mod.ts";
import { Inviter, type InviterOptions } from "../../../lib/server/door/inviter.ts";
import { key } from "../../support/doubles.ts";

const SERVER_KEY = key(100);

function setUp(options: Partial<InviterOptions> = {}) {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const invitations = new InvitationList(memoryStore("invitations"), () => now);
  const inviter = new Inviter({
    invitations,
    serverKey: SERVER_KEY,
    listening: { hostname: "127.0.0.1", port: 4000 },
    publicAddress: undefined,
    ...options,
  });
  return { invitations, inviter };
}

Deno.test("inviter: an invitation names the address, the key, and a secret that is kept", async () => {
  const { inviter, invitations } = setUp();
  const event = await inviter.invite({ singleUse: false });
  const [record] = await invitations.records();
  assert.deepEqual(parseInvitation(event.invite), {
    address: "127.0.0.1:4000",
    serverKey: SERVER_KEY,
    secret: record.secret,
  });
  const { event: kind, id, expires, singleUse } = event;
  assert.deepEqual([kind, id, expires, singleUse], ["invitation", record.id, null, false]);

  const other = await inviter.invite({ singleUse: true, lifetime: 60_000 });
  assert.deepEqual([other.expires, other.singleUse], ["2026-01-02T03:05:05.000Z", true]);
  const [, second] = await invitations.records();
  assert.deepEqual([second.id, second.singleUse], [other.id, true]);
  assert.notDeepEqual(second.secret, record.secret);
});

Deno.test("inviter: the address is the one by which others come", async () => {
  const cases: [hostname: string, publicAddress: string | undefined, expected: string][] = [
    ["192.0.2.1", undefined, "192.0.2.1:4000"],
    ["2001:db8::1", undefined, "[2001:db8::1]:4000"],
    ["0.0.0.0", "chat.example:9", "chat.example:9"],
    ["::", "Chat.Example", "chat.example:4000"],
    ["127.0.0.1", "chat.example", "chat.example:4000"],
    ["127.0.0.1", "Müller.test", "xn--mller-kva.test:4000"],
    ["127.0.0.1", "[2001:DB8:0::1]:9", "[2001:db8::1]:9"],
  ];
  for (const [hostname, publicAddress, expected] of cases) {
    const { inviter } = setUp({ listening: { hostname, port: 4000 }, publicAddress });
    const { invite } = await inviter.invite({ singleUse: false });
    assert.equal(parseInvitation(invite).address, expected);
  }
});

Deno.test("inviter: an address that nobody can connect to makes no invitation", async () => {
  for (const hostname of ["0.0.0.0", "::"]) {
    for (const found of [undefined, []]) {
      const { inviter, invitations } = setUp({
        listening: { hostname, port: 4000 },
        ownAddresses: () => found,
      });
      await assert.rejects(inviter.invite({ singleUse: false }), {
        code: "usage",
        message: /^an invitation needs one of [^]*--public HOST:PORT$/,
      });
      assert.deepEqual(await invitations.records(), []);
      assert.equal(inviter.addressNote, undefined);
    }
  }
  for (const publicAddress of ["0.0.0.0:9", "[::]:9", "[0:0:0:0:0:0:0:0]"]) {
    const { inviter } = setUp({
      listening: { hostname: "127.0.0.1", port: 4000 },
      publicAddress,
      ownAddresses: ({ port }) => [{ hostname: "192.0.2.7", port }],
    });
    await assert.rejects(inviter.invite({ singleUse: false }), { code: "usage" });
  }
});

Deno.test("inviter: of a machine's addresses the only one is taken, and several are offered", async () => {
  const machine = (...hostnames: string[]) => {
    const ownAddresses = ({ port }: { port: number }) =>
      hostnames.map((hostname) => ({ hostname, port }));
    return setUp({ listening: { hostname: "::", port: 4000 }, ownAddresses }).inviter;
  };
  const one = machine("192.0.2.7");
  const { invite } = await one.invite({ singleUse: false });
  assert.equal(parseInvitation(invite).address, "192.0.2.7:4000");
  assert.equal(one.addressNote, "It names 192.0.2.7:4000, the only address of this machine.");

  const two = machine("192.0.2.7", "2001:db8::5");
  assert.equal(two.addressNote, undefined);
  await assert.rejects(two.invite({ singleUse: false }), {
    code: "usage",
    message: "an invitation needs an address that your guest can reach; of this machine's own: " +
      "--public 192.0.2.7:4000 or --public [2001:db8::5]:4000",
  });
  const cases = [["[2001:db8::5]:9", "[2001:db8::5]:9"], ["a.b", "a.b:4000"]] as const;
  for (const [address, expected] of cases) {
    const { invite } = await two.invite({ singleUse: false, address });
    assert.equal(parseInvitation(invite).address, expected);
  }
});
