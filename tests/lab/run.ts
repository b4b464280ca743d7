/** Runs an experiment without anybody to wait for, and keeps what it told. */
import assert from "node:assert/strict";
import type { Experiment } from "../../lab/experiment.ts";
import { type Finding, locate, type Outcome } from "../../lab/finding.ts";
import { Lab } from "../../lab/lab.ts";
import { Stage } from "../../lab/stage.ts";

/** What an experiment led to. */
export interface Run extends Outcome {
  /** All that was told, in lines of at most 80 characters without colours. */
  readonly transcript: string;
}

/** Runs it, and fails unless every attack came out as it has to. */
export async function run(experiment: Experiment): Promise<Run> {
  let transcript = "";
  const stage = new Stage({ colour: false, write: (text) => transcript += text });
  await using lab = new Lab(stage);
  const outcome = await experiment.run(lab);
  assert.ok(outcome.naive.length > 0 && outcome.here.length > 0, "both were attacked");
  for (const [side, findings] of Object.entries(outcome) as [string, Finding[]][]) {
    for (const { attack, expected, succeeded, result } of findings) {
      assert.equal(succeeded, expected, `${side}: ${attack}: ${result}\n${transcript}`);
    }
  }
  await assertChecks(outcome, transcript);
  return { ...outcome, transcript };
}

/** Whatever was stopped here was stopped at a line of code that is there. */
async function assertChecks({ here }: Outcome, transcript: string): Promise<void> {
  for (const { attack, succeeded, check } of here) {
    if (succeeded) continue;
    assert.ok(check !== undefined, `${attack}: no check is named`);
    const place = await locate(check);
    assert.ok(place !== undefined, `${attack}: ${check.code} is not in ${check.file} once`);
    assert.ok(transcript.includes(`The check, in ${place}:`));
  }
}

/** The lines of somebody's screens in a transcript, without their frames. */
export function screensOf(owner: string, transcript: string): string[] {
  const screens = transcript.matchAll(
    new RegExp(`┌─ ${owner}'s screen\\n((?:  │ .*\\n)*)  └─`, "g"),
  );
  return [...screens].map(([, rows]) => rows.replaceAll(/^ {2}│ /gm, "").trimEnd());
}
