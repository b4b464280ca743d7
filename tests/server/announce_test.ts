import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { announce, type AnnouncementRules } from "../../lib/server/announce.ts";
import type { InvitationTerms } from "../../lib/server/door/inviter.ts";
import type { Door } from "../../lib/server/door/open_door.ts";
import { key, print, recordingScreen, toldIn } from "../support/doubles.ts";

const OPEN: AnnouncementRules = {
  invite: false,
  inviteOnly: false,
  allow: undefined,
  expires: undefined,
  singleUse: false,
  history: undefined,
};

const INVITATION = {
  event: "invitation",
  id: "0123abcd",
  invite: "x25519-chat://192.0.2.1:5/SECRET",
  expires: null,
  singleUse: true,
} as const;

/** What is shown and logged at the start, and which invitations are made. */
async function announced(
  rules: Partial<AnnouncementRules>,
  invite: () => Promise<typeof INVITATION> = () => Promise.resolve(INVITATION),
) {
  const screen = recordingScreen();
  const logged: unknown[] = [];
  const terms: InvitationTerms[] = [];
  const addresses = [{ hostname: "192.0.2.1", port: 5 }, { hostname: "::1", port: 6 }];
  const inviter = {
    invite(asked: InvitationTerms) {
      terms.push(asked);
      return invite();
    },
  };
  const outcome = await announce({
    rules: { ...OPEN, ...rules },
    door: { listener: { addresses, address: addresses[0] }, inviter } as unknown as Door,
    serverKey: key(1),
    notice: { text: "a new identity" },
    screen,
    log: {
      listening: (...event) => void logged.push(event),
      notice: (text) => void logged.push(text),
    },
  }).then(() => undefined, (error) => error);
  return { events: screen.events, logged, terms, outcome };
}

Deno.test("announcement: where the server listens, its fingerprint, and who may enter", async () => {
  const { events, logged, terms } = await announced({});
  const addresses = ["192.0.2.1:5", "[::1]:6"];
  assert.deepEqual(events[0], {
    event: "listening",
    address: addresses[0],
    addresses,
    fingerprint: print(1),
  });
  const [identity, open, ...more] = toldIn(events);
  assert.equal(identity, "a new identity");
  assert.match(open, /^OPEN: .*192\.0\.2\.1:5/);
  assert.deepEqual(more, []);
  assert.ok(events.some((event) => event.event === "notice" && event.important === true));
  assert.deepEqual(logged, [[addresses, print(1)], identity, open]);
  assert.deepEqual(terms, []);
});

Deno.test("announcement: the invitation comes last, and the log does not have it", async () => {
  const { events, logged, terms } = await announced({
    invite: true,
    singleUse: true,
    expires: 60_000,
  });
  assert.deepEqual(terms, [{ lifetime: 60_000, singleUse: true }]);
  const [listening] = events;
  assert.ok(listening.event === "listening");
  assert.equal(listening.invite, INVITATION.invite);
  assert.deepEqual(events.at(-1), INVITATION);
  assert.doesNotMatch(JSON.stringify(logged), /SECRET/);
});

Deno.test("announcement: an invitation that cannot be made keeps the server from saying that it listens", async () => {
  const error = new UsageError("usage", "an invitation needs an address");
  const { events, logged, outcome } = await announced(
    { invite: true },
    () => Promise.reject(error),
  );
  assert.equal(outcome, error);
  assert.deepEqual([events, logged], [[], []]);
});
