import { armedFault, passMoment } from './moments.ts';

/** Shards of weights, as the model's folder names them. */
const SHARD = /\.bin$/;
/** What only the processor needs of a model. */
const GRAPH = /\.onnx$/;

/** Lets the connection break in the middle of a shard, or of all that the processor needs. */
export function patchNetwork(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { pathname } = new URL(response.url, location.href);
    const isUnreachable = armedFault()?.kind === 'processor-unreachable';
    if (isUnreachable && GRAPH.test(pathname)) return cut(response, 0);
    if (!SHARD.test(pathname)) return response;
    const order = passMoment('fetches');
    return order ? cut(response, order.draw) : response;
  };
}

/** The same answer, whose body breaks off after a share of its bytes. */
function cut(response: Response, share: number): Response {
  let left = Math.floor(share * Number(response.headers.get('Content-Length') ?? 0));
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        controller.enqueue(part.subarray(0, left));
        left -= part.length;
        if (left <= 0) controller.error(new TypeError('network error'));
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(body ?? null, { status, statusText, headers });
}
