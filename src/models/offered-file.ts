import type { TransferProgress } from '../shared/transfer.ts';
import type { ContentFile, OfferedCard } from './card.ts';
import { sha256Of } from './integrity.ts';
import type { ModelOrigin } from './library.ts';
import type { OfferedModel } from './offered-model.ts';
import type { WeightTensor } from './weights.ts';
import { packImported } from './pack-imported.ts';
import { readPublishedDdcolor } from './onnx/read-published.ts';
import { writeDdcolorGraphs } from './onnx/write-graphs.ts';

/** Sizes that a published DDColor is offered at: it was made for one, and runs at all. */
const OFFERED_SIZES = [128, 256, 384, 512, 768, 1024];
/** Where the file does not tell its size: what the authors' own programs use. */
const USUAL_SIZE = 512;

/**
 * Brings a published DDColor, one ONNX file, into the form of a model folder: weights as fp16 shards, our two graphs,
 * which run at every size, and a card that says what is known of it.
 * @throws {AppError} `model/incompatible`, `model/corrupt`, `job/aborted`.
 */
export async function readOfferedFile(
  file: Blob,
  name: string,
  origin: ModelOrigin,
  onProgress: (progress: TransferProgress) => void,
  signal: AbortSignal,
): Promise<OfferedModel> {
  const { tensors, network, size } = await readPublishedDdcolor(file);
  const { table, shards, bytes, files } = await packImported(tensors, onProgress, signal);
  const add = async (path: string, content: Blob): Promise<ContentFile> => {
    const sha256 = await sha256Of(content);
    files.set(sha256, content);
    return { file: path, bytes: content.size, sha256 };
  };
  const graphs = writeDdcolorGraphs(table, network);
  const card: OfferedCard = {
    ...describe(name, size),
    parameters: bytes / 2,
    network,
    graphs: portsOf(channelsOf(table)),
    onnx: {
      encode: await add('encode.onnx', new Blob([graphs.encode])),
      paint: await add('paint.onnx', new Blob([graphs.paint])),
    },
    weights: {
      tensors: await add('tensors.json', new Blob([JSON.stringify(table)])),
      bytes,
      shards,
    },
  };
  const source = { isHere: () => Promise.resolve(true), bring: () => Promise.resolve(files) };
  return { card, origin, source };
}

/** What can be said of a file that says nothing of itself. */
function describe(fileName: string, size: readonly [number, number] | null) {
  const stem = fileName.replace(/\.onnx$/i, '').replace(/[\p{Cc}\p{Cf}]/gu, '');
  const side = size ? Math.max(...size) : USUAL_SIZE;
  const usual = OFFERED_SIZES.findLast((offered) => offered <= side) ?? USUAL_SIZE;
  const id = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  return {
    schema: 1 as const,
    id: /[a-z0-9]/.test(id) ? id : 'ddcolor',
    name: stem.trim().slice(0, 80) || 'DDColor',
    task: 'colorize' as const,
    summary: 'A published DDColor, added from one ONNX file.',
    architecture:
      'DDColor (arXiv 2212.11613), recognised by the structure of its graph. Its weights are kept as fp16; the query maps are folded into a colour kernel, exactly.',
    licence: 'Not stated by the file. See where it came from.',
    source: `The file ${stem.slice(0, 200)}.onnx, as it was added to this browser.`,
    trainingData: 'Not stated by the file.',
    weaknesses: ['The colours are a guess that looks plausible, never a record of what was there.'],
    sizes: {
      multiple: 32 as const,
      offered: OFFERED_SIZES,
      preview: 128,
      wished: { auto: usual, people: usual, buildings: usual },
    },
    output: { chromaGain: 1 },
  } satisfies Partial<OfferedCard>;
}

/** Channels of the features that `encode` gives to `paint`. */
function channelsOf(table: readonly WeightTensor[]): number {
  return table.find(({ name }) => name === 'last.conv.bias.0')?.shape[0] ?? 0;
}

/** What our graphs take and give; see models/README.md. */
function portsOf(channels: number): OfferedCard['graphs'] {
  const port = (name: string, shape: (number | string)[], unit: string) =>
    ({ name, shape, dtype: 'float32', unit }) as const;
  const gray = port('gray', [1, 3, 'height', 'width'], 'Lab lightness as sRGB gray, 0–1');
  const tables = ['y16', 'x16', 'y8', 'x8', 'y4', 'x4'].map((name) =>
    port(name, [name, 128], 'sine position table'),
  );
  const features = port('features', [1, channels, 'height4', 'width4'], 'for paint only');
  const kernel = port('kernel', [1, 2, channels], 'for paint only');
  return {
    encode: { inputs: [gray, ...tables], outputs: [features, kernel] },
    paint: {
      inputs: [features, kernel, gray],
      outputs: [port('ab', [1, 2, 'height', 'width'], 'Lab a and b, D65; not clamped')],
    },
  };
}
