import assert from "node:assert/strict";
import { InvitationList, memoryStore, parseInvitation } from "../../../lib/identity/mod.ts";
import {
  type Arguments,
  runNamed,
  runTyped,
} from "../../../lib/conversation/commands/command_table.ts";
import {
  invitationCommands,
  Inviter,
  type InviterOptions,
  listInvitations,
  revokeInvitation,
} from "../../../lib/server/door/inviter.ts";
import { commandContext, key, recordingScreen } from "../../support/doubles.ts";

const SERVER_KEY = key(100);

function setUp(options: Partial<InviterOptions> & { isClosed?: boolean } = {}) {
  const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const store = memoryStore("invitations");
  const invitations = new InvitationList(store, () => clock.now);
  const inviter = new Inviter({
    invitations,
    serverKey: SERVER_KEY,
    listening: { hostname: "127.0.0.1", port: 4000 },
    publicAddress: undefined,
    ...options,
  });
  const screen = recordingScreen();
  const commands = invitationCommands(inviter, invitations, screen, options.isClosed ?? true);
  const run = async (line: string) => {
    const context = commandContext();
    await runTyped(line, commands, context);
    return context.told;
  };
  const runObject = async (name: string, given: Arguments = {}) => {
    const context = commandContext();
    await runNamed(name, given, commands, context);
    return context.told;
  };
  return { clock, invitations, inviter, screen, run, runObject };
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
  ];
  for (const [hostname, publicAddress, expected] of cases) {
    const { inviter } = setUp({ listening: { hostname, port: 4000 }, publicAddress });
    const { invite } = await inviter.invite({ singleUse: false });
    assert.equal(parseInvitation(invite).address, expected);
  }
});

Deno.test("inviter: an address that nobody can connect to makes no invitation", async () => {
  for (const hostname of ["0.0.0.0", "::"]) {
    const { inviter, invitations } = setUp({ listening: { hostname, port: 4000 } });
    await assert.rejects(inviter.invite({ singleUse: false }), {
      code: "usage",
      message: /--public HOST:PORT$/,
    });
    assert.deepEqual(await invitations.records(), []);
  }
});

Deno.test("/invite: shows an invitation, with what stands behind it", async () => {
  const cases: [line: string, singleUse: boolean, expires: string | null][] = [
    ["/invite", false, null],
    ["/invite single-use", true, null],
    ["/invite 24h", false, "2026-01-03T03:04:05.000Z"],
    ["/invite 24h  single-use", true, "2026-01-03T03:04:05.000Z"],
    ["/invite single-use 24h", true, "2026-01-03T03:04:05.000Z"],
  ];
  for (const [line, singleUse, expires] of cases) {
    const { screen, run, runObject } = setUp();
    assert.deepEqual(await run(line), []);
    const terms = line.slice("/invite ".length);
    assert.deepEqual(await runObject("invite", terms === "" ? {} : { terms }), []);
    assert.equal(screen.events.length, 2);
    for (const event of screen.events) {
      assert.ok(event.event === "invitation");
      assert.deepEqual([event.singleUse, event.expires], [singleUse, expires]);
    }
  }
});

Deno.test("/invite: at an open door it says that others may enter as well", async () => {
  const { run } = setUp({ isClosed: false });
  const [told] = await run("/invite");
  assert.match(told, /^Everybody else may enter as well; --invite-only/);
});

Deno.test("/invite: what it does not understand makes no invitation", async () => {
  for (const argument of ["tomorrow", "24h 24h", "24h once", "0h", "single-use single"]) {
    const { invitations, screen, run, runObject } = setUp();
    assert.equal((await run(`/invite ${argument}`)).length, 1);
    await assert.rejects(runObject("invite", { terms: argument }), { code: "usage" });
    assert.deepEqual(screen.events, []);
    assert.deepEqual(await invitations.records(), []);
  }
});

Deno.test("/invitations: a line for each, what has become of it, and no secret", async () => {
  const { clock, inviter, invitations, run } = setUp();
  assert.deepEqual(await run("/invitations"), ["there are no invitations"]);
  const invited = [];
  for (
    const terms of [
      { singleUse: false },
      { singleUse: true },
      { singleUse: true, lifetime: 24 * 60 * 60 * 1000 },
      { singleUse: false, lifetime: 60_000 },
      { singleUse: false },
    ]
  ) invited.push(await inviter.invite(terms));
  const ids = invited.map(({ id }) => id);
  await invitations.redeem(ids[1], key(1));
  clock.now += 120_000;
  await invitations.revoke(ids[4]);
  const [text] = await run("/invitations");
  const made = "made 2026-01-02 03:04 UTC";
  assert.equal(text, await listInvitations(invitations));
  assert.deepEqual(text.split("\n"), [
    `${ids[0]}  open, reusable, ${made}`,
    `${ids[1]}  used, single-use, ${made}`,
    `${ids[2]}  open, single-use, ${made}, until 2026-01-03 03:04 UTC`,
    `${ids[3]}  expired, reusable, ${made}, until 2026-01-02 03:05 UTC`,
    `${ids[4]}  revoked 2026-01-02 03:06 UTC, reusable, ${made}`,
  ]);
});

Deno.test("/revoke: ends an open invitation, and says if there is none", async () => {
  const { inviter, invitations, run, runObject } = setUp();
  const { id } = await inviter.invite({ singleUse: false });
  assert.deepEqual(await run(`/revoke ${id}`), [`invitation ${id} opens nothing any more`]);
  assert.equal(await invitations.redeem(id, key(1)), "revoked");
  for (const other of [id, "00000000"]) {
    const message = `there is no open invitation "${other}"; the list names them`;
    assert.deepEqual(await run(`/revoke ${other}`), [message]);
    await assert.rejects(runObject("revoke", { invitation: other }), { code: "usage", message });
    await assert.rejects(revokeInvitation(invitations, other), { code: "usage", message });
  }
  await assert.rejects(revokeInvitation(invitations, ""), { code: "usage" });
  const { id: next } = await inviter.invite({ singleUse: false });
  assert.deepEqual(await runObject("revoke", { invitation: next }), [
    `invitation ${next} opens nothing any more`,
  ]);
});

Deno.test("/invitations, /revoke: with too little or too much they do nothing", async () => {
  const { inviter, invitations, run, runObject } = setUp();
  const { id } = await inviter.invite({ singleUse: false });
  assert.deepEqual(await run("/revoke"), ["write /revoke INVITATION"]);
  assert.deepEqual(await run(`/revoke ${id} ${id}`), ["write /revoke INVITATION"]);
  assert.deepEqual(await run("/invitations all"), ["/invitations takes no arguments"]);
  await assert.rejects(runObject("revoke"), { code: "usage" });
  await assert.rejects(runObject("invitations", { id }), { code: "usage" });
  assert.deepEqual(await runObject("invitations"), [await listInvitations(invitations)]);
  const [record] = await invitations.records();
  assert.ok(invitations.isOpen(record));
});
