import assert from "node:assert/strict";
import { withStartAdvice } from "../../../lib/client/meeting/nobody_listening.ts";
import { NetworkError } from "../../../lib/errors.ts";
import { executableName } from "../../../lib/program_name.ts";

function advice(hostname: string, port: number): string {
  const error = new NetworkError("connection-refused", "no server is listening there");
  const advised = withStartAdvice(error, { hostname, port });
  assert.ok(advised instanceof NetworkError && advised.code === "connection-refused");
  const [what, ...rest] = advised.message.split("; ");
  assert.equal(what, "no server is listening there");
  return rest.join("; ");
}

Deno.test("nobody listening: on this machine, how to start a server there", () => {
  const start = "start one there first: deno run -NRWE server.ts";
  assert.equal(advice("127.0.0.1", 12345), start);
  assert.equal(advice("localhost", 12345), start);
  assert.equal(advice("localhost", 1), `${start} --listen 127.0.0.1:1`);
  assert.equal(advice("127.0.0.1", 1), `${start} --listen 127.0.0.1:1`);
  assert.equal(advice("::1", 12345), `${start} --listen [::1]:12345`);
});

Deno.test("nobody listening: elsewhere, whom to ask", () => {
  const ask = "check the address, or ask the owner whether the server is running";
  for (const hostname of ["chat.example.org", "192.0.2.1", "fe80::1"]) {
    assert.equal(advice(hostname, 12345), ask);
  }
});

Deno.test("nobody listening: every other error stays as it is", () => {
  const errors = [new NetworkError("timed-out", "x"), new TypeError("x"), undefined];
  for (const error of errors) {
    assert.equal(withStartAdvice(error, { hostname: "localhost", port: 1 }), error);
  }
});

Deno.test("program name: an executable is named after the one that runs", () => {
  const cases = [
    ["/opt/x25519-chat-client", "x25519-chat-server", "x25519-chat-client"],
    ["C:\\chat\\x25519-chat-client.exe", "x25519-chat-server", "x25519-chat-client"],
    ["/home/client/bin/team-client-2", "team-server-2", "team-client-2"],
    ["/usr/bin/client", "server", "client"],
    ["/usr/bin/chat", "x25519-chat-server", "x25519-chat-client"],
  ] as const;
  for (const [running, server, client] of cases) {
    assert.equal(executableName("server", running), server);
    assert.equal(executableName("client", running), client);
  }
});
