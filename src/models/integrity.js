/** SHA-256 of a blob as 64 lower-case hexadecimal digits. */
export async function sha256Of(blob) {
    const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
