/** A whole number for people, its digits in groups: `4,194,304`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-GB');
}
