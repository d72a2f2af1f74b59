import type { ModelCard } from '../../../src/models/card.ts';
import { ModelLibrary } from '../../../src/models/library.ts';
import { ContentStore } from '../../../src/models/store.ts';

// Keeps a model, stops for ever behind its first file, and says so: the page ends it there.
addEventListener('message', async ({ data }: MessageEvent<[ModelCard, Map<string, Blob>]>) => {
  const [card, files] = data;
  const store = await ContentStore.open();
  const put = store.put.bind(store);
  store.put = async (sha256, file) => {
    await put(sha256, file);
    postMessage(sha256);
    return new Promise(() => {});
  };
  const library = new ModelLibrary(new URL('/models/catalogue.json', location.origin), store);
  await library.keep(card, { kind: 'folder', name: 'tiny' }, files);
});
