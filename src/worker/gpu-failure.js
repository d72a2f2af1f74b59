/** Failures after which a device is not trusted, and its memory wanted back at once. */
export function isOfGpu({ code }) {
    return (code.startsWith('gpu/') ||
        code === 'memory/exhausted' ||
        code === 'output/implausible' ||
        code === 'bug/invariant');
}
