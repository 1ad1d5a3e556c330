import { readableUnderWhite } from './colour.ts';

/** A brand's tile: its colour and first letter on a hand-cut stone. Decorative, the name always stands beside it. */
export function BrandMark({
  name,
  colour,
  size = 'md',
}: {
  name: string;
  colour: string;
  size?: 'sm' | 'md' | 'lg';
}) {
  const box = { sm: 'size-8 text-sm', md: 'size-11 text-lg', lg: 'size-16 text-2xl' }[size];
  return (
    <span
      aria-hidden="true"
      className={`relative inline-grid shrink-0 place-items-center font-bold text-white ${box}`}
    >
      <svg viewBox="0 0 40 40" className="absolute inset-0 size-full" aria-hidden="true">
        <path
          d="M6.5 3.2 34 2.6q3 .1 3.3 3.2l.9 27.4q0 3.4-3.2 3.8L7 38q-3.500.2-4-3.200L2.200 7.200q-.1-3.600 4.300-4z"
          fill={readableUnderWhite(colour)}
        />
      </svg>
      <span className="relative">{name.charAt(0)}</span>
    </span>
  );
}
