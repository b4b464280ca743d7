/**
 * What many measured values come down to.
 *
 * @module
 */

/** The middle of some values, and between which most of them are. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** How many values there are. */
  readonly count: number;
}

/**
 * The value below which a part of the values lie, by linear interpolation between neighbours.
 *
 * @param part From 0 (the lowest) to 1 (the highest).
 * @throws {RangeError} If there are no values.
 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError("there are no values");
  return below + (above - below) * (place - Math.floor(place));
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Median, lowest and highest value. */
export function spread(values: readonly number[]): Spread {
  return {
    median: median(values),
    lowest: quantile(values, 0),
    highest: quantile(values, 1),
    count: values.length,
  };
}

/**
 * How far the values of single rounds lie from their median, as a part of it: the median of the
 * distances (MAD), times 1.4826, which is the standard deviation where the values are normally
 * distributed. One round that went wrong hardly moves it.
 */
export function noise(values: readonly number[]): number {
  const middle = median(values);
  if (middle === 0) return 0;
  return Math.abs(1.4826 * median(values.map((value) => Math.abs(value - middle))) / middle);
}

/** A size, and what was measured at it. */
export interface Point {
  readonly size: number;
  readonly value: number;
}

/**
 * The slope of the straight line through points on axes that are both logarithmic (least squares): 1
 * is linear growth, 2 quadratic, 0 none.
 *
 * @param points Sizes and values above 0.
 * @returns `undefined` for fewer than two sizes.
 */
export function growthSlope(points: readonly Point[]): number | undefined {
  const usable = points.filter(({ size, value }) => size > 0 && value > 0);
  const xs = usable.map(({ size }) => Math.log(size));
  const ys = usable.map(({ value }) => Math.log(value));
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [covariance, variance] = [0, 0];
  for (const [at, x] of xs.entries()) {
    covariance += (x - meanX) * ((ys[at] ?? 0) - meanY);
    variance += (x - meanX) ** 2;
  }
  return variance === 0 ? undefined : covariance / variance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
