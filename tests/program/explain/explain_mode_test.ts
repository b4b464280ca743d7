import assert from "node:assert/strict";
import { NetworkError, UsageError } from "../../../lib/errors.ts";
import { ExplainMode, withExplainMode } from "../../../lib/program/explain/explain_mode.ts";
import { type CommonFlags, commonFlags } from "../../../lib/program/flags/flags.ts";
import { recordingScreen, temporaryFolder, toldIn } from "../../support/doubles.ts";

const FAILURE = new NetworkError("cut", "it was cut");

/** A program with these flags, and the screen that it writes on. */
function start(flags: Partial<CommonFlags>) {
  const screen = recordingScreen();
  const signal = new AbortController().signal;
  return {
    screen,
    context: { flags: commonFlags("client", { nick: "ada", ...flags }), screen, signal },
  };
}

/** Traces one connection that fails at once. */
function connect({ traceFor }: ExplainMode): void {
  const trace = traceFor?.();
  trace?.event({ type: "failure", error: FAILURE });
  trace?.ended?.();
}

Deno.test("explain: where nobody asks for it, there is no trace and nothing is said", async () => {
  const { screen, context } = start({});
  const explain = await ExplainMode.open("client", context);
  assert.equal(explain.traceFor, undefined);
  explain.end();
  assert.deepEqual(screen.events, []);
});

Deno.test("explain: connections are told of, and those with secrets only after a warning", async () => {
  for (const choice of ["masked", "secrets"] as const) {
    const { screen, context } = start({ explain: choice });
    const explain = await ExplainMode.open("server", context);
    assert.equal(explain.traceFor?.()?.secrets, choice === "secrets");
    connect(explain);
    explain.end();
    const [first] = screen.events;
    const kinds = screen.events.map((event) =>
      event.event === "explain" ? event.kind : event.event
    );
    assert.deepEqual(kinds, choice === "secrets" ? ["notice", "failure"] : ["failure"]);
    if (choice === "masked") continue;
    assert.ok(first.event === "notice" && first.important);
    assert.match(first.text, /can read all of it/);
  }
});

Deno.test("explain: who connects and says nothing leaves an older page as it was", async () => {
  using folder = temporaryFolder();
  const explainTo = `${folder.path}/page.html`;
  for (const talks of [true, false]) {
    const { screen, context } = start({ explainTo });
    const explain = await ExplainMode.open("client", context);
    if (talks) connect(explain);
    else explain.traceFor?.()?.ended?.();
    explain.end();
    const [told] = toldIn(screen.events);
    if (talks) assert.equal(told, `The explanation is in ${explainTo}.`);
    else assert.match(told, /^There was nothing to explain; .* was not changed\.$/);
    assert.match(Deno.readTextFileSync(explainTo), /It was cut\./);
  }
});

Deno.test("explain: a page alone shows nothing on the screen but where it is", async () => {
  using folder = temporaryFolder();
  const explainTo = `${folder.path}/page.html`;
  const { screen, context } = start({ explainTo });
  const status = await withExplainMode("client", (_, explain) => {
    connect(explain);
    return Promise.resolve(7);
  })(context);
  assert.equal(status, 7);
  assert.deepEqual(toldIn(screen.events), [`The explanation is in ${explainTo}.`]);
  assert.equal(screen.events.length, 1);
  assert.match(Deno.readTextFileSync(explainTo), /It was cut\.[^]*<\/html>\n$/);
});

Deno.test("explain: the page is whole when the program fails, and not begun when it cannot be", async () => {
  using folder = temporaryFolder();
  const explainTo = `${folder.path}/page.html`;
  const { context } = start({ explainTo });
  const failing = withExplainMode("client", () => Promise.reject(FAILURE));
  await assert.rejects(failing(context), FAILURE);
  assert.match(Deno.readTextFileSync(explainTo), /<\/html>\n$/);

  const { screen, context: wrong } = start({ explainTo: folder.path, explain: "secrets" });
  await assert.rejects(failing(wrong), UsageError);
  assert.deepEqual(screen.events, []);
});
