/** Something that the operator gave cannot be used; the message says what would be right. */
export class OptionError extends Error {}
