import { fileURLToPath } from "node:url";
import type { Measure, Round, Subject } from "../harness/measure.ts";
import { median } from "../harness/statistics.ts";
import { executables } from "../peers/executables.ts";

/** How often each is started in one round. */
const STARTS = 5;

/** What is started. */
interface Start {
  readonly program: string;
  readonly args: readonly string[];
  /** Whether it is ended when it has said its first line; otherwise it ends by itself. */
  readonly runsOn?: boolean;
}

/** Milliseconds from the start to the end, or to the first line: the median of some. */
async function starts({ scope }: Round, start: Start): Promise<number> {
  const times: number[] = [];
  for (let count = -1; count < STARTS; count++) {
    const home = await scope.folder();
    const args = start.args.map((arg) => arg.replace("HOME", home));
    const begin = performance.now();
    const child = scope.spawn(start.program, { args, stdout: "piped" });
    const reader = child.stdout.getReader();
    if (start.runsOn) {
      const { done } = await reader.read();
      if (done) throw new Error(`${start.program} has ended before it listened`);
    } else {
      while (!(await reader.read()).done);
      const { success } = await child.status;
      if (!success) throw new Error(`${start.program} ${args.join(" ")} has failed`);
    }
    // The first one finds what the disk has, the others what memory has.
    if (count >= 0) times.push(performance.now() - begin);
    if (start.runsOn) child.kill("SIGKILL");
    await reader.cancel().catch(() => {});
    await child.status;
  }
  return median(times);
}

const LISTEN = ["--headless", "--json", "--listen", "127.0.0.1:0", "--home", "HOME"];

function fromSource(name: string, file: string, args: readonly string[], runsOn = false): Subject {
  return {
    name,
    isOwn: true,
    async run(round) {
      const script = fileURLToPath(new URL(file, round.tree));
      const start = { program: Deno.execPath(), args: ["run", "-NRWE", script, ...args], runsOn };
      return { time: await starts(round, start) };
    },
  };
}

function executable(
  name: string,
  which: "server" | "client" | "empty",
  args: readonly string[],
  runsOn = false,
): Subject {
  return {
    name,
    isOwn: which !== "empty",
    async whyNot() {
      const made = await executables(new URL("../../", import.meta.url).href);
      return typeof made === "string" ? made : undefined;
    },
    async run(round) {
      const made = await executables(round.tree);
      if (typeof made === "string") throw new Error(made);
      return { time: await starts(round, { program: made[which], args, runsOn }) };
    },
  };
}

const bare: Subject = {
  name: "bare Deno, an empty script",
  async run(round) {
    const script = `${await round.scope.folder()}/empty.ts`;
    await Deno.writeTextFile(script, "");
    return { time: await starts(round, { program: Deno.execPath(), args: ["run", script] }) };
  },
};

const SERVER = "server.ts --version";
const CLIENT = "client.ts --version";
const SERVER_EXECUTABLE = "server executable, --version";
const CLIENT_EXECUTABLE = "client executable, --version";
const EMPTY_EXECUTABLE = "executable of an empty script";

const time = (subject: string) => ({ subject, quantity: "time" });

const above = (label: string, subject: string, base: string, atMost?: number) => ({
  label,
  kind: "difference" as const,
  of: time(subject),
  to: time(base),
  unit: "ms",
  ...(atMost !== undefined && { target: { atMost } }),
});

/** The first word. */
export const START: Measure = {
  name: "start",
  title: "Start",
  how:
    "From the start of the process to its end (`--version`) or to its first line, which says that " +
    `it listens; wall time, the median of ${STARTS} starts a round, after one that is not counted. ` +
    "From source: `deno run -NRWE server.ts`, with a warm cache. Executables are those of `deno task " +
    "compile`; they are measured where a base runtime is there (`DENORT_BIN`).",
  size: 1,
  quickSize: 1,
  rounds: 7,
  quickRounds: 3,
  quantities: { time: { label: "time", unit: "ms" } },
  subjects: [
    bare,
    fromSource(SERVER, "server.ts", ["--version"]),
    fromSource(CLIENT, "client.ts", ["--version"]),
    fromSource("server.ts until it listens", "server.ts", LISTEN, true),
    executable(EMPTY_EXECUTABLE, "empty", []),
    executable(SERVER_EXECUTABLE, "server", ["--version"]),
    executable(CLIENT_EXECUTABLE, "client", ["--version"]),
    executable("server executable until it listens", "server", LISTEN, true),
  ],
  comparisons: [
    above("start, server.ts, above bare Deno", SERVER, bare.name, 40),
    above("start, client.ts, above bare Deno", CLIENT, bare.name, 40),
    above(
      "start, server.ts until it listens, above bare Deno",
      "server.ts until it listens",
      bare.name,
    ),
    { label: "start, server.ts : bare Deno", kind: "ratio", of: time(SERVER), to: time(bare.name) },
    { label: "start, client.ts : bare Deno", kind: "ratio", of: time(CLIENT), to: time(bare.name) },
    above("start, server executable, above an empty one", SERVER_EXECUTABLE, EMPTY_EXECUTABLE, 25),
    above("start, client executable, above an empty one", CLIENT_EXECUTABLE, EMPTY_EXECUTABLE, 25),
  ],
};
