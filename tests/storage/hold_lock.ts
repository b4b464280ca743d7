/**
 * Takes the lock of the database that its argument names, says so, and holds it until it is killed.
 *
 * @module
 */
import { WriterLock } from "../../lib/storage/writer_lock.ts";

const [path = ""] = Deno.args;
await WriterLock.take(path, path, "a running server");
console.log("locked");
// Standard input stays open for as long as the test runs.
await Deno.stdin.read(new Uint8Array(1));
