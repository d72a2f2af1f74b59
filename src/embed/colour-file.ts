import type { HeldEngine } from '../embedding/shared-engine.ts';
import { throwIfAborted } from '../shared/errors.ts';
import type { OpenPhotograph } from '../worker/open-photograph.ts';
import type { Preset } from '../worker/protocol.ts';

/**
 * Opens a picture in the page's engine and finds its colours, each in its turn.
 * @param preset how much of the machine to take; absent, what a measurement of it found.
 * @returns the picture, which the caller closes.
 * @throws {AppError} any code; nothing stays open then.
 */
export async function colourFile(
  { engine, inTurn }: HeldEngine,
  file: Blob,
  preset: Preset | undefined,
  signal: AbortSignal,
): Promise<OpenPhotograph> {
  const photograph = await inTurn(() => engine.open(file, 'scan', { signal }), signal);
  const wish = {
    ...({ kind: 'auto', size: 'auto', device: 'auto', wantsPreview: false } as const),
    ...(preset && { preset }),
  };
  try {
    await inTurn(() => photograph.colorize(wish, { signal }), signal);
    throwIfAborted(signal);
    return photograph;
  } catch (error) {
    void photograph.close().catch(() => undefined);
    throw error;
  }
}
