/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number;

/** A table for terminals and Markdown alike. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string;
