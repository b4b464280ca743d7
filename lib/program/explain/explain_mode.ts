import type { ConnectionTrace } from "../../channel/mod.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import { VERSION } from "../../version.ts";
import type { CommonFlags } from "../flags/flags.ts";
import type { ProgramContext } from "../program.ts";
import type { ExplainedConnections } from "./explained_connections.ts";
import type { PageFile } from "./page_file.ts";
import type { ThrottledExplanations } from "./throttled_explanations.ts";

/** What `--explain=secrets` says before it shows anything. */
const SECRETS_WARNING =
  "The secrets of this conversation are shown: anyone who sees this screen, or the page, can read " +
  "all of it, and with an invitation's secret can join the room.";

/** What `--explain` and `--explain-to` turn on: what is explained, on which screen and page. */
export class ExplainMode {
  readonly #screen: Screen;
  readonly #path: string | undefined;
  readonly #page: PageFile | undefined;
  readonly #shown: ThrottledExplanations | undefined;
  readonly #connections: ExplainedConnections | undefined;
  #hasToldFailure = false;

  private constructor(
    flags: CommonFlags,
    screen: Screen,
    parts?: typeof import("./explain_parts.ts"),
    page?: PageFile,
  ) {
    const { explain, explainTo } = flags;
    const secrets = explain === "secrets";
    this.#screen = screen;
    this.#path = explainTo;
    this.#page = page;
    if (parts === undefined) return;
    this.#shown = explain && new parts.ThrottledExplanations({
      show: (event) => screen.show(event),
      isInteractive: screen.isInteractive,
    });
    this.#connections = new parts.ExplainedConnections({
      secrets,
      emit: (explanation) => {
        this.#page?.add(explanation);
        this.#shown?.add(explanation);
        this.#tellWhatIsMissing();
      },
    });
  }

  /**
   * Prepares what the flags ask for, and warns of secrets before any is shown.
   *
   * @throws {UsageError} If the page cannot be written.
   */
  static async open(
    program: "server" | "client",
    { flags, screen }: Pick<ProgramContext<CommonFlags>, "flags" | "screen">,
  ): Promise<ExplainMode> {
    const { explainTo } = flags;
    // Few conversations are explained, and what it takes is a tenth of the program.
    if (flags.explain === undefined && explainTo === undefined) {
      return new ExplainMode(flags, screen);
    }
    const parts = await import("./explain_parts.ts");
    const secrets = flags.explain === "secrets";
    const page = new parts.Page({ program, version: VERSION, secrets, started: new Date() });
    const file = explainTo === undefined ? undefined : await parts.PageFile.open(explainTo, page);
    const explain = new ExplainMode(flags, screen, parts, file);
    if (secrets) {
      await screen.show({ event: "notice", text: SECRETS_WARNING, important: true });
    }
    return explain;
  }

  /** Gives what watches a connection; `undefined` where nothing is explained: that costs nothing. */
  get traceFor(): (() => ConnectionTrace | undefined) | undefined {
    const connections = this.#connections;
    return connections && (() => connections.next());
  }

  /** Ends the page, and says where it is. */
  end(): void {
    this.#connections?.end();
    this.#shown?.end();
    this.#page?.end();
    if (this.#path === undefined || this.#page === undefined) return;
    this.#tellWhatIsMissing();
    if (this.#page.failure !== undefined) return;
    const path = sanitiseLine(this.#path);
    const text = this.#page.hasBegun
      ? `The explanation is in ${path}.`
      : `There was nothing to explain; ${path} was not changed.`;
    void this.#screen.show({ event: "notice", text, important: true });
  }

  /** Says once that the page is not complete. */
  #tellWhatIsMissing(): void {
    const { failure, isFull = false } = this.#page ?? {};
    if (this.#hasToldFailure || (failure === undefined && !isFull)) return;
    this.#hasToldFailure = true;
    const path = sanitiseLine(this.#path ?? "");
    const text = failure === undefined
      ? `The explanation in ${path} is full: what happens from now on is not in it.`
      : `The explanation in ${path} is not complete: ${sanitiseLine(failure)}.`;
    void this.#screen.show({ event: "notice", text, important: true });
  }
}

/** A program that explains what its flags ask for, from its start to its end. */
export function withExplainMode<Flags extends CommonFlags>(
  program: "server" | "client",
  run: (context: ProgramContext<Flags>, explain: ExplainMode) => Promise<number>,
): (context: ProgramContext<Flags>) => Promise<number> {
  return async (context) => {
    const explain = await ExplainMode.open(program, context);
    try {
      return await run(context, explain);
    } finally {
      explain.end();
    }
  };
}
