import { AppError, toAppError, type ErrorCode } from './errors.ts';

/** An {@link AppError} as plain data: what crosses a worker's or a frame's border. */
export type WireError = {
  code: ErrorCode;
  message: string;
  detail: Record<string, unknown>;
  stack: string;
};

/** What every call over a border answers: comlink keeps only an error's name, message and stack. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: WireError };

/** Runs `work` and answers its value or its error as data; never rejects. */
export async function outcomeOf<T>(work: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, error: toWire(toAppError(thrown)) };
  }
}

/** The value of an outcome; throws the {@link AppError} it carries. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { code, message, detail, stack } = outcome.error;
  const error = new AppError(code, message, { detail });
  error.stack = stack;
  throw error;
}

function toWire(error: AppError): WireError {
  const cause = error.cause instanceof Error ? `\ncaused by: ${error.cause.stack}` : '';
  return {
    code: error.code,
    message: error.message,
    detail: { ...error.detail },
    stack: (error.stack ?? '') + cause,
  };
}
