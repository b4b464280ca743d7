import assert from "node:assert/strict";
import { InvitationList, memoryStore, parseInvitation } from "../../../lib/identity/mod.ts";
import { type Arguments } from "../../../lib/conversation/commands/command_table.ts";
import { runNamed, runTyped } from "../../../lib/conversation/run_command.ts";
import {
  invitationCommands,
  listInvitations,
  revokeInvitation,
} from "../../../lib/server/door/invitation_commands.ts";
import { Inviter } from "../../../lib/server/door/inviter.ts";
import { commandContext, key, print, recordingScreen } from "../../support/doubles.ts";

function setUp(
  { isClosed = true, hostname = "127.0.0.1", own = [] }: {
    isClosed?: boolean;
    hostname?: string;
    own?: readonly string[];
  } = {},
) {
  const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const store = memoryStore("invitations");
  const invitations = new InvitationList(store, () => clock.now);
  const inviter = new Inviter({
    invitations,
    serverKey: key(100),
    listening: { hostname, port: 4000 },
    publicAddress: undefined,
    ownAddresses: ({ port }) => own.map((hostname) => ({ hostname, port })),
  });
  const screen = recordingScreen();
  const commands = invitationCommands(inviter, invitations, screen, isClosed);
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

Deno.test("/invite: an address, a time and single-use, in any order", async () => {
  const cases: [words: string, address: string, singleUse: boolean, expires: boolean][] = [
    ["192.0.2.7:9", "192.0.2.7:9", false, false],
    ["192.0.2.7 24h", "192.0.2.7:4000", false, true],
    ["24h chat.example single-use", "chat.example:4000", true, true],
    ["single-use 24h [2001:db8::5]:9", "[2001:db8::5]:9", true, true],
    ["[2001:db8::5]", "[2001:db8::5]:4000", false, false],
    ["localhost", "localhost:4000", false, false],
    [":9", "127.0.0.1:9", false, false],
  ];
  for (const [words, address, singleUse, expires] of cases) {
    const { screen, run } = setUp();
    assert.deepEqual(await run(`/invite ${words}`), [], words);
    const [event] = screen.events;
    assert.ok(event?.event === "invitation");
    assert.equal(parseInvitation(event.invite).address, address);
    assert.deepEqual([event.singleUse, event.expires !== null], [singleUse, expires]);
  }
});

Deno.test("/invite: a server that listens on all addresses offers the machine's own", async () => {
  const several = setUp({ hostname: "0.0.0.0", own: ["192.0.2.7", "192.0.2.8"] });
  assert.deepEqual(await several.run("/invite single-use 24h"), [
    "an invitation needs an address that your guest can reach; of this machine's own: " +
    "/invite 192.0.2.7:4000 single-use 24h or /invite 192.0.2.8:4000 single-use 24h",
  ]);
  assert.deepEqual(several.screen.events, []);
  assert.deepEqual(await several.run("/invite 192.0.2.8:4000 single-use 24h"), []);

  const one = setUp({ hostname: "0.0.0.0", own: ["192.0.2.7"] });
  assert.deepEqual(await one.run("/invite"), [
    "It names 192.0.2.7:4000, the only address of this machine. For another one: " +
    "/invite HOST:PORT",
  ]);
  assert.deepEqual(await one.run("/invite chat.example"), []);
});

Deno.test("/invite: at an open door it says that others may enter as well", async () => {
  const { run } = setUp({ isClosed: false });
  const [told] = await run("/invite");
  assert.match(told, /^Everybody else may enter as well, .*--invite-only/);
});

Deno.test("/invite: what it does not understand makes no invitation", async () => {
  for (
    const argument of [
      "tomorrow",
      "24h 24h",
      "24h once",
      "0h",
      "single-use single",
      "1.5h",
      "a.b c.d",
      "a.b:0",
    ]
  ) {
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
    `  ${print(1)}`,
    `${ids[2]}  open, single-use, ${made}, until 2026-01-03 03:04 UTC`,
    `${ids[3]}  expired, reusable, ${made}, until 2026-01-02 03:05 UTC`,
    `${ids[4]}  revoked 2026-01-02 03:06 UTC, reusable, ${made}`,
  ]);
});

Deno.test("/revoke: ends an open invitation, and says if there is none", async () => {
  const { inviter, invitations, run, runObject } = setUp();
  const { id } = await inviter.invite({ singleUse: false });
  assert.deepEqual(await run(`/revoke ${id}`), [`invitation ${id} is revoked`]);
  assert.equal(await invitations.redeem(id, key(1)), "revoked");
  for (const other of [id, "00000000"]) {
    const message = new RegExp(`^there is no open invitation "${other}"; `);
    assert.match((await run(`/revoke ${other}`)).join("\n"), message);
    await assert.rejects(runObject("revoke", { invitation: other }), { code: "usage", message });
    await assert.rejects(revokeInvitation(invitations, other), { code: "usage", message });
  }
  await assert.rejects(revokeInvitation(invitations, ""), { code: "usage" });
  const { id: next } = await inviter.invite({ singleUse: false });
  assert.deepEqual(await runObject("revoke", { invitation: next }), [
    `invitation ${next} is revoked`,
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
