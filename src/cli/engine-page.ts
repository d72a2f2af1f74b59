import { AppError } from '../shared/errors.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { Engine, type OpenPhotograph } from '../worker/client.ts';
import type { ColorizedFile, ColorizeFileRequest } from './engine-page-api.ts';

const engine = new Engine();

globalThis.autochromeEngine = { colorizeFile: (request) => outcomeOf(() => colorizeFile(request)) };

async function colorizeFile(request: ColorizeFileRequest): Promise<ColorizedFile> {
  const file = await (await fetchLocally(request.inputUrl)).blob();
  const photograph = await engine.open(file, request.name);
  try {
    return await colorizeAndSend(photograph, request);
  } finally {
    await photograph.close();
  }
}

async function colorizeAndSend(
  photograph: OpenPhotograph,
  { wish, look, format, quality, outputUrl }: ColorizeFileRequest,
): Promise<ColorizedFile> {
  const report = await photograph.colorize(wish);
  const { blob, width, height, ms } = await photograph.save({ format, quality, look });
  await fetchLocally(outputUrl, { method: 'PUT', body: blob });
  const { info } = photograph;
  const times = {
    decode: info.decodeMs,
    load: report.ms.load,
    infer: report.ms.infer,
    upsample: ms.upsample,
    encode: ms.encode,
  };
  return { info, report, width, height, ms: times };
}

/** Asks the command line's own server, which answers a refusal in words. */
async function fetchLocally(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { cache: 'no-store', ...init });
  if (response.ok) return response;
  const code = init?.method === 'PUT' ? 'output/failed' : 'net/http';
  throw new AppError(code, await response.text());
}
