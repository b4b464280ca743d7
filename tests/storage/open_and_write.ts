/**
 * Opens the database that its argument names, to write, and says what came of it.
 *
 * @module
 */
import { addNote, openNotes } from "./support.ts";

const [path = "", number = "1"] = Deno.args;
try {
  const database = await openNotes(path);
  addNote(database, Number(number), "written");
  database.close();
  console.log("written");
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
