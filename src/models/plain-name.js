/** Letters that the name of a model has at most. */
export const MOST_NAME = 80;
/** What shows nothing, or turns round what follows it; U+2800 is a space that counts as a letter. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{C}\u2800]/gu;
/**
 * The name of a model as it may be shown among others: letters in their usual form (NFKC), nothing that is not seen,
 * single spaces. May be empty, or longer than what it was made from.
 */
export function plainName(name) {
    return name.normalize('NFKC').replace(/\s/gu, ' ').replace(UNSEEN, '').replace(/ +/g, ' ').trim();
}
