import assert from "node:assert/strict";
import { EXPERIMENTS } from "../../lab/experiments.ts";
import { codeLinks, COURSE, lineOf } from "./code_links.ts";

const course = await Deno.readTextFile(COURSE);
const lessons = course.split(/^## (?=\d+\. )/m).slice(1);

Deno.test("course: each linked line of code is where the link says, and nowhere else", async () => {
  const links = codeLinks(course);
  assert.equal(links.length, course.match(/#L\d+\)/g)?.length, "each has its line behind it");
  for (const { path, line, code } of links) {
    const file = await Deno.readTextFile(new URL(path, COURSE));
    assert.equal(line, lineOf(file, code), `${path}: ${code}`);
  }
});

Deno.test("course: each lesson has its experiments, a line of code, an exercise and its answer", () => {
  assert.deepEqual(
    lessons.map((lesson) => Number.parseInt(lesson)),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  for (const [index, lesson] of lessons.entries()) {
    const names = EXPERIMENTS.filter((experiment) => experiment.lesson === index + 1)
      .map(({ name }) => name);
    const [heading] = lesson.split("\n");
    assert.deepEqual([...heading.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name), names);
    assert.match(
      lesson,
      new RegExp(`\\*\\*Run it:\\*\\* \`deno task lab ${names.join(" ")} --step\``),
    );
    for (const part of ["The idea.", "What to look at.", "Exercise."]) {
      assert.ok(lesson.includes(`**${part}**`), `lesson ${index + 1}: ${part}`);
    }
    assert.match(lesson, /\*\*The lines? that (does|do) it/);
    assert.equal(lesson.match(/<summary>Answer<\/summary>/g)?.length, 1);
    assert.ok(codeLinks(lesson).length > 0);
  }
});

Deno.test("course: a lesson fits on a page", () => {
  for (const [index, lesson] of lessons.entries()) {
    const count = lesson.split(/\s+/).length;
    assert.ok(count <= 500, `lesson ${index + 1} has ${count} words`);
  }
});
