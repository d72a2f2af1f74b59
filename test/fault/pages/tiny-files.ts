import { parseNamedFiles } from '../../../src/models/card.ts';

/** Where `test/fault/tiny-models.ts` has put them. */
export const MODELS = new URL('tiny-models/', location.href);

/** Names of what is kept of models: of their weights, and of the graphs that only the processor needs. */
export type FileHashes = { shards: ReadonlySet<string>; graphs: ReadonlySet<string> };

/** The hashes of some models' files. @param models their folders. */
export async function filesOf(models: readonly string[]): Promise<FileHashes> {
  const cards = await Promise.all(models.map(cardOf));
  const named = (files: readonly { sha256: string }[]) => new Set(files.map((file) => file.sha256));
  return {
    shards: named(cards.flatMap(({ weights }) => weights.shards)),
    graphs: named(cards.flatMap(({ onnx }) => Object.values(onnx))),
  };
}

async function cardOf(model: string) {
  return parseNamedFiles(await (await fetch(new URL(`${model}/card.json`, MODELS))).json());
}
