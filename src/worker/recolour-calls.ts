import { outcomeOf } from '../shared/outcome.ts';
import { networkError } from '../shared/transfer.ts';
import type { Jobs } from './jobs.ts';
import type { Progress } from './protocol.ts';
import type { RecolourApi } from './recolour-protocol.ts';
import type { Workshop } from './workshop.ts';

/** The engine's calls about other colourings; what does the work is loaded at the first of them. */
export function recolourCalls(
  workshop: () => Promise<Workshop>,
  jobs: Jobs,
  heardBy: (onProgress: (progress: Progress) => void) => (progress: Progress) => Promise<void>,
): RecolourApi {
  return {
    recolour: (job, id, ask, resume, onProgress) =>
      outcomeOf(() =>
        jobs.runInTurn(job, async (signal) => {
          const { recolourPhotograph } = await work();
          const tell = heardBy(onProgress);
          return recolourPhotograph(await workshop(), id, ask, resume, tell, signal);
        }),
      ),
    spreadHints: (id, colours, hints, lock) =>
      outcomeOf(async () => {
        const { spreadOver } = await work();
        return spreadOver(await workshop(), id, colours, hints, lock);
      }),
    glimpse: (id, colours) =>
      outcomeOf(async () => {
        const { glimpse } = await work();
        return glimpse(await workshop(), id, colours);
      }),
  };
}

/** @throws {AppError} `net/*` where it cannot be fetched. */
function work(): Promise<typeof import('./recolour-photograph.ts')> {
  return import('./recolour-photograph.ts').catch((error: unknown) => {
    throw networkError(error, new URL(import.meta.url), 'engine');
  });
}
