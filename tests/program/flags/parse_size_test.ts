import assert from "node:assert/strict";
import { parseSize } from "../../../lib/program/flags/parse_size.ts";
import { usageError } from "../../identity/fixtures/support.ts";

Deno.test("parse size: bytes, with the units of 1,000 and of 1,024", () => {
  const known: readonly (readonly [string, number])[] = [
    ["1048576", 1_048_576],
    ["500MiB", 524_288_000],
    ["1GiB", 1_073_741_824],
    ["1.5 gib", 1_610_612_736],
    ["500MB", 500_000_000],
    ["2tb", 2_000_000_000_000],
    ["1TiB", 1_099_511_627_776],
    ["1024KiB", 1_048_576],
    ["2000KB", 2_000_000],
  ];
  for (const [text, size] of known) assert.equal(parseSize(text), size, text);
});

Deno.test("parse size: anything else is one sentence", () => {
  const wrong = [
    "",
    "MiB",
    "1",
    "1MB",
    "1048575",
    "-5GiB",
    "5XiB",
    "5 Gi",
    "1e9",
    "5GiBs",
    "1,5GiB",
  ];
  for (const text of [...wrong, "9".repeat(30), "99999999999TiB", "Infinity", "٣GiB"]) {
    assert.throws(
      () => parseSize(text),
      usageError(
        "usage",
        "a size is written like 500MiB, 1GiB or 1073741824, and is at least 1 MiB",
      ),
      text,
    );
  }
});
