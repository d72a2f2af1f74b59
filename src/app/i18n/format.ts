/** A number and its unit stay on one line. */
const NB = '\u00a0';
const UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** Bytes in binary units, as GPUs state their limits: `128 MiB`. */
export function binaryBytes(count: number): string {
  const mebibytes = count / 2 ** 20;
  return mebibytes >= 1024 ? `${round(mebibytes / 1024)}${NB}GiB` : `${round(mebibytes)}${NB}MiB`;
}

/** `12 of 18 MB`: both in the larger one's unit; `1.4 of 18 MB` while it is little. */
export function bytesOf(done: number, total: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, total)) / 3));
  const inUnit = done / 1000 ** power;
  // The first megabytes of a slow connection are seen to move.
  const shown = power >= 2 && inUnit < 10 && done < total ? inUnit.toFixed(1) : Math.round(inUnit);
  return `${shown} of ${Math.round(total / 1000 ** power)}${NB}${UNITS[power]}`;
}

/** Milliseconds as people read them: `340 ms`, `1.2 s`, `5 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)}${NB}ms`;
  if (ms < 9_950) return `${round(ms / 1000)}${NB}s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60
    ? `${seconds}${NB}s`
    : `${Math.floor(seconds / 60)}${NB}min ${seconds % 60}${NB}s`;
}

/** `384 × 288`. */
export function pixels(width: number, height: number): string {
  return `${width}${NB}×${NB}${height}`;
}

/** A ratio as a whole percentage: `85 %`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}${NB}%`;
}

function round(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}
