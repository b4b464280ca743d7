/**
 * What must hold, whatever happens.
 *
 * @module
 */
import assert from "node:assert/strict";
import { personOf, type Request, requestId } from "./people.ts";
import type { Checks, Scenario, State } from "./world.ts";

/** What must hold at any time, and at the end, in a scenario. */
export function checksFor(scenario: Scenario): Checks {
  return {
    check: (state) => checkAlways(scenario, state),
    checkEnd: (state) => checkEnd(scenario, state),
  };
}

/** Nothing is confirmed that has not happened; nothing is shown twice. */
function checkAlways(
  { clients: plans, kills = 0 }: Scenario,
  { server, clients }: State,
): void {
  for (const [number, { view }] of clients.entries()) {
    if (view.error !== undefined) throw view.error;
    const { nick } = personOf(number);
    for (const { id, seq } of view.answers) {
      if (seq === undefined) continue;
      const request = requestOf(plans, number, id);
      if (request === "all") {
        const { everEntered } = server.view;
        const isThere = everEntered.some((entry) => entry.id === id && entry.seq === seq);
        assert.ok(isThere, `${id} of ${nick} is delivered, but not in the log`);
      } else if (request !== "topic") {
        const isRead = clients[request.to].view.shownInPrivate.includes(id);
        assert.ok(isRead, `${id} of ${nick} is delivered, but was not read`);
      }
    }
    assertNothingTwice(view.shown, `what ${nick} is shown`);
    assertNothingTwice(view.shownInPrivate, `what ${nick} is shown in private`);
    // A server that was killed does not know that it has set a topic before.
    if (kills === 0) assertNothingTwice(view.topics, `the topics that ${nick} is told`);
    assertNothingTwice(view.answers.map(({ id }) => id), `what ${nick} is answered`);
  }
}

/** Nothing is lost. */
function checkEnd(scenario: Scenario, { server, clients, lines }: State): void {
  const { clients: plans, kills = 0, isKept = true, haveArrived = true } = scenario;
  // A private message to a member who has not come, or not come back to a new server, is refused.
  const mayBeRefused = kills > 0 || !haveArrived;
  const { entries, last, members } = server.view;
  const log = entries.map(({ id }) => id);
  assertNothingTwice(log, "the log");
  for (const [number, { view }] of clients.entries()) {
    const { nick } = personOf(number);
    const plan = plans[number];
    const own = plan.flatMap((request, index) =>
      request === "all" ? [requestId(number, index)] : []
    );
    assert.equal(view.unanswered, 0, `${nick} has something pending`);
    assert.equal(view.answers.length, plan.length, `${nick} has its answers`);
    const others = log.filter((id) => !own.includes(id));
    if (isKept || kills === 0) {
      assert.deepEqual(log.filter((id) => own.includes(id)), own, `the log has all of ${nick}`);
      assert.deepEqual(view.shown, others, `${nick} is shown the log`);
    } else {
      // What only the old log had may be lost to those who had not heard it.
      for (const id of others) assert.ok(view.shown.includes(id), `${nick} is shown ${id}`);
    }
    assert.equal(view.topic, server.view.topic, `${nick} knows the topic`);
    assert.equal(view.position, last, `${nick} knows up to where it has heard the room`);
    for (const { id, seq, reason = "" } of view.answers) {
      const request = requestOf(plans, number, id);
      if (seq !== undefined) continue;
      const isRight = typeof request === "object" && mayBeRefused;
      assert.ok(isRight, `${id} of ${nick} is refused: ${reason}`);
      const isRead = clients[request.to].view.shownInPrivate.includes(id);
      if (isRead) assert.match(reason, /may (not )?have/, "the reason is true");
    }
    if (kills > 0) continue;
    const left = view.changes.filter((change) => change.endsWith("left"));
    assert.deepEqual(left, [], "nobody has left");
  }
  assert.ok(members.every(({ away }) => !away), "nobody is away");
  assert.equal(members.length, clients.length);
  assert.equal(lines.length, clients.length, "everybody has one connection");
}

function requestOf(plans: Scenario["clients"], number: number, id: number): Request {
  const request = plans[number].find((_, index) => requestId(number, index) === id);
  assert.ok(request !== undefined, `${id} was never asked for`);
  return request;
}

function assertNothingTwice(ids: readonly (number | string)[], what: string): void {
  assert.equal(new Set(ids).size, ids.length, `${what} has something twice: ${ids}`);
}
