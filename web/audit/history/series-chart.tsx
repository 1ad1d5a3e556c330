import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { marks, type Point, scales, stepPath } from './chart.ts';

/** One line of a chart. `look` are classes that colour it, `dashed` tells it from another without colour. */
export interface Line {
  readonly name: string;
  readonly look: string;
  readonly dashed?: boolean;
  readonly points: readonly Point[];
}

const HEIGHT = 260;
const NARROW = 480;

/**
 * A chart of steps over time. It is one stop for the keyboard: arrows move from sample to sample, and the words below say what was then.
 * `words` are of a sample; `mark` is a value at the side.
 */
export function SeriesChart({
  label,
  lines,
  times,
  words,
  mark,
  dates,
}: {
  label: string;
  lines: readonly Line[];
  times: readonly number[];
  words: (index: number) => ReactNode;
  mark: (value: number) => string;
  dates: (at: number) => string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [chosen, setChosen] = useState<number>();
  const id = useId();
  const last = times.length - 1;
  const index = Math.min(chosen ?? last, last);
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value ?? 0)));
  const frame = { width, height: HEIGHT, left: width < NARROW ? 54 : 76, right: 12, top: 10, bottom: 26 };
  const scale = scales(frame, times, highest);
  const at = times[index] ?? 0;
  return (
    <figure className="m-0">
      <figcaption className="mb-2 flex flex-wrap gap-x-5 gap-y-1 text-sm font-semibold">
        {lines.map(({ name, look, dashed }) => (
          <span key={name} className="inline-flex items-center gap-2">
            <svg width="22" height="8" aria-hidden="true" className={look}>
              <path
                d="M0 4H22"
                stroke="currentColor"
                strokeWidth="3"
                strokeDasharray={dashed ? '5 4' : undefined}
              />
            </svg>
            {name}
          </span>
        ))}
      </figcaption>
      <div ref={box} className="relative" style={{ height: HEIGHT }}>
        <svg width={width} height={HEIGHT} aria-hidden="true" className="absolute inset-0">
          {marks(highest).map((value) => (
            <g key={value} className="text-line">
              <path d={`M${frame.left} ${scale.y(value)}H${width - frame.right}`} stroke="currentColor" />
              <text
                x={frame.left - 8}
                y={scale.y(value) + 4}
                textAnchor="end"
                className="fill-muted text-[11px]"
              >
                {mark(value)}
              </text>
            </g>
          ))}
          <Dates times={times} dates={dates} frame={frame} />
          {lines.map(({ name, look, dashed, points }) => (
            <path
              key={name}
              d={stepPath(points, scale)}
              className={look}
              fill="none"
              stroke="currentColor"
              strokeWidth="2.5"
              strokeLinejoin="round"
              strokeDasharray={dashed ? '6 5' : undefined}
            />
          ))}
          <path
            d={`M${scale.x(at)} ${frame.top}V${HEIGHT - frame.bottom}`}
            className="text-ink print:hidden"
            stroke="currentColor"
          />
          {lines.map(({ name, look, points }) => {
            const value = points[index]?.value;
            return value === undefined ? null : (
              <circle
                key={name}
                className={look}
                cx={scale.x(at)}
                cy={scale.y(value)}
                r="4.5"
                fill="currentColor"
              />
            );
          })}
        </svg>
        {/* A range over the drawing: arrows, Home and End, a finger or a mouse, all as the browser does them. */}
        <input
          type="range"
          min={0}
          max={Math.max(last, 0)}
          value={index}
          aria-label={label}
          aria-valuetext={dates(at)}
          aria-describedby={id}
          onChange={(event) => setChosen(Number(event.target.value))}
          onPointerMove={(event) =>
            setChosen(nearest(event.nativeEvent.offsetX + frame.left, times, scale.x))
          }
          className="absolute inset-y-0 m-0 cursor-crosshair appearance-none rounded-xl bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0 print:hidden"
          style={{ left: frame.left, width: Math.max(width - frame.left - frame.right, 0) }}
        />
      </div>
      <output id={id} className="mt-2 block min-h-11 text-sm tabular-nums">
        {words(index)}
      </output>
    </figure>
  );
}

function Dates({
  times,
  dates,
  frame,
}: {
  times: readonly number[];
  dates: (at: number) => string;
  frame: { width: number; left: number; right: number };
}) {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  return (
    <g className="fill-muted text-[11px]">
      <text x={frame.left} y={HEIGHT - 8}>
        {dates(first)}
      </text>
      {last === first ? null : (
        <text x={frame.width - frame.right} y={HEIGHT - 8} textAnchor="end">
          {dates(last)}
        </text>
      )}
    </g>
  );
}

function nearest(left: number, times: readonly number[], x: (at: number) => number): number {
  let best = 0;
  times.forEach((at, index) => {
    if (Math.abs(x(at) - left) < Math.abs(x(times[best] ?? 0) - left)) best = index;
  });
  return best;
}

/** The width that there is, in pixels: a drawing that is stretched would stretch its words. */
function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
