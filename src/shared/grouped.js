/** A whole number for people, its digits in groups: `4,194,304`. */
export function grouped(count) {
    return count.toLocaleString('en-GB');
}
