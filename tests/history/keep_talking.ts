/**
 * Appends message after message to the history that its argument names, in batches of up to five, and
 * writes the number of the last one as soon as each batch is taken. It never ends by itself.
 *
 * @module
 */
import { SqliteLog } from "../../lib/history/sqlite_log.ts";
import { entry, KEY } from "./support.ts";

const [path = ""] = Deno.args;
// Some is forgotten meanwhile: a kill may come in the middle of that as well.
const log = await SqliteLog.open(path, KEY, { keep: { size: 1024 * 1024 } });
for (let round = 0;; round++) {
  const size = 1 + round % 5;
  const batch = Array.from(
    { length: size },
    (_, at) => entry(`${log.last + 1 + at} ${"x".repeat(2000)}`),
  );
  const appended = await log.append(batch);
  console.log(appended.at(-1)?.seq);
}
