/** A text that is not of the form that it should have. The message says what was expected. */
export class Malformed extends Error {}

/**
 * A text of the right form that does not show what it claims: signed by nobody known, signed wrongly, or a proof that
 * leads elsewhere.
 */
export class NotProven extends Error {}
