import * as v from 'valibot';
import { MOST_NAME, plainName } from './plain-name.ts';

/* What cards of every task are made of. */

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** A path inside the model's own folder: nothing that climbs out of it or names another host. */
export const relativePath = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/),
);

export const contentFile = v.object({ file: relativePath, bytes: count, sha256 });
/** A file without weights, which is taken apart in memory; ten times what the largest networks need. */
export const structureFile = v.object({
  ...contentFile.entries,
  bytes: v.pipe(count, v.maxValue(16 * 2 ** 20)),
});

/** Text for people. Cards come from anywhere, and are shown: nothing that hides or turns round what follows it. */
const text = (most: number) =>
  v.pipe(v.string(), v.maxLength(most), v.regex(/^[^\p{Cc}\p{Cf}]*$/u, 'Control characters'));
export const line = v.pipe(text(80), v.trim(), v.nonEmpty());
/** Measured twice: in its usual form one letter can be eighteen. */
const name = v.pipe(
  v.string(),
  v.maxLength(MOST_NAME),
  v.transform(plainName),
  v.nonEmpty(),
  v.maxLength(MOST_NAME),
);
export const passage = text(4000);

/** What a card says of its model to people, and its id. */
export const aboutModel = {
  id: v.pipe(v.string(), v.maxLength(60), v.regex(/^[a-z0-9-]+$/)),
  name,
  summary: passage,
  architecture: passage,
  parameters: count,
  licence: passage,
  source: passage,
  trainingData: passage,
  weaknesses: v.pipe(v.array(passage), v.maxLength(40)),
};

/** Where its weights are. */
export const weights = v.pipe(
  v.object({
    tensors: structureFile,
    /** Of the shards joined, which browsers read as one: none has longer arrays everywhere. */
    bytes: v.pipe(count, v.maxValue(2 ** 31 - 1)),
    shards: v.pipe(v.array(contentFile), v.minLength(1), v.maxLength(4096)),
  }),
  v.check(
    ({ bytes, shards }) => shards.reduce((sum, shard) => sum + shard.bytes, 0) === bytes,
    'The shards must have as many bytes together as it says',
  ),
);
