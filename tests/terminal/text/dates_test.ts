import assert from "node:assert/strict";
import { Calendar, dateAndTime, timeOfDay, timestamp } from "../../../lib/terminal/text/dates.ts";

Deno.test("timeOfDay: hours and minutes, local", () => {
  assert.equal(timeOfDay(new Date(2026, 10, 24, 14, 5, 59)), "14:05");
  assert.equal(timeOfDay(new Date(2026, 10, 24, 0, 0).toISOString()), "00:00");
});

Deno.test("dateAndTime: a day and a time of day, local", () => {
  assert.equal(dateAndTime(new Date(2026, 0, 4, 14, 5, 59)), "2026-01-04 14:05");
  assert.equal(dateAndTime(new Date(2026, 10, 24, 0, 0).toISOString()), "2026-11-24 00:00");
});

Deno.test("calendar: tells a day when it is not that of the message before", () => {
  const at = (date: number, hour: number) => new Date(2026, 10, date, hour).toISOString();
  const calendar = new Calendar(new Date(2026, 10, 24, 12));
  assert.equal(calendar.turn(at(24, 13)), undefined, "today needs no words");
  assert.equal(calendar.turn(at(22, 9)), "Sunday 22 November 2026");
  assert.equal(calendar.turn(at(22, 23)), undefined);
  assert.equal(calendar.turn(at(24, 0)), "Tuesday 24 November 2026");
  assert.equal(calendar.turn(new Date(2027, 0, 1, 23, 59).toISOString()), "Friday 1 January 2027");
  assert.equal(calendar.turn(new Date(2027, 10, 24).toISOString()), "Wednesday 24 November 2027");
});

Deno.test("timestamp: off, short and full", () => {
  const time = new Date(2026, 10, 24, 14, 5, 9).toISOString();
  assert.equal(timestamp("off"), undefined);
  assert.equal(timestamp("short")?.(time), "14:05");
  assert.equal(timestamp("short")?.(time, true), "2026-11-24 14:05", "its day stands nowhere else");
  assert.equal(timestamp("full")?.(time), "2026-11-24 14:05:09");
  assert.equal(timestamp("full")?.(time, true), "2026-11-24 14:05:09");
});
