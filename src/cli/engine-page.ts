import { AppError } from '../shared/errors.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { Engine, type OpenPhotograph } from '../worker/client.ts';
import type { PhotographInfo } from '../worker/protocol.ts';
import type { Progress } from '../worker/protocol.ts';
import type { ColorizedFile, ColorizeFileRequest } from './engine-page-api.ts';

const engine = new Engine();

globalThis.autochromeEngine = {
  machine: () => outcomeOf(() => engine.machine()),
  colorizeFile: (request) => outcomeOf(() => colorizeFile(request)),
};

async function colorizeFile(request: ColorizeFileRequest): Promise<ColorizedFile> {
  const file = await readFile(request.inputUrl);
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
  const onProgress = ({ stage }: Progress) => globalThis.autochromeProgress?.(stage);
  const report = await photograph.colorize(wish, { onProgress });
  const { blob, width, height, ms } = await photograph.save({ format, quality, look });
  await writeFile(outputUrl, blob);
  const { info } = photograph;
  const times = {
    decode: info.decodeMs,
    load: report.ms.load,
    infer: report.ms.infer,
    upsample: ms.upsample,
    encode: ms.encode,
  };
  const steps = [...notesOn(info), ...report.steps];
  return { info, report: { ...report, steps }, width, height, ms: times };
}

/** What the user should know of the file itself. */
function notesOn({ isColour, frames }: PhotographInfo): string[] {
  const notes = [];
  if (isColour)
    notes.push('The file has colours of its own; it was coloured again from its lightness.');
  if (frames > 1)
    notes.push(`The file has ${frames} frames or pages; only the first was coloured.`);
  return notes;
}

async function readFile(url: string): Promise<Blob> {
  try {
    const response = await fetch(url, { cache: 'no-store' });
    if (response.ok) return await response.blob();
    throw new Error(await response.text());
  } catch (error) {
    throw new AppError('input/corrupt', 'The file could not be read from the disk.', {
      cause: error,
    });
  }
}

async function writeFile(url: string, body: Blob): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body });
  if (!response.ok) throw new AppError('output/failed', await response.text());
}
