import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { Command, WrongUsage } from "../../../lib/program/command_line/command.ts";
import { Option } from "../../../lib/program/command_line/option.ts";

interface Run {
  readonly answer: string | undefined;
  readonly done: string;
  readonly values: Record<string, unknown>;
  readonly itemValues: Record<string, unknown>;
  readonly args: readonly string[];
}

function run(...args: string[]): Run {
  let done = "";
  const program = new Command("shop", "Sells things.").version("shop 1.2.3", "print the version")
    .takes("[PLACE]", "where to go").action(() => done = "visit")
    .option("-q, --quiet", "say less").option("--no-bag", "carry it in the hand")
    .addOption(
      new Option("--count <N>", "how many").default(1).argParser((text: string) => {
        if (/^-?\d+$/.test(text)) return Number(text);
        throw new UsageError("usage", "it must be a number.");
      }),
    )
    .addOption(new Option("--colour <NAME>", "which one").choices(["red", "blue"]))
    .addOption(
      new Option("--with <WHOM>", "in company (repeatable)")
        .argParser((text: string, before: string[] | undefined) => [...before ?? [], text]),
    )
    .addFooter("Closed on\nMondays.");
  const item = program.command("item <NAME>", "show one thing").action(() => done = "item")
    .option("--colours", "in all colours");
  const answer = program.parse(args);
  return {
    answer,
    done,
    values: program.opts(),
    itemValues: item.opts(),
    args: done === "item" ? item.args : program.args,
  };
}

const DEFAULTS = { bag: true, count: 1 };

Deno.test("Command: flags before and behind arguments, in both ways, and what holds without them", () => {
  const nothing = run();
  assert.deepEqual([nothing.values, nothing.args, nothing.done], [DEFAULTS, [], "visit"]);
  const { values, args } = run(
    "--count=3",
    "town",
    "-q",
    "--no-bag",
    "--with",
    "ada",
    "--with=bob",
  );
  assert.deepEqual(values, { bag: false, count: 3, quiet: true, with: ["ada", "bob"] });
  assert.deepEqual(args, ["town"]);
  // A value is whatever follows, and may be empty, or hold an equals sign.
  assert.deepEqual(run("--count", "-3").values, { ...DEFAULTS, count: -3 });
  assert.deepEqual(run("--with=a=b", "--with=").values, { ...DEFAULTS, with: ["a=b", ""] });
});

Deno.test("Command: behind two hyphens nothing is a flag, and one hyphen alone is none", () => {
  assert.deepEqual(run("--", "--quiet").args, ["--quiet"]);
  assert.deepEqual(run("-").args, ["-"]);
  const { itemValues, args } = run("item", "--colours", "--", "--colours");
  assert.deepEqual([itemValues, args], [{ colours: true }, ["--colours"]]);
});

Deno.test("Command: the flags of the program hold for its commands, wherever they stand", () => {
  for (const args of [["--quiet", "item", "tea"], ["item", "--quiet", "tea"]]) {
    const { values, done, args: given } = run(...args, "--colours", "--count", "2");
    assert.deepEqual(values, { ...DEFAULTS, quiet: true, count: 2 });
    assert.deepEqual([done, given], ["item", ["tea"]]);
  }
});

Deno.test("Command: the flags of a command may stand in front of it", () => {
  const { itemValues, done, args } = run("--colours", "item", "--quiet", "tea");
  assert.deepEqual([itemValues, done, args], [{ colours: true }, "item", ["tea"]]);
});

Deno.test("Command: nothing but a flag's own name is taken for it", () => {
  const others = [
    "-quiet",
    "--quiet-",
    "--quiet.x",
    "---quiet",
    "-qx",
    "--no-quiet",
    "--Quiet",
    "--q",
  ];
  const names = [
    "--no-count",
    "--count-",
    "--count.x",
    "-count",
    "--bag",
    "--__proto__",
    "--constructor",
  ];
  for (const flag of [...others, ...names]) {
    for (const args of [[flag], [flag, "5"], ["--count", "5", flag], [flag, "item", "tea"]]) {
      const message = new RegExp(`^unknown option '${flag}'`);
      assert.throws(() => run(...args), { constructor: WrongUsage, message }, args.join(" "));
    }
  }
});

