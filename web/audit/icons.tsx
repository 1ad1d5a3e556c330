/* The icons that the first screen needs. A library of them would weigh more than they do. */

interface IconProps {
  className?: string;
  size?: number;
}

const icon = (...paths: string[]) =>
  function Icon({ className, size = 24 }: IconProps) {
    return (
      <svg
        viewBox="0 0 24 24"
        width={size}
        height={size}
        className={className}
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
    );
  };

export const ShieldCheck = icon(
  'M12 2.5 20 5.5V12c0 4.6-3.2 8-8 9.5C7.2 20 4 16.6 4 12V5.5Z',
  'm8.5 12 2.5 2.5 4.5-5',
);
export const Warning = icon('M12 3 22 20.5H2Z', 'M12 10v4.5', 'M12 17.5v.01');
export const Question = icon(
  'M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19Z',
  'M9 9.2a3 3 0 0 1 5.9.9c0 2-2.9 2.6-2.9 4.1',
  'M12 17.5v.01',
);
export const Check = icon('m5 12.5 4.5 4.5L19 7.5');
export const Cross = icon('M6 6 18 18', 'M18 6 6 18');
export const Download = icon('M12 3v12', 'm7 11 5 5 5-5', 'M4 20.5h16');
