import { AppError } from '../shared/errors.ts';
import { fetchBlob, networkError, TransferMeter, } from '../shared/transfer.ts';
import { parseOfferedCard } from './card.ts';
import { fetchedFiles } from './file-sources.ts';
import { CARD_FILE, MOST_CARD_BYTES } from './offered-folder.ts';
/** Protocol Buffers end here: no single ONNX file is longer. */
const MOST_FILE_BYTES = 2 ** 31;
/** A scheme in front; behind the colon of a host is a port. */
const SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;
/** This machine, where servers seldom have a certificate. */
const THIS_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\])(?![\w.-])/i;
/**
 * An address as it was typed: that of a card, of a folder with one, or of an ONNX file. Without a scheme it is taken
 * for https, on this machine for http.
 * @throws {AppError} `model/not-found` where it is none, or browsers do not fetch it.
 */
export function offeredAddress(typed) {
    const text = typed.trim();
    const isLocal = THIS_MACHINE.test(text);
    const hasScheme = SCHEME.test(text);
    const full = hasScheme ? text : `${isLocal ? 'http' : 'https'}://${text}`;
    const address = URL.canParse(full) ? new URL(full) : null;
    if (!address || !/^https?:$/.test(address.protocol) || text === '') {
        throw new AppError('model/not-found', 'That is no web address.');
    }
    // A lone word may be a machine of the own network, and is far more often no address at all.
    if (!hasScheme && !isLocal && !/[.:]/.test(address.hostname)) {
        throw new AppError('model/not-found', `That is no web address: one looks like models.org/tiny. If “${address.hostname}” is a machine in your network, put http:// in front.`);
    }
    if (address.username || address.password) {
        throw new AppError('model/not-found', 'Browsers fetch no address with a name or password in it. Download the model, and add its file or folder.');
    }
    const last = address.pathname.split('/').at(-1);
    if (last === '')
        address.pathname += CARD_FILE;
    else if (!last.includes('.'))
        address.pathname += `/${CARD_FILE}`;
    address.hash = '';
    return address;
}
/**
 * Reads the card at an address; its files lie beside it.
 * @param arrivals keeps files that have arrived, so that a fetch that broke goes on where it stopped.
 * @throws {AppError} `net/*`, `model/not-found`, `model/incompatible`, `job/aborted`.
 */
export async function readOfferedAddress(address, arrivals, signal) {
    return {
        card: parseOfferedCard(parsed(await fetchText(address, signal), address)),
        origin: { kind: 'address', name: address.href },
        source: fetchedFiles(address, arrivals),
    };
}
/** The name of the ONNX file at an address, or null where it is that of a card. */
export function onnxFileAt({ pathname }) {
    const name = pathname.split('/').at(-1);
    if (!/\.onnx$/i.test(name))
        return null;
    try {
        return decodeURIComponent(name);
    }
    catch {
        return name;
    }
}
/**
 * Fetches an ONNX file whole.
 * @throws {AppError} `net/*`, `model/not-found`, `model/incompatible` where it is too long, `job/aborted`.
 */
export async function fetchOffered(address, onProgress, signal) {
    const length = await lengthOf(address, signal);
    const meter = new TransferMeter(length, onProgress);
    const options = { signal, meter, what: 'model', mostBytes: MOST_FILE_BYTES };
    const blob = length > MOST_FILE_BYTES ? null : await fetchBlob(address, { cache: 'no-store', ...options });
    if (blob && blob.size <= MOST_FILE_BYTES)
        return blob;
    throw new AppError('model/incompatible', `What ${address.host} gives is longer than an ONNX file can be.`);
}
/** Bytes that a server says a file has; 0 where it does not, as those that only answer to GET. */
async function lengthOf(address, signal) {
    try {
        const { headers } = await asked(address, 'HEAD', signal);
        return Number(headers.get('Content-Length') ?? 0);
    }
    catch (error) {
        if (error instanceof AppError && error.code === 'net/http')
            return 0;
        throw error;
    }
}
async function fetchText(address, signal) {
    const response = await asked(address, 'GET', signal);
    const parts = [];
    let bytes = 0;
    try {
        const reader = (response.body ?? new Blob().stream()).getReader();
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
            bytes += read.value.byteLength;
            if (bytes > MOST_CARD_BYTES) {
                await reader.cancel();
                throw notCard(address);
            }
            parts.push(read.value);
        }
    }
    catch (error) {
        throw networkError(error, address, 'model', signal);
    }
    return new Blob(parts).text();
}
async function asked(address, method, signal) {
    let response;
    try {
        response = await fetch(address, { method, signal, cache: 'no-store' });
    }
    catch (error) {
        const failed = networkError(error, address, 'model', signal);
        if (failed.code !== 'net/interrupted')
            throw failed;
        throw new AppError('net/interrupted', `${address.host} did not give the model to this page: it cannot be reached, or does not let other sites’ pages read it (CORS).`, { cause: error, detail: failed.detail });
    }
    if (response.ok)
        return response;
    const detail = { url: address.href, status: response.status };
    if (response.status === 404) {
        throw new AppError('model/not-found', `There is nothing at ${address.href}.`, { detail });
    }
    throw new AppError('net/http', `${address.host} answered ${response.status}, and gave no model.`, { detail });
}
function parsed(text, address) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw notCard(address);
    }
}
function notCard(address) {
    return new AppError('model/incompatible', `What ${address.host} gave is not a model’s card: the address of one ends in ${CARD_FILE}, that of a published file in .onnx.`);
}
