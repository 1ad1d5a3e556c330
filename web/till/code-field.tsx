import { ScanLine } from 'lucide-react';
import { useId, useState } from 'react';
import { canScan, Scanner } from './scanner.tsx';

interface Props {
  label: string;
  value: string;
  placeholder: string;
  numeric?: boolean;
  onChange: (code: string) => void;
}

/** A code that is typed, sent by a hand scanner as keystrokes, or read by the camera where the browser can. */
export function CodeField({ label, value, placeholder, numeric = false, onChange }: Props) {
  const id = useId();
  const [scanning, setScanning] = useState(false);
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          className="field figure min-w-0 text-2xl tracking-wider placeholder:font-normal"
          inputMode={numeric ? 'numeric' : 'text'}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder={placeholder}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        {canScan() ? (
          <button
            type="button"
            className="button button-quiet shrink-0 px-4"
            aria-label="Scan with the camera"
            onClick={() => setScanning(true)}
          >
            <ScanLine size={22} aria-hidden="true" />
          </button>
        ) : null}
      </div>
      {scanning ? (
        <Scanner
          onClose={() => setScanning(false)}
          onCode={(code) => {
            onChange(code);
            setScanning(false);
          }}
        />
      ) : null}
    </div>
  );
}
