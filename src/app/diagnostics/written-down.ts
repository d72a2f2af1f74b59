import type { RunTask } from '../../journal/entry.ts';
import type { RunEnd } from '../../journal/run-recorder.ts';
import { toAppError, type AppError } from '../../shared/errors.ts';
import type { Progress } from '../../worker/protocol.ts';
import type { Photo } from '../photo/photo.svelte.ts';

/** Hears what the engine tells. */
export type Hear = (progress: Progress) => void;

/** What a tool asks the engine for. */
type Wish = {
  task: RunTask;
  /** How, in a word; `auto` where there is nothing to choose. */
  kind: string;
  /** Colourings that are asked for; null where it draws none. */
  wanted: number | null;
};

/**
 * Does a tool's work and writes it into the journal as a run of the photograph, however it ends.
 * @param listener hears what the engine tells; the journal does, too.
 * @param reportOf what the result tells of tries that were not heard.
 * @throws whatever the work throws.
 */
export async function writtenDown<T>(
  photo: Pick<Photo, 'name' | 'info' | 'journal'>,
  { task, kind, wanted }: Wish,
  listener: Hear,
  work: (listener: Hear) => Promise<T>,
  reportOf: (result: T) => RunEnd['report'],
): Promise<T> {
  const { journal } = photo;
  const run = journal.begin(photo.name, { kind, size: 'auto' }, task, wanted);
  const startedAt = performance.now();
  const end = (error: AppError | null, report: RunEnd['report']) => {
    const photograph = photo.info && { width: photo.info.width, height: photo.info.height };
    const wallMs = performance.now() - startedAt;
    journal.end(run, { wallMs, photograph, error, report });
  };
  try {
    const result = await work((progress) => {
      journal.hear(run, progress);
      listener(progress);
    });
    end(null, reportOf(result));
    return result;
  } catch (thrown) {
    end(toAppError(thrown), null);
    throw thrown;
  }
}
