/**
 * Properties whose every case takes long, with ten times the cases that the fast layer tries.
 *
 * @module
 */
import fc from "npm:fast-check@4.10.2";
import "../conversation/command_object_test.ts";
import "../conversation/commands/command_table_test.ts";
import "../conversation/completion_test.ts";
import "../identity/files/file_store_test.ts";
import "../identity/keys/key_file_damage_test.ts";

// Before the first of them begins: they run when all is loaded.
fc.configureGlobal({ numRuns: 1000 });