Deno.test("Command: a flag with a line break in it is none", () => {
  for (const flag of ["--count\n", "----count\n", "--quiet\n", "-q\n", "-count\n", "--\ncount"]) {
    assert.throws(() => run(flag, "5"), { constructor: WrongUsage, message: /^unknown option/ });
  }
});

Deno.test("Command: a flag without a value takes none, and one with a value takes it as it is", () => {
  assert.deepEqual(run("--quiet", "true").args, ["true"]);
  for (
    const text of ["007", "1e3", "true", "'a b'", "-", "--", "--quiet", "-h", "--with", "a=b", ""]
  ) {
    assert.deepEqual(run("--with", text).values, { ...DEFAULTS, with: [text] });
    assert.deepEqual(run(`--with=${text}`).values, { ...DEFAULTS, with: [text] });
  }
  assert.deepEqual(run("007").args, ["007"]);
  assert.deepEqual(run("item", "-5").args, ["-5"]);
});

Deno.test("Command: what is wrong is a sentence, and nothing is done", () => {
  const wrong: Readonly<Record<string, string>> = {
    "--count": "option '--count <N>' argument missing",
    "--count x": "option '--count <N>' argument 'x' is invalid: it must be a number",
    "--colour green":
      "option '--colour <NAME>' argument 'green' is invalid: Allowed choices are red, blue",
    "a b c": "too many arguments. Expected 1 argument but got 3: a, b, c",
    "item": "missing required argument 'NAME'",
    "item a b": "too many arguments for 'item'. Expected 1 argument but got 2: a, b",
    "--quite": "unknown option '--quite' (Did you mean --quiet?)",
    "--quiet=1": "option '-q, --quiet' takes no value",
    "--colou x": "unknown option '--colou' (Did you mean --colour?)",
    "item a --colourr": "unknown option '--colourr' (Did you mean --colours or --colour?)",
    "--colours": "unknown option '--colours' (Did you mean --colour?)",
    "--qutie": "unknown option '--qutie' (Did you mean --quiet?)",
    "--price": "unknown option '--price'",
    "-x": "unknown option '-x'",
    "-5": "unknown option '-5'",
  };
  for (const [line, message] of Object.entries(wrong)) {
    assert.throws(() => run(...line.split(" ")), (error) => {
      assert.ok(error instanceof WrongUsage);
      assert.equal(error.message, message, line);
      assert.equal(error.isExcess, message.startsWith("too many"));
      return true;
    }, line);
  }
});

Deno.test("Command: the version and help come before what else is wrong", () => {
  assert.equal(run("--version", "--nothing").answer, "shop 1.2.3\n");
  assert.equal(run("--nothing", "-h").done, "");
  assert.equal(
    run("a", "b", "--help").answer,
    `Usage: shop [options] [command] [PLACE]

Sells things.

Arguments:
  PLACE                  where to go

Options:
  --version              print the version
  -q, --quiet            say less
  --no-bag               carry it in the hand
  --count <N>            how many (default: 1)
  --colour <NAME>        which one (choices: "red", "blue")
  --with <WHOM>          in company (repeatable)
  -h, --help             print this help

Commands:
  item [options] <NAME>  show one thing

Closed on
Mondays.
`,
  );
  assert.match(run("item", "--help").answer ?? "", /^Usage: shop item \[options\] <NAME>\n\nshow/);
});

Deno.test("Command: help is not wider than 80 columns", () => {
  const text = "word ".repeat(40).trim();
  const help = new Command("shop", text).option("--flag", text).parse(["-h"]) ?? "";
  const lines = help.split("\n");
  assert.ok(lines.every((line) => line.length <= 80), help);
  assert.equal(help.match(/word/g)?.length, 80);
});
