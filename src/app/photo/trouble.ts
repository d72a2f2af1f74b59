import { toAppError, type ErrorCode } from '../../shared/errors.ts';
import { TROUBLE, type TroubleAction } from '../i18n/trouble.ts';

/** A failure as the page shows it: what happened, what can be done, one button. */
export type Trouble = {
  code: ErrorCode;
  happened: string;
  advice: string;
  action: TroubleAction;
  /** The error's own message and particulars, for the diagnostics only. */
  raw: string;
};

/** The words for whatever was thrown, or null where nothing is to be said (a cancelled job). */
export function troubleOf(thrown: unknown): Trouble | null {
  const error = toAppError(thrown);
  const words = TROUBLE[error.code];
  if (!words) return null;
  const { advice, action } = words;
  const happened = words.hasOwnSentence ? error.message : words.happened;
  const detail = Object.keys(error.detail).length > 0 ? ` ${JSON.stringify(error.detail)}` : '';
  return { code: error.code, happened, advice, action, raw: error.message + detail };
}
