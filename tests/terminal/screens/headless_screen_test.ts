import assert from "node:assert/strict";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { headlessScreen } from "../../../lib/terminal/screens/headless_screen.ts";
import { openScreen } from "../../../lib/terminal/screens/open_screen.ts";
import { capture, print } from "../../support/doubles.ts";

const INVITATION: ChatEvent = {
  event: "invitation",
  id: "0123abcd",
  invite: "x25519-chat://127.0.0.1:1/AAAA",
  expires: null,
  singleUse: true,
};
const ADA = { nick: "ada", fingerprint: print(1), verified: false };

/** What is for somebody who sits here. */
const OTHERS: readonly ChatEvent[] = [
  {
    event: "listening",
    address: "127.0.0.1:1",
    addresses: ["127.0.0.1:1"],
    fingerprint: print(1),
    invite: "x25519-chat://127.0.0.1:1/AAAA",
  },
  { event: "notice", text: "OPEN: everybody may enter", important: true },
  { event: "member", change: "joined", ...ADA },
  {
    event: "message",
    id: "0".repeat(32),
    seq: 1,
    time: "2026-01-02T03:04:05.000Z",
    from: ADA,
    text: "nobody reads this",
    private: false,
    action: false,
    history: false,
  },
  { event: "members", members: [] },
  { event: "explain", connection: 1, kind: "omitted", title: "Left out", text: [], steps: [] },
  { event: "refused", id: "0".repeat(32), reason: "no" },
  { event: "closed", reason: "you left" },
];

/** What a headless screen writes when it is shown these, one after the other. */
async function written(events: readonly ChatEvent[]): Promise<{ stdout: string; stderr: string }> {
  using stdout = capture("stdout");
  using stderr = capture("stderr");
  const screen = headlessScreen({ onOutputFailure: assert.fail });
  for (const event of events) await screen.show(event);
  await screen.close();
  return { stdout: stdout.text, stderr: stderr.text };
}

Deno.test("headless screen: an invitation that was asked for goes to standard output", async () => {
  const { stdout, stderr } = await written([INVITATION]);
  assert.equal(
    stdout,
    "Invitation 0123abcd, for one guest, valid until you revoke it. Send it privately:\n" +
      "x25519-chat://127.0.0.1:1/AAAA\n",
  );
  assert.equal(stderr, "");
});

Deno.test("headless screen: an error goes to standard error, and does nothing to a terminal", async () => {
  const error = { event: "error", code: "unexpected", message: "no\x1b[2J\nhost: x" } as const;
  const { stdout, stderr } = await written([error]);
  assert.deepEqual([stdout, stderr], ["", "error: no\u241b[2J\u240ahost: x\n"]);
});

Deno.test("headless screen: everything else is the log's affair", async () => {
  for (const event of OTHERS) {
    assert.deepEqual(await written([event]), { stdout: "", stderr: "" }, event.event);
  }
});

Deno.test("headless screen: closing writes what is left", async () => {
  using stdout = capture("stdout");
  const screen = headlessScreen({ onOutputFailure: assert.fail });
  void screen.show(INVITATION);
  await screen.close();
  assert.match(stdout.text, /^Invitation /);
});

Deno.test("headless screen: nobody sits there, types or answers", async () => {
  const screen = headlessScreen({ onOutputFailure: assert.fail });
  assert.equal(screen.isInteractive, false);
  assert.deepEqual(await Array.fromAsync(screen.lines()), []);
  assert.equal(await screen.ask("text", "question?", { hidden: true }), undefined);
  screen.setPrompt("host");
  screen.setCompleter(() => [[], ""]);
  await screen.close();
});

Deno.test("headless screen: --headless opens it, --json besides opens one for programs", async () => {
  const options = {
    ...{ json: false, quiet: false, plain: false, headless: true },
    onInterrupt: assert.fail,
    onOutputFailure: assert.fail,
  };
  using stdout = capture("stdout");
  const notice = { event: "notice", text: "hello" } as const;
  for (const json of [false, true]) {
    const screen = await openScreen({ ...options, json });
    await screen.show(notice);
    await screen.close();
    assert.equal(stdout.text, json ? '{"event":"notice","text":"hello"}\n' : "");
  }
});
