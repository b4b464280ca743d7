import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { plainScreen } from "../../../lib/terminal/screens/plain_screen.ts";

Deno.test({
  name: "plain screen: of two Ctrl-Z at once, one stops the program",
  // It suspends no program.
  ignore: Deno.build.os === "windows",
  async fn() {
    const { kill } = Deno;
    const { setRawMode } = process.stdin;
    const modes: boolean[] = [];
    const { promise: isBack, resolve } = Promise.withResolvers<void>();
    let stops = 0;
    process.stdin.setRawMode = (isRaw) => {
      modes.push(isRaw);
      // Raw at first, then not, and raw again once it goes on.
      if (stops > 0 && isRaw) resolve();
      return process.stdin;
    };
    // A shell that continues it at once.
    Deno.kill = () => {
      stops++;
      kill(Deno.pid, "SIGCONT");
    };
    try {
      const screen = plainScreen({
        json: false,
        quiet: false,
        plain: true,
        onInterrupt() {},
        onOutputFailure() {},
      });
      process.stdin.emit("data", Buffer.from("\x1a\x1a"));
      await isBack;
      await screen.close();
      assert.equal(stops, 1);
    } finally {
      Deno.kill = kill;
      process.stdin.setRawMode = setRawMode;
      process.stdin.pause();
    }
  },
});
