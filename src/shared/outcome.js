import { AppError, toAppError } from './errors.ts';
/** Runs `work` and answers its value or its error as data; never rejects. */
export async function outcomeOf(work) {
    try {
        return { ok: true, value: await work() };
    }
    catch (thrown) {
        return { ok: false, error: toWire(toAppError(thrown)) };
    }
}
/** The value of an outcome; throws the {@link AppError} it carries. */
export function unwrap(outcome) {
    if (outcome.ok)
        return outcome.value;
    const { code, message, detail, stack } = outcome.error;
    const error = new AppError(code, message, { detail });
    error.stack = stack;
    throw error;
}
function toWire(error) {
    const cause = error.cause instanceof Error ? `\ncaused by: ${error.cause.stack}` : '';
    return {
        code: error.code,
        message: error.message,
        detail: { ...error.detail },
        stack: (error.stack ?? '') + cause,
    };
}
