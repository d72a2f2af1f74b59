/** Makers whose GPUs sit in phones, tablets and small boards, as WebGPU spells them. */
const PHONE_MAKERS = ['arm', 'broadcom', 'huawei', 'img-tec', 'qualcomm', 'samsung', 'verisilicon'];
/** Intel's cards; its other architectures (`gen-9`, `gen-12lp`, `xe-2lpg` …) share the machine's memory. */
const INTEL_CARDS = /(hp|hpg)$/;
/**
 * The mobile system that a browser runs on. An iPad gives itself out for a Mac, and is told from one by
 * its touch points, which no Mac has.
 * @param touchPoints `navigator.maxTouchPoints`; workers do not have it.
 */
export function mobileSystem(userAgent, touchPoints) {
    if (/iPhone|iPad|iPod/.test(userAgent))
        return 'ios';
    if (/Macintosh/.test(userAgent) && touchPoints > 1)
        return 'ios';
    return /Android/.test(userAgent) ? 'android' : null;
}
/** What an adapter's maker and architecture say; Apple's and AMD's do not tell. */
export function adapterKind({ vendor, architecture, }) {
    if (PHONE_MAKERS.includes(vendor))
        return 'phone';
    if (vendor === 'intel' && architecture && !INTEL_CARDS.test(architecture))
        return 'integrated';
    return null;
}
