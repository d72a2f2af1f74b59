import type { Progress } from './protocol.ts';

/** Tells a listener; what goes wrong in the page while it listens does not end the work. */
export function heardBy(
  onProgress: (progress: Progress) => unknown,
): (progress: Progress) => Promise<void> {
  return async (progress) => {
    try {
      await onProgress(progress);
    } catch (error) {
      console.warn('Progress was not heard:', error);
    }
  };
}
