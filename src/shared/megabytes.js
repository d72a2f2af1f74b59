/** Bytes for people, in decimal units as shops and operating systems state them: `412 MB`, `0.6 MB`. */
export function megabytes(bytes) {
    const count = bytes / 1e6;
    const rounded = count < 10 ? Number(count.toFixed(1)) : Math.round(count);
    return `${rounded.toLocaleString('en')} MB`;
}
