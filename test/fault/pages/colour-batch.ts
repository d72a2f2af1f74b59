import type { Engine } from '../../../src/worker/client.ts';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { ColorizeWish, RunReport } from '../../../src/worker/protocol.ts';
import type { DrawnPhotograph } from './drawn-photographs.ts';
import { pixelsOf } from './plausible.ts';

/** Side of the view that is looked at. */
const VIEW = 48;
const LOOK = { strength: 1, saturation: 1 };

/** What became of one photograph. */
export type BatchOutcome = {
  /** The coloured view, RGBA; null where it failed. */
  pixels: Uint8ClampedArray | null;
  /** What the engine said, and the error that it ended with. */
  steps: string[];
  /** Null where it was not coloured. */
  report: RunReport | null;
};

/** Hears how far a batch is. */
export type BatchListener = {
  /** The photograph of this place is worked on from now. */
  onTurn: (index: number) => void;
  /** A step of it went well. */
  onStepDone: () => void;
};

/**
 * Opens photographs together and colours them one after another, as the app does: colours, a view of
 * them, and the saved file of the first. Never rejects.
 */
export async function colourBatch(
  engine: Engine,
  drawn: readonly DrawnPhotograph[],
  size: ColorizeWish['size'],
  listener: BatchListener = { onTurn() {}, onStepDone() {} },
  signal?: AbortSignal,
): Promise<BatchOutcome[]> {
  const outcomes: BatchOutcome[] = drawn.map(() => ({ pixels: null, steps: [], report: null }));
  const photographs = await Promise.all(
    drawn.map(({ file, name }, i) =>
      engine.open(file, name).catch((error: unknown) => {
        outcomes[i]!.steps.push(wordsOf(error));
        return null;
      }),
    ),
  );
  for (const [index, photograph] of photographs.entries()) {
    if (!photograph || signal?.aborted) continue;
    const outcome = outcomes[index]!;
    listener.onTurn(index);
    try {
      await colourOne(photograph, size, outcome, index === 0, listener.onStepDone);
    } catch (error) {
      outcome.pixels = null;
      outcome.steps.push(wordsOf(error));
    }
  }
  for (const photograph of photographs) await photograph?.close().catch(() => undefined);
  return outcomes;
}

async function colourOne(
  photograph: OpenPhotograph,
  size: ColorizeWish['size'],
  outcome: BatchOutcome,
  isSaved: boolean,
  onStepDone: () => void,
): Promise<void> {
  const wish: ColorizeWish = { kind: 'auto', size, device: 'auto', wantsPreview: false };
  outcome.report = await photograph.colorize(wish);
  outcome.steps.push(...outcome.report.steps);
  onStepDone();
  const { width, height } = photograph.info;
  const region = { x: 0, y: 0, width, height };
  const view = { of: 'coloured', region, width: VIEW, height: VIEW, look: LOOK } as const;
  const pixels = pixelsOf(await photograph.view(view));
  onStepDone();
  if (isSaved) {
    const saved = await photograph.save({ format: 'png', quality: 1, look: LOOK });
    if (saved.width !== width || saved.height !== height) throw new Error('The file is not whole.');
    onStepDone();
  }
  outcome.pixels = pixels;
}

function wordsOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return `${code ?? 'error'}: ${message ?? String(error)}`;
}
