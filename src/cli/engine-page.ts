import { AppError } from '../shared/errors.ts';
import { allowOwnScripts } from '../shared/own-scripts.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { Engine } from '../worker/client.ts';
import type { PhotographInfo } from '../worker/protocol.ts';
import { Conveyor } from './conveyor.ts';
import type { ColorizedFile, ColorizeFileRequest } from './engine-page-api.ts';

allowOwnScripts(import.meta.url);
const engine = new Engine();
const conveyor = new Conveyor(engine, ({ stage }) => globalThis.autochromeProgress?.(stage));

globalThis.autochromeEngine = {
  machine: () => outcomeOf(() => engine.machine()),
  addModel: (typed) =>
    outcomeOf(async () => {
      const address = new URL(typed, location.href).href;
      return (await engine.addModel({ kind: 'address', address })).id;
    }),
  colorizeFile: (request) => outcomeOf(() => colorizeFile(request)),
};

async function colorizeFile({
  inputUrl,
  outputUrl,
  ...order
}: ColorizeFileRequest): Promise<ColorizedFile> {
  const { info, report, saved } = await conveyor.colorize({
    ...order,
    read: () => readFile(inputUrl),
    write: (picture) => writeFile(outputUrl, picture),
  });
  const { width, height, ms } = saved;
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
