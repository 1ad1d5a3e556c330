import { useEffect } from 'react';

/** Keeps the screen on while the page is open and seen, where the browser can; a phone that falls asleep in the queue helps nobody. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let left = false;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      // The browser says no when the battery is low; the code can be read all the same.
      const given = await navigator.wakeLock?.request('screen').catch(() => undefined);
      if (left) void given?.release();
      else lock = given;
    };
    void ask();
    // A lock ends when the page is hidden.
    document.addEventListener('visibilitychange', ask);
    return () => {
      left = true;
      document.removeEventListener('visibilitychange', ask);
      void lock?.release();
    };
  }, []);
}
