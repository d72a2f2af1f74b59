import { passMoment } from './moments.ts';

/** Shards of weights, as the model's folder names them. */
const SHARD = /\.bin$/;

/** Lets the connection break in the middle of a shard. */
export function patchNetwork(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!SHARD.test(new URL(response.url, location.href).pathname)) return response;
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
