/** The geometry of a chart of steps: what was true stays true until the next sample. No DOM, no React. */

/** A value at an instant, in Unix seconds; `undefined` before there was one. */
export interface Point {
  readonly at: number;
  readonly value: number | undefined;
}

/** The drawing's size and margins in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Two to five round marks from 0 to at least `highest`. */
export function marks(highest: number): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((times) => times * unit >= rough) ?? 10) * unit;
  const count = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Where instants and values are drawn. One instant is drawn in the middle. */
export function scales(frame: Frame, times: readonly number[], highest: number) {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const top = marks(highest).at(-1) ?? 1;
  const [across, up] = [frame.width - frame.left - frame.right, frame.height - frame.top - frame.bottom];
  return {
    x: (at: number) => frame.left + (last === first ? across / 2 : ((at - first) / (last - first)) * across),
    y: (value: number) => frame.top + up - (Math.min(value, top) / top) * up,
  };
}

/** The path of a line of steps; it breaks where there is no value. */
export function stepPath(
  points: readonly Point[],
  { x, y }: { x: (at: number) => number; y: (value: number) => number },
): string {
  const parts: string[] = [];
  let drawn = false;
  for (const { at, value } of points) {
    if (value === undefined) {
      drawn = false;
      continue;
    }
    const [left, top] = [x(at).toFixed(1), y(value).toFixed(1)];
    parts.push(drawn ? `H${left}V${top}` : `M${left} ${top}`);
    drawn = true;
  }
  return parts.join('');
}
