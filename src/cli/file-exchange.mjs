import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sendFile } from '../../scripts/static-server.mjs';

/**
 * @import { IncomingMessage, ServerResponse } from 'node:http'
 */

/**
 * Files that the engine's page may read and write, by addresses that only this run knows: bytes go
 * over the local server, never through the browser's control channel.
 */
export class FileExchange {
  // Another page open on this machine must not guess an address and write there.
  #prefix = `/files/${randomUUID()}/`;
  /** @type {Map<string, { input: string, output: string }>} */
  #files = new Map();
  /** The folder of a model that is offered, and its address. */
  #model = { folder: '', prefix: `${this.#prefix}model/` };

  /**
   * Opens the way for one file.
   * @param {string} input path to read
   * @param {string} output path to write
   * @returns {{ inputUrl: string, outputUrl: string, forget: () => void }} addresses on the same server
   */
  offer(input, output) {
    const key = randomUUID();
    this.#files.set(key, { input, output });
    const inputUrl = `${this.#prefix}${key}`;
    return { inputUrl, outputUrl: inputUrl, forget: () => void this.#files.delete(key) };
  }

  /**
   * Opens the way for a model.
   * @param {string} path of its folder, or of its one ONNX file
   * @returns {string} address of its card, or of that file
   */
  offerModel(path) {
    const isFile = /\.onnx$/i.test(path);
    this.#model.folder = isFile ? dirname(path) : path;
    return this.#model.prefix + (isFile ? encodeURIComponent(basename(path)) : 'card.json');
  }

  /**
   * The server's route: GET reads the input, PUT writes the output.
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @returns {Promise<boolean>} whether the request was for a file of ours
   */
  async answer(request, response) {
    const address = request.url ?? '';
    if (!address.startsWith(this.#prefix)) return false;
    const { folder, prefix } = this.#model;
    if (folder && address.startsWith(prefix)) {
      const path = decodeURIComponent(address.slice(prefix.length));
      // What a card names may lie in its folder only, and so may what is asked for here.
      const isInside = !path.split(/[\\/]/).includes('..');
      await sendFile(request, response, isInside ? join(folder, path) : '', 'no-store');
      return true;
    }
    const file = this.#files.get(address.slice(this.#prefix.length));
    if (!file) response.writeHead(404).end('That file is not part of this run.');
    else if (request.method === 'PUT') await receive(request, response, file.output);
    else await sendFile(request, response, file.input, 'no-store');
    return true;
  }
}

/**
 * Writes a request's body beside the output and gives it its name once it is whole.
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {string} output
 */
async function receive(request, response, output) {
  const part = `${output}.${process.pid}.part`;
  try {
    await mkdir(dirname(output), { recursive: true });
    await pipeline(request, createWriteStream(part));
    await rename(part, output);
    response.writeHead(204).end();
  } catch (error) {
    // Where the place itself cannot be, there is nothing to remove either.
    await rm(part, { force: true }).catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    response.writeHead(500).end(`The picture could not be written: ${reason}`);
  }
}
