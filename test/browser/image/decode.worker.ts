import { expose } from 'comlink';
import { decodePhotograph } from '../../../src/image/decode/decode-photograph.ts';
import { outcomeOf } from '../../../src/shared/outcome.ts';

/** Decodes as the engine's worker does, and answers an outcome. */
const decoder = {
  decode: (file: Blob) =>
    outcomeOf(() => decodePhotograph(file, { rotation: 0, isNegative: false })),
};

/** What the test sees of the worker. */
export type Decoder = typeof decoder;

expose(decoder);
