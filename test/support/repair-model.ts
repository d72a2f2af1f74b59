import type { FileSource } from '../../src/models/model.ts';
import { Model } from '../../src/models/model.ts';
import { parseRepairCard, type RepairCard } from '../../src/models/repair-card.ts';
import card from '../fixtures/repair/card.json';

const urls = import.meta.glob<string>('../fixtures/repair/**/*.{json,onnx,bin}', {
  query: '?url',
  import: 'default',
  eager: true,
});

const source: FileSource = {
  isHere: () => Promise.resolve(true),
  async bring(files) {
    const found = new Map<string, Blob>();
    for (const { file, sha256 } of files) {
      const response = await fetch(urls[`../fixtures/repair/${file}`]!);
      found.set(sha256, await response.blob());
    }
    return found;
  },
};

/** The tiny repair model of random weights (test/fixtures/repair). */
export function repairProbe(): Model<RepairCard> {
  return new Model(parseRepairCard(card), source);
}
