import { useMemo } from 'react';
import { encode } from 'uqr';

/** A QR code, black on white in both themes with the quiet zone of four modules that scanners need. */
export function QrCode({ data, label, className = '' }: { data: string; label: string; className?: string }) {
  const { size, path } = useMemo(() => {
    const code = encode(data, { ecc: 'M', border: 4 });
    const modules = code.data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
    return { size: code.size, path: modules.join('') };
  }, [data]);
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      className={`bg-white ${className}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
