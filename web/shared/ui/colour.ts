/** WCAG AA for text. */
const READABLE_CONTRAST = 4.5;
const FALLBACK = '#4a5163';

/** A brand's colour, darkened in steps until white text on it has a contrast of 4.5:1. Anything unreadable becomes slate. */
export function readableUnderWhite(colour: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return FALLBACK;
  let channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  while (1.05 / (luminance(channels) + 0.05) < READABLE_CONTRAST)
    channels = channels.map((channel) => Math.floor(channel * 0.94));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, WCAG 2.2. */
function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
