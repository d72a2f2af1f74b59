import { sha256Of } from '../../src/models/integrity.ts';
import { Model, type ModelFiles } from '../../src/models/model.ts';
import { parseRecolourCard, type RecolourCard } from '../../src/models/recolour-card.ts';
import { filesOf } from '../../src/models/card.ts';
import { heldFiles } from './random-coloriser.ts';

const FILES = import.meta.glob<string>('../fixtures/recolour/**/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** The head of test/fixtures/recolour, as if it had been trained on a coloriser. */
export async function randomRecolourer(coloriser: Model): Promise<Model<RecolourCard>> {
  const read = async (name: string) => (await fetch(FILES[`../fixtures/recolour/${name}`]!)).blob();
  const card = parseRecolourCard(JSON.parse(await (await read('card.json')).text()));
  const files: ModelFiles = new Map();
  for (const { file } of filesOf(card)) {
    const content = await read(file);
    files.set(await sha256Of(content), content);
  }
  const shards = coloriser.card.weights.shards.map(({ sha256 }) => sha256);
  const encoder = { id: coloriser.card.id, shards };
  return new Model({ ...card, encoder }, heldFiles(files));
}
