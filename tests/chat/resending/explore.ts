/**
 * Lets everything happen that can happen, in every order.
 *
 * @module
 */

/** Something that can happen. */
export interface Step<State> {
  /** What it is, for the traces of failures. */
  label(): string;
  /** Whether something is lost by it, or breaks. */
  readonly isMishap: boolean;
  /** What the world is like afterwards. */
  take(): State | Promise<State>;
}

/** A world in which things happen, one after the other. Its states do not change. */
export interface World<State> {
  /** How it begins. */
  readonly start: State;
  /** What can happen in a state; nothing, at the end. */
  steps(state: State): readonly Step<State>[];
  /** The same for two states only if the same follows from both. */
  nameOf(state: State): string;
  /** Fails unless everything is as it has to be at any time. */
  check(state: State): void;
  /** Fails unless everything is as it has to be at the end. */
  checkEnd(state: State): void;
}

/** What was explored. */
export interface Exploration {
  /** In how many orders things can happen, from the beginning to the end. */
  readonly runs: number;
  /** Through how many states they lead. */
  readonly states: number;
}

interface Place<State> {
  readonly state: State;
  /** How one comes here. */
  readonly from: Place<State> | undefined;
  readonly by: Step<State> | undefined;
  readonly next: Place<State>[];
  runs: number | undefined;
}

/**
 * Tries every order. Where two orders lead to the same state, what follows is tried once.
 *
 * @throws {Error} With the steps that lead to it, where a check fails.
 */
export async function explore<State>(world: World<State>): Promise<Exploration> {
  const places = new Map<string, Place<State>>();
  const open: Place<State>[] = [];
  const reach = (state: State, from?: Place<State>, by?: Step<State>): Place<State> => {
    const name = world.nameOf(state);
    const known = places.get(name);
    if (known !== undefined) return known;
    const place: Place<State> = { state, from, by, next: [], runs: undefined };
    places.set(name, place);
    open.push(place);
    return place;
  };
  const start = reach(world.start);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    let by: Step<State> | undefined;
    try {
      world.check(place.state);
      const steps = world.steps(place.state);
      if (steps.length === 0) world.checkEnd(place.state);
      for (by of steps) {
        const taken = by.take();
        place.next.push(reach(taken instanceof Promise ? await taken : taken, place, by));
      }
    } catch (error) {
      throw failure(error, [...wayTo(place), ...(by === undefined ? [] : [by])]);
    }
  }
  return { runs: runsFrom(start), states: places.size };
}

/**
 * Lets things happen in one order.
 *
 * @param random Gives numbers from 0 to below 1.
 * @param mishaps How probable it is that something breaks that can, each time.
 * @returns The end.
 */
export async function walk<State>(
  world: World<State>,
  random: () => number,
  mishaps: number,
): Promise<State> {
  const taken: Step<State>[] = [];
  try {
    for (let state = world.start;;) {
      world.check(state);
      const steps = world.steps(state);
      const wanted = random() < mishaps;
      const some = steps.filter(({ isMishap }) => isMishap === wanted);
      const among = some.length > 0 ? some : steps;
      const step = among[Math.floor(random() * among.length)];
      if (step === undefined) {
        world.checkEnd(state);
        return state;
      }
      taken.push(step);
      state = await step.take();
    }
  } catch (error) {
    throw failure(error, taken);
  }
}

function wayTo<State>(place: Place<State>): Step<State>[] {
  const way: Step<State>[] = [];
  for (let at: Place<State> | undefined = place; at?.by !== undefined; at = at.from) {
    way.unshift(at.by);
  }
  return way;
}

function failure<State>(error: unknown, way: readonly Step<State>[]): Error {
  const message = error instanceof Error ? error.message : String(error);
  const labels = way.map((step) => `\n  ${step.label()}`).join("");
  return new Error(`${message}\nafter:${labels}`, { cause: error });
}

/** In how many ways one comes to an end from here. */
function runsFrom<State>(place: Place<State>): number {
  place.runs ??= place.next.length === 0
    ? 1
    : place.next.reduce((sum, next) => sum + runsFrom(next), 0);
  return place.runs;
}
