import { reachOf } from '../embedding/reach.ts';
import { AppError, toAppError } from '../shared/errors.ts';
import { engineProgram } from '../worker/client.ts';
import type { EngineAddresses } from '../worker/guest-engine.ts';
import { words } from './words.ts';

/**
 * A failure as whoever runs the page can use it: browsers tell neither the worker why a fetch failed nor the page why a
 * worker did not start.
 */
export async function explained(thrown: unknown, addresses: EngineAddresses): Promise<AppError> {
  const error = toAppError(thrown);
  if (error.code === 'worker/blocked') {
    return whyNot(error, addresses.engine ?? engineProgram(), words.theEngine);
  }
  const { url } = error.detail;
  if (error.code === 'net/interrupted' && typeof url === 'string' && URL.canParse(url)) {
    return whyNot(error, new URL(url), words.theModel);
  }
  return error;
}

async function whyNot(error: AppError, address: URL, what: string): Promise<AppError> {
  const { host, href } = address;
  const options = { cause: error, detail: { ...error.detail, url: href } };
  switch (await reachOf(address)) {
    case 'forbidden':
      return new AppError('net/forbidden', words.forbidden(host), options);
    case 'no-cors':
      return new AppError('net/no-cors', words.noCors(what, host), options);
    case 'gone':
      return error.code === 'worker/blocked'
        ? new AppError('worker/unreachable', words.unreachable(host), options)
        : error;
    case 'readable':
      return error;
  }
}
