import type { Plugin } from 'vite';
import type * as RandomColoriser from './random-coloriser.ts';

/** Where {@link serveRandomColoriser} has its catalogue. */
const FOLDER = '/random-coloriser';

/** Serves the coloriser of random weights as a folder with a catalogue, drawn when it is first asked for. */
export function serveRandomColoriser(): Plugin {
  return {
    name: 'serve-random-coloriser',
    configureServer(server) {
      let drawn: Promise<Map<string, Blob>> | undefined;
      const draw = async () => {
        const module = await server.ssrLoadModule('/test/support/random-coloriser.ts');
        return filesOf(module as typeof RandomColoriser);
      };
      server.middlewares.use(FOLDER, async (request, response, next) => {
        try {
          const file = (await (drawn ??= draw())).get(request.url ?? '');
          if (!file) return next();
          response.setHeader('Content-Type', file.type);
          response.end(Buffer.from(await file.arrayBuffer()));
        } catch (error) {
          next(error);
        }
      });
    },
  };
}

async function filesOf({ randomColoriserFiles }: typeof RandomColoriser) {
  const { card, files } = await randomColoriserFiles();
  const json = (value: unknown) => new Blob([JSON.stringify(value)], { type: 'application/json' });
  const { id, weights, onnx } = card;
  const named = [weights.tensors, ...weights.shards, onnx.encode, onnx.paint];
  const catalogue = { schema: 1, default: id, models: [{ id, card: 'card.json' }] };
  return new Map<string, Blob>([
    ['/catalogue.json', json(catalogue)],
    ['/card.json', json(card)],
    ...named.map(({ file, sha256 }) => [`/${file}`, files.get(sha256)!] as const),
  ]);
}
