import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import recolourCard from '../fixtures/recolour/card.json';
import { filesOf } from '../../src/models/card.ts';
import { randomColoriser } from '../support/random-coloriser.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

/**
 * Writes a site's folder of models: a coloriser of random weights, the tiny head of several colourings as if it had
 * been trained on it, and the tiny repair model. Runs in Node.
 */
export async function writeTinyModels(folder: string): Promise<void> {
  const coloriser = await randomColoriser();
  const { card } = coloriser;
  const files = await coloriser.bring('wasm');
  for (const { file, sha256 } of filesOf(card)) {
    await write(
      join(folder, 'coloriser', file),
      Buffer.from(await files.get(sha256)!.arrayBuffer()),
    );
  }
  await writeJson(join(folder, 'coloriser/card.json'), card);
  for (const name of ['recolour', 'repair']) {
    await cp(join(FIXTURES, name), join(folder, name), { recursive: true });
  }
  const encoder = { id: card.id, shards: card.weights.shards.map(({ sha256 }) => sha256) };
  await writeJson(join(folder, 'recolour/card.json'), { ...recolourCard, encoder });
  await writeJson(join(folder, 'catalogue.json'), {
    schema: 1,
    default: card.id,
    models: [{ id: card.id, card: 'coloriser/card.json' }],
    tools: [
      { task: 'repair', id: 'repair-probe', card: 'repair/card.json' },
      { task: 'recolour', id: recolourCard.id, card: 'recolour/card.json' },
    ],
  });
}

async function write(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

function writeJson(path: string, value: unknown): Promise<void> {
  return write(path, JSON.stringify(value));
}
