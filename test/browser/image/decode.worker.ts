import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import { outcomeOf } from '../../../src/shared/outcome.ts';

/** Decodes each file it is sent, as the engine's worker does, and answers an outcome. */
self.onmessage = async ({ data: file }: MessageEvent<Blob>) => {
  const upright = { rotation: 0, isNegative: false } as const;
  self.postMessage(await outcomeOf(() => decodePhotograph(file, upright)));
};
