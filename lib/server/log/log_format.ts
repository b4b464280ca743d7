import { withoutInvitations } from "../../terminal/events/error_event.ts";
import { jsonLine } from "../../terminal/text/json_line.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";

/** How serious a record can be, least first. */
export const LOG_LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevelName = typeof LOG_LEVELS[number];

/** How a log can be written: lines for people, or lines of JSON for programs. */
export const LOG_FORMATS = ["text", "json"] as const;

/** One of {@linkcode LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** What a record says besides its sentence. The names are this program's own. */
export type LogProperties = Readonly<Record<string, string | number | boolean>>;

/** One thing that happened. */
export interface LogEntry {
  /** When: milliseconds since 1970, UTC. */
  readonly time: number;
  /** How serious it is. */
  readonly level: LogLevelName;
  /** Which part of the server it concerns: `room`, for example. */
  readonly category: string;
  /**
   * The sentence. `{name}` stands for the property of that name, `{{` and `}}` for a brace
   * ({@linkcode literal}).
   */
  readonly template: string;
  /** What else is to be known of it. */
  readonly properties: LogProperties;
}

/** The levels as they stand in a line of text: five characters each, so that what follows lines up. */
const LEVEL_COLUMN: Readonly<Record<LogLevelName, string>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO ",
  warning: "WARN ",
  error: "ERROR",
  fatal: "FATAL",
};

/** Writes an entry as one line, which is safe to print, without the line break. */
export function formatEntry(format: LogFormat, entry: LogEntry): string {
  return format === "json" ? jsonEntry(entry) : textEntry(entry);
}

/** A text as a template that stands for just this text. */
export function literal(text: string): string {
  return text.replaceAll(/[{}]/g, "$&$&");
}

/**
 * `TIME LEVEL category: sentence name=value …`. Properties that stand in the sentence are not
 * repeated. A value with a blank, a quotation mark, a backslash or `=` in it is quoted as in JSON, so
 * that nobody's nickname looks like another property.
 */
function textEntry(entry: LogEntry): string {
  const { sentence, used } = render(entry);
  const others = Object.entries(entry.properties)
    .filter(([name]) => !used.has(name))
    .map(([name, value]) => ` ${name}=${shown(value)}`);
  const time = new Date(entry.time).toISOString();
  return `${time} ${LEVEL_COLUMN[entry.level]} ${entry.category}: ${sentence}${others.join("")}`;
}

/** The properties stand in an object of their own, so that none can take another field's place. */
function jsonEntry(entry: LogEntry): string {
  return jsonLine({
    time: new Date(entry.time).toISOString(),
    level: entry.level,
    category: entry.category,
    message: render(entry).sentence,
    properties: Object.fromEntries(
      Object.entries(entry.properties).map(([name, value]) => [
        name,
        typeof value === "string" ? withoutInvitations(value) : value,
      ]),
    ),
  });
}

function render({ template, properties }: LogEntry): { sentence: string; used: Set<string> } {
  const used = new Set<string>();
  const sentence = template.replaceAll(
    /\{\{|\}\}|\{(\w+)\}/g,
    (placeholder: string, name: string | undefined) => {
      if (name === undefined) return placeholder.charAt(0);
      const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (value === undefined) return placeholder;
      used.add(name);
      return shown(value);
    },
  );
  return { sentence: printable(sentence), used };
}

function shown(value: LogProperties[string]): string {
  const text = printable(String(value));
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text);
}

function printable(text: string): string {
  return sanitiseLine(withoutInvitations(text));
}
