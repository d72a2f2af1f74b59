import type { Engine } from '../worker/client.ts';
import { AppError } from '../shared/errors.ts';

/** The page's one engine, and how many hold it; null where nobody does. */
let shared: { engine: Promise<Engine>; holders: number } | null = null;

/**
 * The engine that everything embedded in a page shares: one worker, one queue, weights once. Its program is
 * fetched with the first holder; the worker ends when the last one has let go.
 * @throws {AppError} `worker/blocked` where the program cannot be had.
 */
export async function holdEngine(): Promise<{ engine: Engine; letGo: () => void }> {
  const held = (shared ??= { engine: beginEngine(), holders: 0 });
  held.holders++;
  let isHeld = true;
  const letGo = () => {
    if (!isHeld) return;
    isHeld = false;
    held.holders--;
    if (held.holders > 0) return;
    if (shared === held) shared = null;
    held.engine.then((engine) => engine.terminate()).catch(() => undefined);
  };
  try {
    return { engine: await held.engine, letGo };
  } catch (error) {
    letGo();
    throw error;
  }
}

async function beginEngine(): Promise<Engine> {
  try {
    const { Engine } = await import('../worker/client.ts');
    return new Engine();
  } catch (cause) {
    throw new AppError('worker/blocked', 'The program that colours could not be fetched.', {
      cause,
    });
  }
}
