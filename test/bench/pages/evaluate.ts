import { Gpu } from '../../../src/runtime/gpu.ts';
import { GpuPainter } from '../../../src/runtime/gpu-painter.ts';
import { cpuPainter, type Painter } from '../../../src/runtime/painter.ts';
import { outcomeOf, type Outcome } from '../../../src/shared/outcome.ts';
import { Engine } from '../../../src/worker/client.ts';
import type { ColorizeWish } from '../../../src/worker/protocol.ts';
import { ContactSheet } from '../evaluation/contact-sheet.ts';
import {
  evaluatePhotograph,
  type Evaluated,
  type EvaluationWish,
} from '../evaluation/evaluate-photograph.ts';
import { PerceptualDistance } from '../evaluation/perceptual.ts';
import { compareUpsampling, type UpsamplingRow } from '../evaluation/upsampling.ts';

/** A photograph at an address of the local server. */
export type ServedPhotograph = { url: string; name: string };

/** What this page offers to the program that drives it, as `window.evaluation`. */
export type EvaluationPageApi = {
  /** Measures the perceptual distance too from now on, by the ONNX network at an address. */
  usePerceptual(url: string): Promise<void>;
  /** Keeps what is evaluated from now on for a contact sheet. */
  beginSheet(): void;
  evaluate(photograph: ServedPhotograph, wish: EvaluationWish): Promise<Outcome<Evaluated>>;
  compareUpsampling(
    photograph: ServedPhotograph,
    sizes: readonly number[],
    device: ColorizeWish['device'],
  ): Promise<Outcome<UpsamplingRow[]>>;
  /** Puts the contact sheet to an address. @param type `image/webp` or `image/png` */
  putSheet(url: string, type: string): Promise<void>;
};

declare global {
  var evaluation: EvaluationPageApi;
}

const engine = new Engine();
let perceptual: PerceptualDistance | null = null;
let sheet: ContactSheet | null = null;
let gpuPainter: Promise<Painter> | null = null;

globalThis.evaluation = {
  async usePerceptual(url) {
    const network = await (await read(url)).arrayBuffer();
    perceptual = await PerceptualDistance.open(new Uint8Array(network));
  },
  beginSheet() {
    sheet = new ContactSheet();
  },
  evaluate: ({ url, name }, wish) =>
    outcomeOf(async () =>
      evaluatePhotograph(engine, await read(url), name, wish, perceptual, sheet),
    ),
  compareUpsampling: ({ url, name }, sizes, device) =>
    outcomeOf(async () => {
      if (device === 'webgpu') gpuPainter ??= Gpu.open().then((gpu) => new GpuPainter(gpu));
      const painter = (await gpuPainter) ?? cpuPainter;
      return compareUpsampling(engine, painter, await read(url), name, sizes, device);
    }),
  async putSheet(url, type) {
    if (!sheet) throw new Error('No sheet was begun.');
    const response = await fetch(url, { method: 'PUT', body: await sheet.draw(type) });
    if (!response.ok) throw new Error(await response.text());
  },
};

async function read(url: string): Promise<Blob> {
  const response = await fetch(url, { cache: 'no-store' });
  if (!response.ok) throw new Error(await response.text());
  return response.blob();
}
