import type { Ledger } from '../runtime/ledger.ts';
import type { Progress } from './protocol.ts';

/** How often memory is told: often enough to be seen moving, rarely enough to cost nothing. */
const INTERVAL_MS = 250;

/**
 * Tells the memory of the attempt under way, now and a few times a second, until the answer is called.
 * The worker's thread is free while the GPU works; where it is not, a moment is told late, and the
 * ledger has kept its peak.
 */
export function watchMemory(
  ledger: Ledger,
  budgetBytes: number,
  tell: (progress: Extract<Progress, { stage: 'memory' }>) => unknown,
): () => void {
  const tellNow = () => void tell({ stage: 'memory', ledger: ledger.report, budgetBytes });
  tellNow();
  const timer = setInterval(tellNow, INTERVAL_MS);
  return () => clearInterval(timer);
}
