import { AppError } from '../../../src/shared/errors.ts';
import type { FaultKind } from '../kinds.ts';

/** Errors that a job may end with, where nothing could be done. */
const FAIR_ENDS: Partial<Record<FaultKind, RegExp>> = {
  cancelled: /^job\/aborted$/,
  'network-cut': /^net\//,
  'processor-unreachable': /^net\//,
};

/** Whether a job may end so under a fault: it says clearly what happened, and there was nothing else to do. */
export function isFairEnd(kind: FaultKind, error: unknown): boolean {
  return error instanceof AppError && (FAIR_ENDS[kind]?.test(error.code) ?? false);
}

/** An error's code, or what there is in place of one. */
export function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'error';
}

/** The same with its sentence. */
export function wordsOf(error: unknown): string {
  return `${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}`;
}
