import { useEffect, useRef, useState } from 'react';
import { Notice } from '../shared/ui/notice.tsx';
import { Sheet } from '../shared/ui/sheet.tsx';

/** The part of the Barcode Detection API that is used here; TypeScript's DOM library does not have it yet. */
interface BarcodeReader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type BarcodeReaderClass = new (options: { formats: string[] }) => BarcodeReader;

const LOOK_MS = 200;
const readerClass = () => (globalThis as { BarcodeDetector?: BarcodeReaderClass }).BarcodeDetector;

export const canScan = () =>
  readerClass() !== undefined && navigator.mediaDevices?.getUserMedia !== undefined;

/** Looks through the camera until it sees a QR code. */
export function Scanner({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const report = useRef(onCode);
  report.current = onCode;
  const [blind, setBlind] = useState(false);
  useEffect(() => {
    const stopping = new AbortController();
    watch(video.current, stopping.signal, (code) => report.current(code)).catch(() => setBlind(true));
    return () => stopping.abort();
  }, []);
  return (
    <Sheet title="Scan the code" onClose={onClose}>
      {blind ? <Notice tone="warn">The camera can’t be used. Type the number under the code.</Notice> : null}
      <video
        ref={video}
        className="aspect-square w-full rounded-2xl bg-black object-cover"
        muted
        playsInline
        hidden={blind}
      />
    </Sheet>
  );
}

async function watch(
  video: HTMLVideoElement | null,
  signal: AbortSignal,
  onCode: (code: string) => void,
): Promise<void> {
  const Reader = readerClass();
  if (!video || !Reader) throw new TypeError('no camera view');
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) return stop();
  video.srcObject = stream;
  await video.play();
  const reader = new Reader({ formats: ['qr_code'] });
  while (!signal.aborted) {
    const [seen] = await reader.detect(video);
    if (seen && !signal.aborted) return onCode(seen.rawValue);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
